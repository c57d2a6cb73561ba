from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tusoi.cycles.queries import rulebook_of
from tusoi.ratings.operations import Choice, Decision, EnteredFact
from tusoi.ratings.queries import Assessment, enterable_facts, subject_class_of
from tusoi.rulebooks.rulebook import localized
from tusoi.rulebooks.schema import FactKind, FactSpec
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
        with_facts: bool = True,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.assessment = assessment
        rulebook = rulebook_of(assessment.obligation.cycle)
        field = self.fields["level"]
        field.choices = level_choices(assessment)  # type: ignore[attr-defined]  # a ChoiceField
        field.initial = level
        subject_class = subject_class_of(assessment.obligation)
        self.specs = enterable_facts(rulebook, subject_class) if with_facts else ()
        for spec in self.specs:
            entry = assessment.sheet.get(spec.name)
            self.fields[f"fact-{spec.name}"] = _fact_field(
                spec,
                _written(entry.value if entry else None),
                [(one.id, one.title) for one in level_words(rulebook).values()],
            )
        if self.specs:
            self.fields["source"] = forms.CharField(
                label=_("Nguồn của các dữ kiện vừa nhập"), required=False, max_length=300
            )

    @property
    def fact_fields(self) -> list[forms.BoundField]:
        names = [f"fact-{spec.name}" for spec in self.specs]
        return [self[name] for name in [*names, "source"]] if names else []

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
            text = str(self.cleaned_data.get(f"fact-{spec.name}") or "")
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


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Lý do"), max_length=2000)


def level_choices(assessment: Assessment) -> list[tuple[str, str]]:
    """Return every level; those that the rules close or advise against say so."""
    words = level_words(rulebook_of(assessment.obligation.cycle))
    outcome = assessment.outcome
    found = []
    for one in words.values():
        note = ""
        if one.id not in outcome.offered:
            note = _(" – ngoài quy tắc cho phép, phải nêu lý do")
        elif one.id in outcome.flagged:
            note = _(" – quy tắc chưa đối chiếu văn bản gốc không khuyến nghị")
        found.append((one.id, f"{one.title}{note}"))
    return found


def _fact_field(spec: FactSpec, known: str, levels: list[tuple[str, str]]) -> forms.Field:
    label = localized(spec.title, language())
    common: dict[str, Any] = {"label": label, "required": False, "initial": known}
    common["help_text"] = localized(spec.help, language())
    unknown = [("", _("chưa có thông tin"))]
    if spec.kind is FactKind.BOOLEAN:
        return forms.ChoiceField(
            choices=[*unknown, ("yes", _("có")), ("no", _("không"))], **common
        )
    if spec.kind is FactKind.LEVEL:
        outside = [(_NOT_APPLICABLE, _("không áp dụng"))]
        return forms.ChoiceField(choices=[*unknown, *levels, *outside], **common)
    if spec.kind is FactKind.RATIO:
        widget = forms.TextInput(attrs={"placeholder": "85%"})
        return forms.CharField(max_length=12, widget=widget, **common)
    return forms.IntegerField(min_value=0, max_value=100000, **common)


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _read(spec: FactSpec, text: str) -> bool | int | str:
    if spec.kind is FactKind.BOOLEAN:
        return text == "yes"
    if spec.kind in {FactKind.COUNT, FactKind.MONTHS}:
        return int(text)
    if spec.kind is FactKind.RATIO:
        number = text.replace(",", ".").replace(" ", "")
        return number if "%" in number or "/" in number else f"{number}%"
    return text


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
