from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tusoi.cycles.models import Obligation
from tusoi.cycles.queries import classes_for, rule_class_of, rulebook_of
from tusoi.engine import shown
from tusoi.ratings.operations import Again, Choice, Decision, EnteredFact
from tusoi.ratings.queries import Assessment, enterable_facts, scores_of
from tusoi.rulebooks.explaining import fact_title
from tusoi.rulebooks.readable import CLASSES
from tusoi.rulebooks.rulebook import localized
from tusoi.rulebooks.schema import FactKind, FactSpec, SettingId, SubjectClass
from tusoi.web.http import whole_number
from tusoi.web.ratings.reading import language, level_words


_NOT_APPLICABLE = "not-applicable"


class StepForm(forms.Form):
    """A level, the reasons for it, and facts that only people know."""

    level = forms.ChoiceField(label=gettext_lazy("Mức xếp loại"))
    reasons = forms.CharField(
        label=gettext_lazy("Lý do, nhận xét"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Bắt buộc khi chọn mức ngoài quy tắc cho phép."),
    )

    def __init__(
        self,
        *args: Any,
        assessment: Assessment,
        level: str,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.assessment = assessment
        field = self.fields["level"]
        field.choices = level_choices(assessment)  # type: ignore[attr-defined]  # a ChoiceField
        field.initial = level
        self.specs = enterable(assessment)
        for spec in self.specs:
            entry = assessment.sheet.get(spec.name)
            self.fields[f"fact-{spec.name}"] = _fact_field(
                spec, _written(entry.value if entry else None)
            )
        if self.specs:
            self.fields["source"] = forms.CharField(
                label=_("Nguồn của các dữ kiện vừa nhập"), required=False, max_length=300
            )

    @property
    def fact_fields(self) -> list[forms.BoundField]:
        """The fields that nobody but a person fills."""
        return self._fields_of(is_on_record=False)

    @property
    def record_fields(self) -> list[forms.BoundField]:
        """The fields of what is on record, to be put right where a paper says otherwise."""
        return self._fields_of(is_on_record=True)

    def _fields_of(self, *, is_on_record: bool) -> list[forms.BoundField]:
        return [
            self[f"fact-{spec.name}"] for spec in self.specs if spec.is_on_record is is_on_record
        ]

    @property
    def main_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if not name.startswith(("fact-", "source"))]

    def choice(self) -> Choice:
        return Choice(
            level_id=self.cleaned_data["level"],
            reasons=self.cleaned_data["reasons"],
            facts=self._entered(),
        )

    def _entered(self) -> dict[str, EnteredFact]:
        """Return the facts that are new or differ from what is known."""
        source = self.cleaned_data.get("source", "")
        entered = {}
        for spec in self.specs:
            text = str(self.cleaned_data.get(f"fact-{spec.name}") or "").strip()
            entry = self.assessment.sheet.get(spec.name)
            if text and text != _written(entry.value if entry else None):
                entered[spec.name] = EnteredFact(_read(spec, text), source)
        return entered


class DecideForm(StepForm):
    document = forms.CharField(
        label=gettext_lazy("Số, ký hiệu văn bản quyết định"), required=False, max_length=200
    )
    quota_reasons = forms.CharField(
        label=gettext_lazy("Lý do vượt tỷ lệ hoàn thành xuất sắc (nếu vượt)"),
        required=False,
        max_length=2000,
    )


class AgainForm(StepForm):
    again_rule = forms.ChoiceField(label=gettext_lazy("Trường hợp xếp loại lại"))
    again_grounds = forms.CharField(
        label=gettext_lazy("Sự việc mới, văn bản kết luận"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    document = forms.CharField(
        label=gettext_lazy("Số, ký hiệu quyết định xếp loại lại"), required=False, max_length=200
    )
    quota_reasons = forms.CharField(
        label=gettext_lazy("Lý do vượt tỷ lệ hoàn thành xuất sắc (nếu vượt)"),
        required=False,
        max_length=2000,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        rulebook = rulebook_of(self.assessment.obligation.cycle)
        self.fields["again_rule"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (one.id, localized(one.title, language())) for one in rulebook.rerating
        ]

    def again(self) -> Again:
        sent = self.cleaned_data
        return Again(
            sent["again_rule"], sent["again_grounds"], sent["document"], sent["quota_reasons"]
        )


class ClassForm(forms.Form):
    """The rulebook's class and sector block, where it tells narrower ones apart."""

    rule_class = forms.ChoiceField(label=gettext_lazy("Loại đối tượng"))
    block = forms.ChoiceField(label=gettext_lazy("Khối"), required=False)

    def __init__(self, *args: Any, obligation: Obligation, **options: Any) -> None:
        super().__init__(*args, **options)
        rulebook = rulebook_of(obligation.cycle)
        self.fields["rule_class"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (one, localized(CLASSES[SubjectClass(one)], language()).capitalize())
            for one in classes_for(obligation)
        ]
        self.fields["block"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", _("chưa xác định")),
            *((one.id, localized(one.title, language())) for one in rulebook.blocks),
        ]
        self.initial = {"rule_class": rule_class_of(obligation), "block": obligation.block}
        if not rulebook.blocks:
            del self.fields["block"]


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Lý do"), max_length=2000)


def level_choices(assessment: Assessment) -> list[tuple[str, str]]:
    """Return every level; those that the rules close or advise against say so."""
    words = level_words(rulebook_of(assessment.obligation.cycle))
    outcome = assessment.outcome
    found = []
    for one in words.values():
        note = ""
        if one.id in outcome.presumed:
            note = _(" – chỉ khi được xem xét lại, phải nêu căn cứ")
        elif one.id not in outcome.offered:
            note = _(" – ngoài quy tắc cho phép, phải nêu lý do")
        elif one.id in outcome.flagged:
            note = _(" – quy tắc chưa đối chiếu văn bản gốc không khuyến nghị")
        found.append((one.id, f"{one.title}{note}"))
    return found


@dataclass(frozen=True)
class Enterable:
    """A fact, or points, that a person may enter when rating a subject."""

    name: str
    title: str
    kind: FactKind
    help: str
    is_on_record: bool
    choices: tuple[tuple[str, str], ...] = ()


def enterable(assessment: Assessment) -> tuple[Enterable, ...]:
    """Return what may be entered: points first, then what is missing, then what is on record."""
    obligation = assessment.obligation
    rulebook = rulebook_of(obligation.cycle)
    levels = tuple((one.id, one.title) for one in level_words(rulebook).values())
    points = [
        Enterable(
            name,
            fact_title(rulebook, name).in_language(language()),
            FactKind.SCORE,
            _("Điểm theo thẩm định; để nguyên nếu nhất trí với điểm tự chấm."),
            is_on_record=False,
        )
        for name in scores_of(obligation)
    ]
    facts = [
        Enterable(
            spec.name,
            localized(spec.title, language()),
            spec.kind,
            _fact_help(obligation, spec),
            is_on_record=spec.supplied_by in {"application", "review"}
            and spec.name in assessment.sheet,
            choices=levels
            if spec.kind is FactKind.LEVEL
            else tuple((one.id, localized(one.title, language())) for one in spec.choices),
        )
        for spec in enterable_facts(obligation)
        if spec.name != _MEETING_TELLS
    ]
    return (*points, *facts)


def _fact_help(obligation: Obligation, spec: FactSpec) -> str:
    """Return the rulebook's help, and for the number of duties what the cycle chose to count."""
    words = localized(spec.help, language())
    settings = {one.id: one for one in rulebook_of(obligation.cycle).settings}
    setting = settings.get(SettingId.TASK_DENOMINATOR)
    if spec.name != _COUNTS_TASKS or setting is None:
        return words
    chosen = obligation.cycle.rulebook_settings.get(setting.id, setting.default)
    title = next((one.title for one in setting.choices if one.id == chosen), None)
    return _("%(help)s Đợt này chọn: %(choice)s.") % {
        "help": words,
        "choice": localized(title, language()).lower(),
    }


_COUNTS_TASKS = "tasks-assigned-count"
# Whether somebody was reviewed is what the meeting concluded, and nothing else.
_MEETING_TELLS = "reviewed"


def _fact_field(spec: Enterable, known: str) -> forms.Field:
    common: dict[str, Any] = {"label": spec.title, "required": False, "initial": known}
    common["help_text"] = spec.help
    unknown = [("", _("chưa có thông tin"))]
    if spec.kind is FactKind.BOOLEAN:
        return forms.ChoiceField(
            choices=[*unknown, ("yes", _("có")), ("no", _("không"))], **common
        )
    if spec.kind in {FactKind.LEVEL, FactKind.CHOICE}:
        outside = [(_NOT_APPLICABLE, _("không áp dụng"))]
        return forms.ChoiceField(choices=[*unknown, *spec.choices, *outside], **common)
    if spec.kind is FactKind.RATIO:
        widget = forms.TextInput(attrs={"placeholder": "85%"})
        return forms.CharField(max_length=12, widget=widget, **common)
    if spec.kind is FactKind.SCORE:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "form-count"})
        return forms.CharField(max_length=12, widget=widget, **common)
    return forms.IntegerField(min_value=0, max_value=100000, **common)


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else _decimal(str(value))


def _decimal(text: str) -> str:
    """Write an exact fraction as people do, where it has few decimals: 17/2 as 8,5."""
    top, slash, bottom = text.partition("/")
    if not slash or not bottom.isdecimal():
        return text
    return shown(Fraction(int(top), int(bottom)))


def _read(spec: Enterable, text: str) -> bool | int | str:
    if spec.kind is FactKind.BOOLEAN:
        return text == "yes"
    if spec.kind in {FactKind.COUNT, FactKind.MONTHS}:
        return int(text)
    if spec.kind is FactKind.RATIO:
        number = text.replace(",", ".").replace(" ", "")
        return number if "%" in number or "/" in number else f"{number}%"
    return text.replace(",", ".") if spec.kind is FactKind.SCORE else text


@dataclass(frozen=True)
class BatchInput:
    """What a batch form says: who was picked, and the level and reasons of each row."""

    picked: tuple[int, ...]
    levels: Mapping[int, str]
    reasons: Mapping[int, str]
    document: str
    quota_reasons: str

    @classmethod
    def read(cls, sent: QueryDict) -> "BatchInput":
        picked = map(whole_number, sent.getlist("pick"))
        return cls(
            picked=tuple(one for one in picked if one is not None),
            levels=_by_row(sent, "level-"),
            reasons=_by_row(sent, "reasons-"),
            document=sent.get("document", "")[:200],
            quota_reasons=sent.get("quota_reasons", "")[:2000],
        )

    @property
    def tried(self) -> dict[int, str]:
        return {pk: self.levels[pk] for pk in self.picked if self.levels.get(pk)}

    def decisions(self) -> list[Decision]:
        return [
            Decision(pk, Choice(self.levels.get(pk, ""), self.reasons.get(pk, "")))
            for pk in self.picked
        ]


def _by_row(sent: QueryDict, prefix: str) -> dict[int, str]:
    rows = {name: whole_number(name.removeprefix(prefix)) for name in sent}
    return {
        row: sent.get(name, "")[:4000]
        for name, row in rows.items()
        if row is not None and name.startswith(prefix)
    }
