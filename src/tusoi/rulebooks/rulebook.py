"""A rulebook in the hands of the other rooms: ask it; it never changes."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from tusoi.engine import (
    NOT_APPLICABLE,
    Base,
    Citation,
    Condition,
    FactInvalid,
    Facts,
    FactValue,
    Quota,
    Rounding,
    Rules,
    Scale,
    Text,
    Truth,
)
from tusoi.rulebooks.compiling import Compiler, citation
from tusoi.rulebooks.errors import NotInRulebook
from tusoi.rulebooks.schema import (
    Authority,
    AuthorityLevel,
    Cite,
    CommentRule,
    Criterion,
    FactKind,
    FactSpec,
    FormSpec,
    Grade,
    Level,
    OrderRule,
    ParticipationRule,
    Question,
    QuestionKind,
    QuotaSpec,
    RulebookContent,
    SectionSpec,
    Setting,
    Stage,
    SubjectClass,
    parse_ratio,
)


MONTHS_A_YEAR = 12
NOT_NUMBERS = {FactKind.BOOLEAN, FactKind.GRADE, FactKind.LEVEL}

T = TypeVar("T", Criterion, Grade, Level, Setting)


@dataclass(frozen=True)
class Section:
    id: str
    title: Text
    help: Text | None
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Form:
    """A form as one subject sees it: only the questions that are put to it."""

    id: str
    code: str
    title: Text
    sections: tuple[Section, ...]
    needs_checking: bool

    @property
    def questions(self) -> Iterator[Question]:
        return (one for section in self.sections for one in section.questions)

    def question(self, question_id: str) -> Question:
        for one in self.questions:
            if one.id == question_id:
                return one
        raise NotInRulebook(f"form {self.id} has no question {question_id!r}")


@dataclass(frozen=True)
class ParticipationFacts:
    """What is known about a subject on the day to which the cycle looks.

    `None` means that nobody knows; it never takes anybody out of the review.
    """

    cycle_ends_on: dt.date
    subject_class: str = SubjectClass.MEMBER
    exempt: bool | None = False
    suspended: bool | None = False
    suspended_from_committee: bool | None = False
    admitted_on: dt.date | None = None
    established_on: dt.date | None = None

    def as_facts(self) -> Facts:
        known: dict[str, FactValue | None] = {
            "exempt": self.exempt,
            "suspended": self.suspended,
            "suspended-from-committee": self.suspended_from_committee,
            "months-since-admission": _months(self.admitted_on, self.cycle_ends_on),
            "months-since-establishment": _months(self.established_on, self.cycle_ends_on),
        }
        return Facts({name: value for name, value in known.items() if value is not None})


@dataclass(frozen=True)
class Participation:
    """Whether a subject is reviewed and rated, and under which rule if not both."""

    review: bool
    rate: bool
    code: str = ""
    title: Text | None = None
    cites: tuple[Citation, ...] = ()
    needs_checking: bool = False
    undecided: tuple[str, ...] = ()
    """Rules that might apply, if a missing date were known."""


@dataclass(frozen=True)
class Rulebook:
    content: RulebookContent

    @property
    def id(self) -> str:
        return self.content.id

    @property
    def revision(self) -> int:
        return self.content.revision

    @property
    def identity(self) -> str:
        return f"{self.id}@{self.revision}"

    @property
    def title(self) -> Text:
        return self.content.title

    @property
    def levels(self) -> tuple[Level, ...]:
        """The rating levels, best first."""
        return self.content.levels

    @property
    def grades(self) -> tuple[Grade, ...]:
        """The grades of one criterion, best first."""
        return self.content.grades

    @property
    def facts(self) -> tuple[FactSpec, ...]:
        return self.content.facts

    @property
    def stages(self) -> tuple[Stage, ...]:
        return self.content.stages

    @property
    def orders(self) -> tuple[OrderRule, ...]:
        return self.content.orders

    @property
    def settings(self) -> tuple[Setting, ...]:
        return self.content.settings

    @property
    def participation(self) -> tuple[ParticipationRule, ...]:
        return self.content.participation

    def level(self, level_id: str) -> Level:
        return _named(self.levels, level_id, self.identity)

    def grade(self, grade_id: str) -> Grade:
        return _named(self.grades, grade_id, self.identity)

    def criterion(self, criterion_id: str) -> Criterion:
        every = [one for group in self.content.criteria for one in group.criteria]
        return _named(every, criterion_id, self.identity)

    def setting(self, setting_id: str, chosen: Mapping[str, str] | None = None) -> str:
        """Return what the authority chose for a setting, or where the rulebook starts from."""
        setting = _named(self.settings, setting_id, self.identity)
        choice = (chosen or {}).get(setting_id, setting.default)
        if choice not in {one.id for one in setting.choices}:
            raise NotInRulebook(f"setting {setting_id} has no choice {choice!r}")
        return choice

    def citations(self, cites: Iterable[Cite]) -> tuple[Citation, ...]:
        instruments = {one.key: one for one in self.content.instruments}
        return tuple(citation(one, instruments) for one in cites)

    # Subjects

    def criteria_for(self, subject_class: str) -> tuple[Criterion, ...]:
        """The criteria of a class, those it shares with another class first."""
        wanted = self._subject_class(subject_class)
        found = next(one for one in self.content.criteria if one.subject_class is wanted)
        shared = [one for name in found.includes for one in self.criteria_for(name)]
        return (*shared, *found.criteria)

    def form_for(self, subject_class: str, *, is_leader: bool = False) -> Form:
        """The form that a subject fills in; a leader's has the questions for leaders too."""
        wanted = self._subject_class(subject_class)
        spec = next(one for one in self.content.forms if wanted in one.applies_to)
        audience = {wanted} | ({SubjectClass.LEADER} if is_leader else set())
        return self._form(spec, audience)

    def rules_for(self, subject_class: str) -> Rules:
        return self._rules[self._subject_class(subject_class)]

    def facts_from(self, values: Mapping[str, FactValue]) -> Facts:
        """Take facts by their names in facts.yaml and grades as `grade.<criterion>`.

        Raises:
            NotInRulebook: a name that no rule of this rulebook could read.
        """
        criteria = {one.id for group in self.content.criteria for one in group.criteria}
        known = {one.name for one in self.facts} | {f"grade.{one}" for one in criteria}
        unknown = sorted(set(values) - known)
        if unknown:
            raise NotInRulebook(f"{self.identity} knows no fact {', '.join(unknown)}")
        return Facts(values)

    def read_facts(self, record: Mapping[str, object]) -> Facts:
        """Take facts as JSON or YAML keeps them.

        A share is `40%` or `2/5`; what can't exist for the subject is `not-applicable`.

        Raises:
            NotInRulebook: a name that no rule of this rulebook could read.
            FactInvalid: a value of another kind than facts.yaml says.
        """
        kinds = {one.name: one.kind for one in self.facts}
        return self.facts_from(
            {
                name: read_fact(name, kinds.get(name, FactKind.GRADE), value)
                for name, value in record.items()
            }
        )

    def participation_for(
        self, member_facts: ParticipationFacts | Mapping[str, Any]
    ) -> Participation:
        """Say whether a subject takes part; the first rule that holds decides."""
        given = (
            member_facts
            if isinstance(member_facts, ParticipationFacts)
            else ParticipationFacts(**member_facts)
        )
        facts = given.as_facts()
        # A district asks about thousands of days of admission, yet of a few hundred months.
        key = given.subject_class, *sorted(facts.values.items())
        if key not in self._participations:
            self._participations[key] = self._participation(given.subject_class, facts)
        return self._participations[key]

    def _participation(self, subject_class: str, facts: Facts) -> Participation:
        undecided: list[str] = []
        for rule, truth in self._participation_truths(subject_class, facts):
            if truth is Truth.HOLDS:
                return Participation(
                    review=rule.review,
                    rate=rule.rate,
                    code=rule.id,
                    title=rule.title,
                    cites=self.citations(rule.cites),
                    needs_checking=rule.needs_checking,
                    undecided=tuple(undecided),
                )
            if truth is Truth.UNDECIDED:
                undecided.append(rule.id)
        return Participation(review=True, rate=True, undecided=tuple(undecided))

    def deciding_authority(self, subject_class: str, unit_kind: str = "") -> AuthorityLevel:
        return self.authority_for(subject_class, unit_kind).authority

    def authority_for(self, subject_class: str, unit_kind: str = "") -> Authority:
        """Who decides. Without a kind of unit, the first rule for the class."""
        wanted = self._subject_class(subject_class)
        rows = [one for one in self.content.authorities if one.subject_class is wanted]
        fitting = [one for one in rows if not one.unit_kinds or unit_kind in one.unit_kinds]
        return (fitting or rows)[0]

    def quota_for(
        self, subject_class: str, chosen: Mapping[str, str] | None = None
    ) -> Quota | None:
        """The quota of a class, with the settings that the authority chose, if any."""
        wanted = self._subject_class(subject_class)
        for spec in self.content.quotas:
            if spec.subject_class is wanted:
                return self._quota(spec, chosen)
        return None

    def comments_for(self, subject_class: str) -> tuple[CommentRule, ...]:
        wanted = self._subject_class(subject_class)
        return tuple(one for one in self.content.comments if wanted in one.applies_to)

    # Identity

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the content in one canonical spelling; worked cases are no part of it."""
        content = self.content.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        spelled = json.dumps(
            content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
        )
        return hashlib.sha256(spelled.encode()).hexdigest()

    def snapshot(self) -> dict[str, Any]:
        """Return everything as JSON, so that a cycle can keep its own copy."""
        return self.content.model_dump(mode="json", by_alias=True)

    @classmethod
    def from_snapshot(cls, snapshot: Mapping[str, Any]) -> "Rulebook":
        return cls(RulebookContent.model_validate(snapshot))

    # Inside

    @cached_property
    def _rules(self) -> dict[SubjectClass, Rules]:
        return {one: self._compiled(one) for one in SubjectClass}

    @cached_property
    def _level_scale(self) -> Scale:
        return Scale("levels", tuple(one.id for one in self.levels))

    def compiler(self, subject_class: SubjectClass) -> Compiler:
        return Compiler(
            kinds={one.name: one.kind for one in self.facts},
            grades=Scale("grades", tuple(one.id for one in self.grades)),
            levels=self._level_scale,
            criteria=self.criteria_for(subject_class),
        )

    def _compiled(self, subject_class: SubjectClass) -> Rules:
        compiler = self.compiler(subject_class)
        return Rules(
            subject_class=subject_class.value,
            levels=self._level_scale,
            rules=tuple(
                compiler.rule(spec, self.citations(spec.cites))
                for spec in self.content.rules
                if subject_class in spec.applies_to
            ),
        )

    @cached_property
    def _participations(self) -> dict[tuple[Any, ...], Participation]:
        return {}

    @cached_property
    def _participation_conditions(self) -> list[tuple[ParticipationRule, Condition]]:
        compiler = self.compiler(SubjectClass.MEMBER)
        return [(rule, compiler.condition(rule.if_)) for rule in self.participation]

    def _participation_truths(
        self, subject_class: str, facts: Facts
    ) -> Iterator[tuple[ParticipationRule, Truth]]:
        wanted = self._subject_class(subject_class)
        for rule, condition in self._participation_conditions:
            if wanted in rule.applies_to:
                yield rule, condition.truth(facts)

    def _quota(self, spec: QuotaSpec, chosen: Mapping[str, str] | None) -> Quota:
        return Quota(
            id=spec.id,
            title=spec.title,
            level=spec.level,
            base_level=spec.base_level,
            ratio=spec.ratio,
            base=Base(self.setting(spec.base_setting, chosen)),
            rounding=Rounding(self.setting(spec.rounding_setting, chosen)),
            group_by=spec.group_by,
            citations=self.citations(spec.cites),
            status=spec.status,
        )

    def _form(self, spec: FormSpec, audience: set[SubjectClass]) -> Form:
        criteria = {one.id for name in audience for one in self.criteria_for(name)}
        questions = {one.id: one for one in self.content.questions}

        def is_put(question: Question) -> bool:
            if question.kind is QuestionKind.GRADE and question.criterion not in criteria:
                return False
            return not question.applies_to or bool(audience & set(question.applies_to))

        def section(part: SectionSpec) -> Section:
            put = tuple(questions[one] for one in part.questions if is_put(questions[one]))
            return Section(part.id, part.title, part.help, put)

        sections = tuple(section(part) for part in spec.sections)
        return Form(
            id=spec.id,
            code=spec.code,
            title=spec.title,
            sections=tuple(one for one in sections if one.questions),
            needs_checking=spec.needs_checking,
        )

    def _subject_class(self, name: str) -> SubjectClass:
        try:
            return SubjectClass(name)
        except ValueError:
            known = ", ".join(SubjectClass)
            raise NotInRulebook(f"{name!r} is no class of subject; there are {known}") from None


def read_fact(name: str, kind: FactKind, value: object) -> FactValue:
    if value == str(NOT_APPLICABLE):
        return NOT_APPLICABLE
    if kind is FactKind.BOOLEAN and isinstance(value, bool):
        return value
    if kind in {FactKind.GRADE, FactKind.LEVEL} and isinstance(value, str):
        return value
    try:
        return parse_ratio(None if kind in NOT_NUMBERS else value)
    except ValueError:
        raise FactInvalid(f"fact {name!r} is {value!r}; its kind is {kind.value}") from None


def localized(text: Text | None, language: str) -> str:
    """Return a text in the language of the screen, or nothing for no text."""
    return text.in_language(language) if text else ""


def _named(parts: Iterable[T], wanted: str, where: str) -> T:
    for one in parts:
        if one.id == wanted:
            return one
    raise NotInRulebook(f"{where} has nothing called {wanted!r}")


def _months(since: dt.date | None, until: dt.date) -> int | None:
    """Count whole months; a month that ends on a day which it has not got, ends on its last."""
    if since is None:
        return None
    months = (until.year - since.year) * MONTHS_A_YEAR + until.month - since.month
    last_of_month = (until + dt.timedelta(days=1)).day == 1
    reached = until.day >= since.day or last_of_month
    return max(0, months if reached else months - 1)


__all__ = [
    "Form",
    "Participation",
    "ParticipationFacts",
    "Rulebook",
    "Section",
    "localized",
]
