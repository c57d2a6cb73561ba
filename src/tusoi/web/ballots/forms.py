from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tusoi.ballots.enums import PollMode, QuestionKind
from tusoi.ballots.models import PollQuestion
from tusoi.ballots.operations import QuestionDraft
from tusoi.ballots.queries import QuestionCounts, TallyFigures
from tusoi.cycles.models import Obligation
from tusoi.people.models import Person


MOST = 100_000
LONG_TEXT = 300
WORDS_LENGTH = 120


def _count(label: Any, **fields: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=MOST,
        widget=forms.NumberInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "form-control-lg"}
        ),
        **fields,
    )


class ModeForm(forms.Form):
    mode = forms.ChoiceField(
        label=_("Cách bỏ phiếu"), choices=PollMode.choices, widget=forms.RadioSelect
    )

    def chosen(self) -> PollMode:
        return PollMode(self.cleaned_data["mode"])


class PrepareForm(ModeForm):
    """Which subjects stand on one ballot, and how the body votes."""

    def __init__(self, *args: Any, waiting: Iterable[Obligation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subjects"] = forms.TypedMultipleChoiceField(
            label=_("Bỏ phiếu xếp loại"),
            choices=[(one.pk, one.name) for one in waiting],
            coerce=int,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def drafts(self) -> list[QuestionDraft]:
        return [
            QuestionDraft(QuestionKind.LEVEL, obligation_id=one)
            for one in self.cleaned_data["subjects"]
        ]


class SubjectForm(forms.Form):
    """One more subject for the ballot."""

    def __init__(self, *args: Any, waiting: Iterable[Obligation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"] = forms.TypedChoiceField(
            label=_("Đối tượng xếp loại"),
            choices=[(one.pk, one.name) for one in waiting],
            coerce=int,
        )

    def draft(self) -> QuestionDraft:
        return QuestionDraft(QuestionKind.LEVEL, obligation_id=self.cleaned_data["subject"])


class YesNoForm(forms.Form):
    text = forms.CharField(label=_("Câu hỏi"), max_length=LONG_TEXT)

    def draft(self) -> QuestionDraft:
        return QuestionDraft(QuestionKind.YES_NO, text=self.cleaned_data["text"])


class ChooseForm(forms.Form):
    text = forms.CharField(label=_("Câu hỏi"), max_length=LONG_TEXT)
    options = forms.CharField(
        label=_("Các phương án, mỗi dòng một phương án"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    most = forms.IntegerField(label=_("Chọn nhiều nhất"), min_value=1, max_value=100, initial=1)

    def draft(self) -> QuestionDraft:
        return QuestionDraft(
            QuestionKind.CHOOSE,
            text=self.cleaned_data["text"],
            options=self.cleaned_data["options"].splitlines(),
            most_choices=self.cleaned_data["most"],
        )


class PeopleForm(forms.Form):
    """Tick people: as tellers, as those who hold a slip, as those who signed."""

    def __init__(
        self,
        *args: Any,
        people: Iterable[Person],
        label: Any = "",
        chosen: Sequence[int] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"] = forms.TypedMultipleChoiceField(
            label=label,
            choices=[(one.pk, one.full_name) for one in people],
            coerce=int,
            required=False,
            initial=list(chosen),
            widget=forms.CheckboxSelectMultiple,
        )

    def ids(self) -> list[int]:
        return list(self.cleaned_data["people"])


class OpenForm(PeopleForm):
    """What the meeting settles before it votes; very few are told first what that means."""

    paper_count = _count(_("Trong đó bỏ phiếu giấy"), required=False, initial=0)
    understood = forms.BooleanField(
        label=_("Hội nghị đã được nghe điều này và vẫn bỏ phiếu"), required=False
    )

    def __init__(self, *args: Any, is_small: bool, has_codes: bool, **kwargs: Any) -> None:
        super().__init__(*args, label=_("Người kiểm phiếu"), **kwargs)
        self.fields["people"].help_text = _("Ít nhất hai người có mặt, không kể người chủ trì.")
        self.fields["understood"].required = is_small
        if not is_small:
            del self.fields["understood"]
        if not has_codes:
            del self.fields["paper_count"]


class TallyForm(forms.Form):
    """The teller's sheet, in the order in which the box is counted."""

    issued = _count(_("Phiếu phát ra"))

    def __init__(
        self,
        *args: Any,
        questions: Sequence[PollQuestion],
        titles: Mapping[str, str],
        has_codes: bool,
        has_papers: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions = list(questions) if has_papers else []
        if has_codes:
            self.fields["slips"] = _count(_("Phiếu mã đã dùng, lấy từ hòm"))
            self.fields["unused"] = _count(_("Phiếu mã trả lại, chưa dùng"))
        if has_papers:
            self.fields["returned"] = _count(_("Phiếu giấy thu về"))
        for question in self.questions:
            for option in question.options:
                title = titles.get(option["id"], option["title"])
                if question.kind != QuestionKind.LEVEL:
                    title = option["title"]
                self.fields[f"{question.pk}-option-{option['id']}"] = _count(title)
            self.fields[f"{question.pk}-blank"] = _count(_("Phiếu trắng"))
            self.fields[f"{question.pk}-invalid"] = _count(_("Phiếu không hợp lệ"))

    @property
    def head_fields(self) -> list[forms.BoundField]:
        names = ("issued", "returned", "slips", "unused")
        return [self[one] for one in names if one in self.fields]

    @property
    def parts(self) -> list[dict[str, Any]]:
        """Return the lines of each question under its words."""
        return [
            {
                "question": one,
                "fields": [self[name] for name in self.fields if name.startswith(f"{one.pk}-")],
            }
            for one in self.questions
        ]

    def figures(self) -> TallyFigures:
        sent = self.cleaned_data
        return TallyFigures(
            issued_count=sent["issued"],
            returned_count=sent.get("returned", 0),
            slip_count=sent.get("slips", 0),
            unused_count=sent.get("unused", 0),
            counts={
                one.pk: QuestionCounts(
                    {option: sent[f"{one.pk}-option-{option}"] for option in one.option_ids},
                    sent[f"{one.pk}-blank"],
                    sent[f"{one.pk}-invalid"],
                )
                for one in self.questions
            },
        )

    def label_of(self, key: str) -> str:
        """Return the words of a line by its key on the sheet."""
        field = self.fields[key.replace(":", "-")]
        number = next(
            (n for n, one in enumerate(self.questions, 1) if key.startswith(f"{one.pk}:")), 0
        )
        if len(self.questions) > 1 and number:
            return _("Câu %(number)d, %(line)s") % {"number": number, "line": field.label}
        return str(field.label)


def initial_of(figures: TallyFigures) -> dict[str, int]:
    """Return a person's own earlier figures under the names of the form."""
    return {key.replace(":", "-"): count for key, count in figures.rows().items()}


class UrnForm(forms.Form):
    """The words of two holders; each types their own."""

    def __init__(self, *args: Any, holders: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = list(enumerate(holders))
        for number, label in ((1, _("Người thứ nhất")), (2, _("Người thứ hai"))):
            self.fields[f"holder_{number}"] = forms.TypedChoiceField(
                label=label, choices=choices, coerce=int, initial=number - 1
            )
            self.fields[f"words_{number}"] = forms.CharField(
                label=_("Sáu từ trên tờ từ khóa"),
                max_length=WORDS_LENGTH,
                help_text=_("Không cần gõ dấu, chữ hoa hay chữ thường đều được."),
                widget=forms.TextInput(
                    attrs={
                        "autocomplete": "off",
                        "autocapitalize": "none",
                        "spellcheck": "false",
                        "class": "form-control-lg",
                    }
                ),
            )

    def words(self) -> tuple[tuple[int, str], tuple[int, str]]:
        sent = self.cleaned_data
        return (
            (sent["holder_1"], sent["words_1"]),
            (sent["holder_2"], sent["words_2"]),
        )
