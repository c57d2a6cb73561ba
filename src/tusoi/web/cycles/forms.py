import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.forms import BoundField
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tusoi.cycles.enums import AdjustmentKind, Cadence, ProgressStep, StageKey, SubjectKind
from tusoi.cycles.models import CycleStage, ReviewCycle
from tusoi.cycles.operations import CycleDraft, Directive, default_calendar
from tusoi.cycles.queries import DossierState
from tusoi.files.models import StoredFile
from tusoi.rulebooks.rulebook import Rulebook, localized
from tusoi.units.models import Unit
from tusoi.web.forms import DayField


SORTS: Final = (
    ("weakest", _("Chậm nhất trước")),
    ("strongest", _("Nhanh nhất trước")),
    ("name", _("Theo tên")),
)


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of uploads in one control."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        several = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one, initial) for one in several if one]


class DraftForm(forms.Form):
    """What a person decides about a cycle; the choices the rulebook leaves open are fields too."""

    root = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Đảng bộ tổ chức kiểm điểm"), empty_label=None
    )
    name = forms.CharField(label=_("Tên đợt"), max_length=200)
    year = forms.IntegerField(label=_("Năm"), min_value=2000, max_value=2100)
    cadence = forms.ChoiceField(label=_("Định kỳ"), choices=Cadence.choices)
    period_from = DayField(label=_("Kiểm điểm từ ngày"))
    period_to = DayField(label=_("Đến hết ngày"))
    directive_number = forms.CharField(
        label=_("Số, ký hiệu văn bản chỉ đạo"), max_length=60, required=False
    )
    directive_on = DayField(label=_("Ngày ban hành"), required=False)
    directive_issuer = forms.CharField(label=_("Cơ quan ban hành"), max_length=200, required=False)
    directive_requirements = forms.CharField(
        label=_("Yêu cầu"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Các đơn vị đọc phần này khi quán triệt chỉ đạo."),
    )
    attachments = FilesField(
        label=_("Văn bản kèm theo"),
        required=False,
        help_text=_("PDF, Word, Excel hoặc ảnh; mỗi tệp không quá 20 MB."),
    )
    locks_after_due = forms.BooleanField(
        label=_("Khóa nộp sau thời hạn"),
        required=False,
        help_text=_("Sau thời hạn chỉ đơn vị được gia hạn mới nộp được."),
    )

    def __init__(
        self, *args: Any, rulebook: Rulebook, roots: Iterable[Unit], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.rulebook = rulebook
        self.fields["root"].queryset = roots  # type: ignore[attr-defined]  # a model choice field
        self._add_settings()
        self._add_calendar()

    def _add_settings(self) -> None:
        language = get_language() or "vi"
        for setting in self.rulebook.settings:
            self.fields[f"setting-{setting.id}"] = forms.ChoiceField(
                label=localized(setting.title, language),
                help_text=" ".join(
                    filter(
                        None,
                        (localized(setting.why, language), localized(setting.effect, language)),
                    )
                ),
                choices=[(one.id, localized(one.title, language)) for one in setting.choices],
                initial=setting.default,
                widget=forms.RadioSelect,
            )

    def _add_calendar(self) -> None:
        for key in StageKey:
            self.fields[f"due-{key}"] = DayField(
                label=key.label.capitalize(), required=key is StageKey.SELF_REVIEW
            )
            for kind in SubjectKind:
                self.fields[f"due-{key}-{kind}"] = DayField(
                    label=key.label.capitalize(), required=False
                )

    def setting_fields(self) -> list[BoundField]:
        return [self[f"setting-{setting.id}"] for setting in self.rulebook.settings]

    def common_days(self) -> list[BoundField]:
        return [self[f"due-{key}"] for key in StageKey]

    def own_days(self) -> list[tuple[str, list[BoundField], bool]]:
        """Return the days of each kind of subject that differ from the common ones, if any."""
        return [
            (str(kind.label), fields, any(field.value() for field in fields))
            for kind in SubjectKind
            for fields in [[self[f"due-{key}-{kind}"] for key in StageKey]]
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("period_from"), data.get("period_to")
        if start and end and end < start:
            self.add_error("period_to", _("Ngày cuối của kỳ kiểm điểm phải sau ngày đầu."))
        return data

    def calendar(self) -> dict[tuple[SubjectKind, StageKey], dt.date]:
        data = self.cleaned_data
        days = {
            (kind, key): data[f"due-{key}-{kind}"] or data[f"due-{key}"]
            for kind in SubjectKind
            for key in StageKey
        }
        return {place: day for place, day in days.items() if day}

    def draft(self, files: Iterable[StoredFile]) -> CycleDraft:
        data = self.cleaned_data
        return CycleDraft(
            name=data["name"],
            year=data["year"],
            cadence=Cadence(data["cadence"]),
            period_from=data["period_from"],
            period_to=data["period_to"],
            rulebook_identity=self.rulebook.identity,
            rulebook_settings={
                setting.id: data[f"setting-{setting.id}"] for setting in self.rulebook.settings
            },
            directive=Directive(
                number=data["directive_number"],
                on=data["directive_on"],
                issuer=data["directive_issuer"],
                requirements=data["directive_requirements"],
                files=list(files),
            ),
            calendar=self.calendar(),
            locks_after_due=data["locks_after_due"],
        )


def initial_of_new(rulebook: Rulebook, year: int) -> dict[str, Any]:
    return {
        "name": _("Kiểm điểm, đánh giá, xếp loại chất lượng năm %(year)s") % {"year": year},
        "year": year,
        "cadence": Cadence.ANNUAL,
        "period_from": dt.date(year, 1, 1),
        "period_to": dt.date(year, 12, 31),
        **_initial_days(default_calendar(rulebook, year)),
    }


def initial_of(cycle: ReviewCycle) -> dict[str, Any]:
    """Return what a draft says, as the form shows it."""
    plain = (
        "root name year cadence period_from period_to directive_number directive_on "
        "directive_issuer directive_requirements locks_after_due"
    )
    stages = CycleStage.objects.filter(cycle=cycle)
    days = {(SubjectKind(one.subject_kind), StageKey(one.key)): one.due_on for one in stages}
    return {
        **{name: getattr(cycle, name) for name in plain.split()},
        **{f"setting-{name}": choice for name, choice in cycle.rulebook_settings.items()},
        **_initial_days(days),
    }


def _initial_days(days: Mapping[tuple[SubjectKind, StageKey], dt.date]) -> dict[str, dt.date]:
    """Put the day that most kinds of subject share first, and what differs below."""
    found: dict[str, dt.date] = {}
    for key in StageKey:
        of_kinds = {kind: day for (kind, one), day in days.items() if one is key}
        if not of_kinds:
            continue
        common, _count = Counter(of_kinds.values()).most_common(1)[0]
        found[f"due-{key}"] = common
        found |= {f"due-{key}-{kind}": day for kind, day in of_kinds.items() if day != common}
    return found


class ProgressForm(forms.Form):
    """The switches of the progress page; they live in its address."""

    step = forms.ChoiceField(
        label=_("Tính theo bước"),
        choices=ProgressStep.choices,
        required=False,
    )
    as_of = DayField(label=_("Đến hết ngày"), required=False)
    sort = forms.ChoiceField(label=_("Sắp xếp"), choices=SORTS, required=False)
    q = forms.CharField(required=False, max_length=100)

    def chosen(self) -> dict[str, Any]:
        """Return what was asked for; what makes no sense is left out."""
        self.is_valid()
        data = self.cleaned_data
        return {
            "step": ProgressStep(data.get("step") or ProgressStep.REVIEWED),
            "as_of": data.get("as_of"),
            "sort": data.get("sort") or "weakest",
            "q": data.get("q", ""),
        }


class DossiersForm(forms.Form):
    state = forms.ChoiceField(
        label=_("Tình trạng"),
        choices=[
            ("", _("Tất cả")),
            *((one.value, one.label.capitalize()) for one in DossierState),
        ],
        required=False,
    )
    kind = forms.ChoiceField(
        label=_("Đối tượng"),
        choices=[("", _("tất cả")), *SubjectKind.choices],
        required=False,
    )
    below = forms.BooleanField(label=_("Cả các đơn vị bên dưới"), required=False)
    q = forms.CharField(required=False, max_length=100)

    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        data = self.cleaned_data
        return {
            "state": DossierState(data["state"]) if data.get("state") else None,
            "kind": SubjectKind(data["kind"]) if data.get("kind") else None,
            "below": data.get("below", False),
            "q": data.get("q", ""),
        }


class ReasonForm(forms.Form):
    """Why the expected set changes, and since when."""

    kind = forms.ChoiceField(label=_("Loại điều chỉnh"), choices=AdjustmentKind.choices)
    since = DayField(label=_("Có hiệu lực từ"))
    reason = forms.CharField(
        label=_("Lý do"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class ExceptionForm(forms.Form):
    until = DayField(label=_("Được nộp đến hết ngày"))
    reason = forms.CharField(
        label=_("Lý do"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
