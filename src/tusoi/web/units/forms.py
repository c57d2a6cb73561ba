"""Forms of the pages on organisations; each reorganisation tells what it would do."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tusoi.people.models import Account
from tusoi.units.enums import (
    ORGANIZATION_DISCIPLINES,
    PARENT_KINDS,
    CommendationKind,
    DisciplineKind,
    UnitChangeKind,
    UnitKind,
    UnitSector,
)
from tusoi.units.models import Membership, Unit
from tusoi.units.operations import (
    Basis,
    NewUnit,
    Part,
    close_unit,
    found_unit,
    merge_units,
    move_unit,
    record_commendation,
    record_discipline,
    rename_unit,
    split_unit,
)
from tusoi.web.fields import UnitField
from tusoi.web.forms import DayField
from tusoi.web.http import whole_number


MOST_PARTS = 6
_PLACES = ("member_", "child_")


@dataclass(frozen=True)
class Change:
    """A reorganisation ready to be previewed and carried out."""

    kind: UnitChangeKind
    unit_ids: Sequence[int]
    operation: Callable[..., Any]
    arguments: dict[str, Any]
    closes: bool = False
    new_parent_id: int | None = None


class ReorganizationForm(forms.Form):
    """What every reorganisation asks: from which day, by which document."""

    title: ClassVar[Any] = ""
    basis_names: ClassVar[tuple[str, ...]] = ("effective_on", "document", "note")

    effective_on = DayField(
        label=_("Có hiệu lực từ ngày"), help_text=_("Hôm nay hoặc một ngày đã qua.")
    )
    document = forms.CharField(
        label=_("Văn bản"),
        max_length=200,
        required=False,
        help_text=_("Số, ký hiệu, ngày và cơ quan ban hành."),
    )
    note = forms.CharField(
        label=_("Ghi chú"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
    )

    def __init__(self, *args: Any, unit: Unit, scope: QuerySet[Unit], **options: Any) -> None:
        super().__init__(*args, **options)
        self.unit, self.scope = unit, scope.filter(closed_on__isnull=True)
        self.prepare()
        first = [name for name in self.fields if name not in self.basis_names]
        self.order_fields([*first, *self.basis_names])

    @property
    def place_fields(self) -> list[forms.BoundField]:
        """Return the fields that send one member or lower organisation somewhere."""
        return [field for field in self if field.name.startswith(_PLACES)]

    @property
    def main_fields(self) -> list[forms.BoundField]:
        return [field for field in self if not field.name.startswith(_PLACES)]

    def placed(self) -> list[tuple[str, str]]:
        """Return who goes where, for those changes in which people are parted."""
        return []

    def prepare(self) -> None:
        """Fit the fields to the unit at hand."""

    def basis(self) -> Basis:
        return Basis(**{name: self.cleaned_data[name] for name in self.basis_names})

    def change(self) -> Change:
        raise NotImplementedError


def kinds_below(parent: Unit) -> list[tuple[str, Any]]:
    return [
        (kind.value, kind.label)
        for kind in UnitKind
        if UnitKind(parent.kind) in PARENT_KINDS[kind]
    ]


class FoundForm(ReorganizationForm):
    title = _("Thành lập tổ chức đảng trực thuộc")

    code = forms.CharField(label=_("Mã đơn vị"), max_length=32)
    name = forms.CharField(label=_("Tên"), max_length=200)
    kind = forms.ChoiceField(label=_("Loại"))
    sector = forms.ChoiceField(
        label=_("Loại hình"), choices=UnitSector.choices, initial=UnitSector.OTHER
    )

    def prepare(self) -> None:
        self.fields["kind"].choices = kinds_below(self.unit)  # type: ignore[attr-defined]  # a ChoiceField

    def change(self) -> Change:
        data = self.cleaned_data
        facts = NewUnit(
            code=data["code"],
            name=data["name"],
            kind=UnitKind(data["kind"]),
            sector=UnitSector(data["sector"]),
            parent_id=self.unit.pk,
        )
        arguments = {"facts": facts, "basis": self.basis()}
        return Change(UnitChangeKind.FOUND, [], found_unit, arguments)


class RenameForm(ReorganizationForm):
    title = _("Đổi tên")

    name = forms.CharField(label=_("Tên mới"), max_length=200)

    def prepare(self) -> None:
        self.fields["name"].initial = self.unit.name

    def change(self) -> Change:
        arguments = {
            "unit_id": self.unit.pk,
            "name": self.cleaned_data["name"],
            "basis": self.basis(),
        }
        return Change(UnitChangeKind.RENAME, [self.unit.pk], rename_unit, arguments)


class MoveForm(ReorganizationForm):
    title = _("Chuyển tổ chức đảng cấp trên")

    parent = UnitField(
        label=_("Tổ chức đảng cấp trên mới"), help_text=_("Nhập mã hoặc tên đơn vị.")
    )

    def prepare(self) -> None:
        fitting = self.scope.filter(kind__in=PARENT_KINDS[UnitKind(self.unit.kind)])
        parent: UnitField = self.fields["parent"]  # type: ignore[assignment]  # declared above
        parent.choose_from(fitting.exclude(pk=self.unit.parent_id or 0))

    def change(self) -> Change:
        parent = self.cleaned_data["parent"]
        arguments = {"unit_id": self.unit.pk, "parent_id": parent.pk, "basis": self.basis()}
        return Change(
            UnitChangeKind.MOVE, [self.unit.pk], move_unit, arguments, new_parent_id=parent.pk
        )


class MergeForm(ReorganizationForm):
    title = _("Sáp nhập, hợp nhất")

    others = forms.ModelMultipleChoiceField(
        label=_("Cùng sáp nhập với"),
        queryset=Unit.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Các tổ chức cùng loại, cùng cấp trên. Không bắt buộc."),
    )
    into = UnitField(
        label=_("Sáp nhập vào tổ chức đang có"),
        required=False,
        help_text=_("Nhập mã hoặc tên. Để trống nếu lập tổ chức mới."),
    )
    new_code = forms.CharField(
        label=_("Hoặc lập tổ chức mới: mã đơn vị"), max_length=32, required=False
    )
    new_name = forms.CharField(label=_("Tên tổ chức mới"), max_length=200, required=False)

    def prepare(self) -> None:
        same = self.scope.filter(kind=self.unit.kind).exclude(pk=self.unit.pk)
        siblings = same.filter(parent=self.unit.parent_id)
        others: Any = self.fields["others"]
        others.queryset = siblings.order_by("sort_key", "pk")
        into: UnitField = self.fields["into"]  # type: ignore[assignment]  # declared above
        into.choose_from(self.scope.exclude(pk=self.unit.pk))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        has_new = bool(data.get("new_code") and data.get("new_name"))
        if "into" not in self.errors and bool(data.get("into")) == has_new:
            self.add_error(
                "into",
                _("Hãy chọn một tổ chức đang có, hoặc nhập đủ mã và tên của tổ chức mới."),
            )
        return data

    def _target(self) -> int | NewUnit:
        data = self.cleaned_data
        if data["into"] is not None:
            return int(data["into"].pk)
        return NewUnit(
            code=data["new_code"],
            name=data["new_name"],
            kind=UnitKind(self.unit.kind),
            sector=UnitSector(self.unit.sector),
            parent_id=self.unit.parent_id,
        )

    def change(self) -> Change:
        ids = [self.unit.pk, *(unit.pk for unit in self.cleaned_data["others"])]
        into = self._target()
        arguments = {"source_ids": ids, "into": into, "basis": self.basis()}
        return Change(
            UnitChangeKind.MERGE,
            ids,
            merge_units,
            arguments,
            closes=True,
            new_parent_id=into if isinstance(into, int) else self.unit.parent_id,
        )


class SplitForm(ReorganizationForm):
    """Each member and lower organisation gets a choice: stay, or go to one of the new ones."""

    title = _("Chia tách")

    closes = forms.BooleanField(
        label=_("Tổ chức cũ kết thúc hoạt động (chia)"),
        required=False,
        help_text=_("Không đánh dấu: tổ chức cũ còn lại với những ai không được chọn (tách)."),
    )

    def prepare(self) -> None:
        asked = str(self.data.get("parts", "") or self.initial.get("parts", ""))
        self.part_count = min(max(whole_number(asked) or 1, 1), MOST_PARTS)
        self.part_numbers = range(1, self.part_count + 1)
        for number in self.part_numbers:
            place = {"number": number}
            self.fields[f"code_{number}"] = forms.CharField(
                label=_("Tổ chức mới %(number)s: mã đơn vị") % place, max_length=32
            )
            self.fields[f"name_{number}"] = forms.CharField(
                label=_("Tổ chức mới %(number)s: tên") % place, max_length=200
            )
        self._add_choices()

    def _add_choices(self) -> None:
        members = Membership.objects.filter(unit=self.unit, valid_to__isnull=True)
        self.memberships = list(
            members.select_related("member__person").order_by("member__person__sort_key", "pk")
        )
        self.children = list(
            Unit.objects.filter(parent=self.unit, closed_on__isnull=True).order_by(
                "sort_key", "pk"
            )
        )
        places = [("", _("ở lại")), *((str(n), _("mới %s") % n) for n in self.part_numbers)]
        for row in self.memberships:
            self._add_choice(f"member_{row.member_id}", row.member.person.full_name, places)
        for child in self.children:
            self._add_choice(f"child_{child.pk}", child.name, places)

    def _add_choice(self, name: str, label: str, places: list[tuple[str, Any]]) -> None:
        self.fields[name] = forms.ChoiceField(label=label, choices=places, required=False)

    def _chosen(self, prefix: str, ids: list[int], number: int) -> list[int]:
        return [pk for pk in ids if self.cleaned_data[f"{prefix}_{pk}"] == str(number)]

    def _part(self, number: int) -> Part:
        return Part(
            facts=NewUnit(
                code=self.cleaned_data[f"code_{number}"],
                name=self.cleaned_data[f"name_{number}"],
                kind=UnitKind(self.unit.kind),
                sector=UnitSector(self.unit.sector),
                parent_id=self.unit.parent_id,
            ),
            member_ids=self._chosen("member", [row.member_id for row in self.memberships], number),
            child_ids=self._chosen("child", [child.pk for child in self.children], number),
        )

    def placed(self) -> list[tuple[str, str]]:
        """Say of each who goes where, for the preview."""
        return [
            (str(self.fields[name].label), self.cleaned_data[f"name_{place}"])
            for name, place in self.cleaned_data.items()
            if name.startswith(_PLACES) and place
        ]

    def change(self) -> Change:
        arguments = {
            "unit_id": self.unit.pk,
            "parts": [self._part(number) for number in self.part_numbers],
            "closes": self.cleaned_data["closes"],
            "basis": self.basis(),
        }
        return Change(
            UnitChangeKind.SPLIT,
            [self.unit.pk],
            split_unit,
            arguments,
            closes=self.cleaned_data["closes"],
        )


class CloseForm(ReorganizationForm):
    title = _("Giải thể")

    def change(self) -> Change:
        arguments = {"unit_id": self.unit.pk, "basis": self.basis()}
        return Change(UnitChangeKind.CLOSE, [self.unit.pk], close_unit, arguments, closes=True)


FORMS: dict[str, type[ReorganizationForm]] = {
    "found": FoundForm,
    "rename": RenameForm,
    "move": MoveForm,
    "merge": MergeForm,
    "split": SplitForm,
    "close": CloseForm,
}


class CollectiveForm(forms.Form):
    code = forms.CharField(label=_("Mã tập thể"), max_length=40)
    name = forms.CharField(label=_("Tên tập thể"), max_length=200)
    peer_group = forms.CharField(
        label=_("Nhóm tương đồng"),
        max_length=80,
        required=False,
        help_text=_("Các tập thể cùng nhóm được so sánh với nhau khi tính tỷ lệ xuất sắc."),
    )
    established_on = DayField(label=_("Ngày thành lập"))


class UnitDisciplineForm(forms.Form):
    title = _("Ghi kỷ luật tổ chức đảng")

    kind = forms.ChoiceField(
        label=_("Hình thức"),
        choices=[(k.value, k.label) for k in DisciplineKind if k in ORGANIZATION_DISCIPLINES],
    )
    decided_on = DayField(label=_("Ngày quyết định"))
    is_duty_related = forms.BooleanField(
        label=_("Liên quan chức trách, nhiệm vụ được giao"), required=False
    )
    document = forms.CharField(label=_("Văn bản"), max_length=200, required=False)

    def carry_out(self, *, unit: Unit, actor: Account, at: dt.datetime) -> object:
        data = self.cleaned_data | {"kind": DisciplineKind(self.cleaned_data["kind"])}
        return record_discipline(unit_id=unit.pk, arose_in_id=unit.pk, actor=actor, at=at, **data)


class UnitCommendationForm(forms.Form):
    title = _("Ghi khen thưởng tổ chức đảng")

    kind = forms.ChoiceField(label=_("Hình thức"), choices=CommendationKind.choices)
    decided_on = DayField(label=_("Ngày quyết định"))
    reason = forms.CharField(label=_("Thành tích"), max_length=300, required=False)
    document = forms.CharField(label=_("Văn bản"), max_length=200, required=False)

    def carry_out(self, *, unit: Unit, actor: Account, at: dt.datetime) -> object:
        data = self.cleaned_data | {"kind": CommendationKind(self.cleaned_data["kind"])}
        return record_commendation(unit_id=unit.pk, actor=actor, at=at, **data)


FACT_FORMS: dict[str, type[UnitDisciplineForm | UnitCommendationForm]] = {
    "discipline": UnitDisciplineForm,
    "commendation": UnitCommendationForm,
}
