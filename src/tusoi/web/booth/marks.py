"""How marks travel: one sign for each option, so that every choice takes the same room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from tusoi.ballots.enums import QuestionKind
from tusoi.ballots.errors import MarksNotUnderstood
from tusoi.ballots.queries import BoothQuestion


_MARKED, _EMPTY = "1", "0"
_SIGNS: Final = frozenset({_MARKED, _EMPTY})


@dataclass(frozen=True)
class OptionRow:
    title: str
    # The whole question with this option alone marked; the name of the option by itself.
    signs: str
    name: str


@dataclass(frozen=True)
class QuestionRow:
    """A question as the template lays it out."""

    name: str
    text: str
    is_one: bool
    most_choices: int
    blank: str
    options: tuple[OptionRow, ...]


def rows_of(questions: Sequence[BoothQuestion]) -> list[QuestionRow]:
    return [_row(one) for one in questions]


def _row(question: BoothQuestion) -> QuestionRow:
    count, name = len(question.options), _name(question)
    options = tuple(
        OptionRow(
            title, _EMPTY * place + _MARKED + _EMPTY * (count - place - 1), f"{name}.{place}"
        )
        for place, (_option, title) in enumerate(question.options)
    )
    return QuestionRow(
        name=name,
        text=_asked(question),
        is_one=question.most_choices == 1,
        most_choices=question.most_choices,
        blank=_EMPTY * count,
        options=options,
    )


def _asked(question: BoothQuestion) -> str:
    if question.kind == QuestionKind.LEVEL:
        return _("Xếp loại: %(subject)s") % {"subject": question.text}
    return question.text


def marks_of(questions: Sequence[BoothQuestion], sent: QueryDict) -> Mapping[int, list[str]]:
    """Read the marks of a ballot.

    Raises:
        MarksNotUnderstood: a question is missing, or has not one sign for each option.
    """
    marks = {}
    for question in questions:
        name, count = _name(question), len(question.options)
        # Without a script, an option among several is a pair of buttons of its own.
        apart = "".join(sent.get(f"{name}.{place}", "") for place in range(count))
        signs = sent.get(name, apart)
        if len(signs) != count or not set(signs) <= _SIGNS:
            raise MarksNotUnderstood
        pairs = zip(question.options, signs, strict=True)
        marks[question.id] = [option for (option, _title), sign in pairs if sign == _MARKED]
    return marks


def _name(question: BoothQuestion) -> str:
    return f"q{question.id}"
