import datetime as dt
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, ClassVar, Final

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.formats import get_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tusoi.core.text import search_key
from tusoi.people.models import Person
from tusoi.remediation.models import (
    ActionVersion,
    FollowedShortcoming,
    RemediationAction,
    RemediationPlan,
)
from tusoi.remediation.operations import ActionContent, Step
from tusoi.remediation.queries import (
    bodies_for,
    content_of,
    likely_owners,
    owners_for,
    partners_for,
    shortcomings_of_plan,
)
from tusoi.units.enums import UnitKind
from tusoi.units.models import Unit
from tusoi.units.queries import name_matches
from tusoi.web.forms import DayField
from tusoi.web.http import whole_number


# So many can be looked over at once; of more, a person types a part of the name.
MOST_SHOWN: Final = 20
LONGEST_STEP: Final = 300
MOST_WHOLE: Final = 2_147_483_647
OWNER_SEARCH: Final = "owner_search"
PARTNER_SEARCH: Final = "partner_search"
Choice = tuple[str, str]
_THOUSANDS: Final = re.compile(r"-?\d{1,3}(\.\d{3})+(,\d+)?")
NOBODY: Final = _("Không tìm thấy tên này. Hãy ghi ngắn hơn hoặc ghi mã.")
SEVERAL: Final = _("Có nhiều tên khớp. Hãy chọn một trong danh sách ở trên.")


class FigureField(forms.DecimalField):
    """A figure as people here write it: 1.234,5; in English 1,234.5."""

    default_error_messages: ClassVar = {
        "invalid": _("Hãy ghi một con số, ví dụ 74 hoặc 1.234,5."),
        "max_digits": _("Con số này quá dài."),
        "max_whole_digits": _("Con số này quá lớn."),
        "max_decimal_places": _("Ghi nhiều nhất ba chữ số thập phân."),
    }

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        super().__init__(max_digits=18, decimal_places=3, widget=FigureInput(), **options)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = _plain(re.sub(r"[\s\u00a0%]", "", value))
        return super().to_python(value)


def _plain(figure: str) -> str:
    """Take out the separators of thousands; a lone point or comma is that of decimals."""
    if (get_language() or "vi").startswith("en"):
        figure = figure.translate(str.maketrans(",.", ".,"))
    if _THOUSANDS.fullmatch(figure):
        figure = figure.replace(".", "")
    return figure.replace(",", ".")


class VersionField(forms.IntegerField):
    """A number that the page itself put into the form; what no column holds is refused."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.HiddenInput, min_value=0, max_value=MOST_WHOLE, **options)


class FigureInput(forms.TextInput):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off"} | (attrs or {}))

    def format_value(self, value: Any) -> Any:
        """Leave out idle zeros: 74, not 74,000."""
        if isinstance(value, Decimal):
            plain = format(value, "f")
            plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
            return plain.replace(".", get_format("DECIMAL_SEPARATOR"))
        return value


class StepForm(forms.Form):
    """What one step asks for; it knows the object that it is about."""

    def __init__(self, *args: Any, about: Any = None, **options: Any) -> None:
        self.about = about
        super().__init__(*args, **options)


class ActionForm(forms.Form):
    """One action; who is in charge is a person of the unit or below, or one of its bodies.

    Whoever is not on the short lists is searched for: a name sent along is looked up, and those
    found are then on the list. That is one more turn to the server, and needs no JavaScript.
    """

    text = forms.CharField(
        label=_("Việc phải làm"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    shortcomings = forms.MultipleChoiceField(
        label=_("Khắc phục hạn chế, khuyết điểm"), widget=forms.CheckboxSelectMultiple
    )
    owner = forms.ChoiceField(
        label=_("Nơi chủ trì"), required=False, widget=forms.RadioSelect, initial=""
    )
    owner_search = forms.CharField(
        label=_("Tìm người, tổ chức chủ trì khác"),
        required=False,
        max_length=100,
        help_text=_("Họ tên, tên hoặc mã tổ chức đảng, có dấu hay không dấu đều được."),
    )
    due_on = DayField(label=_("Thời hạn"), required=False)
    measure = forms.CharField(
        label=_("Thước đo kết quả"),
        required=False,
        max_length=300,
        help_text=_("Nhìn vào đâu để biết đã khắc phục xong."),
    )
    planned_value = FigureField(label=_("Mức phải đạt"))
    value_unit = forms.CharField(
        label=_("Đơn vị tính"), required=False, max_length=40, help_text=_("Ví dụ: %, triệu đồng.")
    )
    start_on = DayField(label=_("Ngày bắt đầu"), required=False)
    first_step = forms.CharField(label=_("Việc làm trước"), required=False, max_length=300)
    first_due_on = DayField(label=_("Mốc đầu tiên"), required=False)
    steps = forms.CharField(
        label=_("Các bước thực hiện"),
        required=False,
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Mỗi dòng một bước; bước nào xong thì đánh dấu ở trang của việc."),
    )
    places = forms.CharField(
        label=_("Nơi thực hiện"),
        required=False,
        max_length=300,
        help_text=_("Phường, khu vực, chi bộ… nơi làm việc này."),
    )
    partner_units = forms.MultipleChoiceField(
        label=_("Tổ chức đảng phối hợp"), required=False, widget=forms.CheckboxSelectMultiple
    )
    partner_search = forms.CharField(
        label=_("Tìm tổ chức đảng phối hợp"),
        required=False,
        max_length=100,
        help_text=_("Tên hoặc mã của tổ chức đảng bất kỳ trong đợt kiểm điểm."),
    )
    partners = forms.CharField(
        label=_("Cơ quan, đoàn thể khác phối hợp"), required=False, max_length=400
    )
    version = VersionField(required=False)
    # The edit that ran into a newer one and is brought in by this form.
    kept = VersionField(required=False)

    def __init__(
        self,
        *args: Any,
        plan: RemediationPlan,
        action: RemediationAction | None = None,
        **options: Any,
    ) -> None:
        if action is not None:
            options.setdefault("initial", initial_of(action))
        super().__init__(*args, **options)
        self.plan, self.action = plan, action
        linked = action.links.values("shortcoming") if action is not None else []
        told = [
            one
            for one in shortcomings_of_plan(plan)
            .select_related("collective")
            .annotate(is_linked=Q(pk__in=linked))
            if one.is_linked or not one.is_settled
        ]
        if action is None and len(told) == 1 and not self.initial.get("shortcomings"):
            self.initial["shortcomings"] = [str(told[0].pk)]
        self.owners_found = self._find_owners()
        self.partners_found = _partners(matching(partners_for(plan), self._typed(PARTNER_SEARCH)))
        self._offer("shortcomings", [(str(one.pk), _told(one)) for one in told])
        if plan.person is not None:
            # What a person undertakes about themselves is theirs.
            self._offer("owner", _people([plan.person]))
            self.fields["owner"].required = True
            del self.fields[OWNER_SEARCH]
        else:
            self._offer("owner", self._owner_choices())
        self._offer("partner_units", [*self._partners_known(), *self.partners_found])

    def _owner_choices(self) -> list[Choice]:
        return [("", str(_("chưa giao"))), *self._owners_known(), *self.owners_found]

    def _offer(self, name: str, choices: list[Choice]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(dict.fromkeys(choices))

    def _typed(self, name: str) -> str:
        return str(self.data.get(name) or "").strip()[:100]

    def _find_owners(self) -> list[Choice]:
        unit_id, typed = self.plan.answering_unit_id, self._typed(OWNER_SEARCH)
        bodies = matching(bodies_for(unit_id), typed)
        return [*_bodies(bodies), *_people(matching(owners_for(unit_id), typed))]

    def _owners_known(self) -> list[Choice]:
        """Return who is in charge, who was chosen a turn ago, and of whom one thinks first."""
        unit_id = self.plan.answering_unit_id
        chosen = self._typed("owner") or str(self.initial.get("owner") or "")
        kind, _colon, key = chosen.partition(":")
        pk = whole_number(key) or 0
        known = _bodies(bodies_for(unit_id).filter(pk=pk if kind == "unit" else 0))
        known += _people(owners_for(unit_id).filter(pk=pk if kind == "person" else 0))
        if self.action is not None:
            known += _bodies([self.action.owner_unit] if self.action.owner_unit else [])
            known += _people([self.action.owner_person] if self.action.owner_person else [])
        everybody = list(owners_for(unit_id)[: MOST_SHOWN + 1])
        are_few = len(everybody) <= MOST_SHOWN
        likely = everybody if are_few else likely_owners(unit_id)[:MOST_SHOWN]
        return [*known, *_bodies([self.plan.unit]), *_people(likely)]

    def _partners_known(self) -> list[Choice]:
        sent = self.data.getlist("partner_units") if isinstance(self.data, QueryDict) else []
        begun = self.initial.get("partner_units") or []
        keys = [key for one in (*sent, *begun) if (key := whole_number(str(one))) is not None]
        chosen = _partners(partners_for(self.plan).filter(pk__in=keys))
        return [*_partners(self.action.partner_units.all() if self.action else ()), *chosen]

    def look_up(self) -> None:
        """Keep what was typed, find whom the page was asked to find, and refuse nothing else."""
        self.full_clean()
        self.errors.clear()
        for name, found in self._searches():
            if self._typed(name) and not found:
                self.add_error(name, NOBODY)

    def _searches(self) -> list[tuple[str, list[Choice]]]:
        return [(OWNER_SEARCH, self.owners_found), (PARTNER_SEARCH, self.partners_found)]

    def clean(self) -> dict[str, Any]:
        """Take a name that only one bears as the choice; ask which one is meant otherwise."""
        sent = super().clean() or self.cleaned_data
        if OWNER_SEARCH in self.fields:
            self._settle(OWNER_SEARCH, "owner", self.owners_found, [sent.get("owner", "")])
        self._settle(
            PARTNER_SEARCH, "partner_units", self.partners_found, sent.get("partner_units", [])
        )
        return sent

    def clean_steps(self) -> str:
        """Refuse a line that the checklist cannot hold, rather than cut it."""
        steps = str(self.cleaned_data["steps"])
        for number, line in enumerate(steps.splitlines(), start=1):
            if len(line.strip()) > LONGEST_STEP:
                raise forms.ValidationError(
                    _("Dòng %(number)d dài quá %(most)d ký tự. Hãy ghi ngắn hơn hoặc tách ra."),
                    params={"number": number, "most": LONGEST_STEP},
                )
        return steps

    def _settle(self, search: str, name: str, found: list[Choice], chosen: list[str]) -> None:
        keys = [key for key, _label in found]
        if not self._typed(search) or set(keys) & set(chosen):
            return
        if len(keys) == 1:
            self.cleaned_data[name] = keys[0] if name == "owner" else [*chosen, keys[0]]
        elif keys:
            self.add_error(search, SEVERAL)
        else:
            self.add_error(search, NOBODY)

    def content(self) -> ActionContent:
        sent = self.cleaned_data
        person_id, unit_id = owner_of(sent["owner"])
        return ActionContent(
            text=sent["text"],
            shortcoming_ids=[int(one) for one in sent["shortcomings"]],
            owner_person_id=person_id,
            owner_unit_id=unit_id,
            partners=sent["partners"],
            partner_unit_ids=[int(one) for one in sent["partner_units"]],
            places=sent["places"],
            due_on=sent["due_on"],
            measure=sent["measure"],
            planned_value=sent["planned_value"],
            value_unit=sent["value_unit"],
            start_on=sent["start_on"],
            first_step=sent["first_step"],
            first_due_on=sent["first_due_on"],
            steps=self._steps(),
        )

    def _steps(self) -> list[Step]:
        """Return the lines of the checklist; one with the same words keeps its day."""
        days = {one.text: one.due_on for one in self.action.steps.all()} if self.action else {}
        lines = [line.strip() for line in self.cleaned_data["steps"].splitlines()]
        return [Step(line, days.get(line)) for line in lines if line]


class HandOverForm(ActionForm):
    """Who takes an action over; the search is that of the action's own form."""

    reason = forms.CharField(
        label=_("Lý do bàn giao"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("initial", {"owner": ""})
        super().__init__(*args, **options)
        for name in set(self.fields) - {"owner", OWNER_SEARCH, "reason"}:
            del self.fields[name]
        self.fields["owner"].label = _("Nơi nhận bàn giao")

    def _owner_choices(self) -> list[Choice]:
        """Offer neither nobody nor who has it already: that hands nothing over."""
        held = self.action
        has = {f"person:{held.owner_person_id}", f"unit:{held.owner_unit_id}"} if held else set()
        return [one for one in super()._owner_choices() if one[0] and one[0] not in has]

    def _searches(self) -> list[tuple[str, list[Choice]]]:
        return [(OWNER_SEARCH, self.owners_found)]

    def clean(self) -> dict[str, Any]:
        sent = forms.Form.clean(self) or self.cleaned_data
        self._settle(OWNER_SEARCH, "owner", self.owners_found, [sent.get("owner", "")])
        if not self.cleaned_data.get("owner") and not self.errors:
            self.add_error("owner", _("Hãy chọn một người hoặc một tổ chức nhận bàn giao."))
        return sent

    def chosen(self) -> tuple[int | None, int | None]:
        return owner_of(self.cleaned_data["owner"])


def owner_of(choice: str) -> tuple[int | None, int | None]:
    """Return the keys of the person and of the body that a choice names."""
    kind, _colon, key = choice.partition(":")
    return (
        int(key) if kind == "person" else None,
        int(key) if kind == "unit" else None,
    )


def matching(scope: QuerySet[Any], typed: str) -> Iterable[Any]:
    return scope.filter(name_matches(typed))[:MOST_SHOWN] if search_key(typed) else ()


def _people(rows: Iterable[Person]) -> list[Choice]:
    return [(f"person:{one.pk}", with_more(one.full_name, one.occupation)) for one in rows]


def _bodies(rows: Iterable[Unit]) -> list[Choice]:
    return [(f"unit:{one.pk}", _placed(one)) for one in rows]


def _partners(rows: Iterable[Unit]) -> list[Choice]:
    return [(str(one.pk), _placed(one)) for one in rows]


def _placed(unit: Unit) -> str:
    """Return the name; of a cell with whose it is, for many are called alike."""
    is_cell = unit.kind == UnitKind.CELL and unit.parent is not None
    return f"{unit.name} – {unit.parent}" if is_cell else unit.name


def _told(one: FollowedShortcoming) -> str:
    """Return the shortcoming in full; of a leadership collective, whose it is."""
    return with_more(one.nature, one.collective.name if one.collective else "")


def with_more(name: str, more: str) -> str:
    return f"{name} ({more})" if more else name


def initial_of(action: RemediationAction) -> dict[str, Any]:
    return _initial(content_of(action)) | {"version": action.version}


def initial_of_kept(kept: ActionVersion, action: RemediationAction) -> dict[str, Any]:
    """Return a text that was put aside as the form begins with it, to be saved over today's."""
    return _initial(content_of(action) | kept.content) | {"version": action.version}


def _initial(told: Mapping[str, Any]) -> dict[str, Any]:
    """Read what `content_of` wrote."""
    owner = f"person:{told['owner_person_id']}" if told["owner_person_id"] else ""
    owner = f"unit:{told['owner_unit_id']}" if told["owner_unit_id"] else owner
    plain = ("text", "measure", "value_unit", "first_step", "places", "partners")
    days = ("due_on", "start_on", "first_due_on")
    planned = told["planned_value"]
    return {
        **{name: told[name] for name in plain},
        **{name: dt.date.fromisoformat(told[name]) if told[name] else None for name in days},
        "owner": owner,
        "planned_value": Decimal(planned) if planned is not None else None,
        "shortcomings": [str(one) for one in told["shortcoming_ids"]],
        "partner_units": [str(one) for one in told["partner_unit_ids"]],
        "steps": "\n".join(one["text"] for one in told["steps"]),
    }
