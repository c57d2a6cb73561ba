"""A rulebook in the hands of the other rooms: ask it; it never changes."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeVar

from tusoi.engine import (
    AbsentScore,
    Base,
    Citation,
    Contradiction,
    Enforcement,
    Facts,
    FactValue,
    OrderEdge,
    OrderGraph,
    ParticipationClause,
    Quota,
    Rounding,
    Rules,
    Scale,
    Text,
    participation_of,
)
from tusoi.rulebooks.compiling import Compiler, citation, score_sheet
from tusoi.rulebooks.errors import NotInRulebook
from tusoi.rulebooks.facts import FactReader
from tusoi.rulebooks.participating import Participation, ParticipationFacts
from tusoi.rulebooks.schema import (
    Authority,
    AuthorityLevel,
    Block,
    Cite,
    CommentRule,
    CriteriaSet,
    Criterion,
    Deadline,
    DocumentSpec,
    Duty,
    FactSpec,
    FormSpec,
    Grade,
    Level,
    OrderRule,
    ParticipationRule,
    Question,
    QuestionKind,
    QuotaSpec,
    RatingAgain,
    RulebookContent,
    ScoreGroup,
    SectionSpec,
    Setting,
    SettingId,
    Stage,
    SubjectClass,
)


AUTHORITY_DECIDES = "authority-decides"
_SCORE_STEPS = {"half": Fraction(1, 2), "tenth": Fraction(1, 10)}
HEAD_INSIDE = "inside"
HEAD_OUTSIDE = "outside"
LOWEST_LEVEL = "lowest-level"

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

    @property
    def deadlines(self) -> tuple[Deadline, ...]:
        return self.content.deadlines

    @property
    def duties(self) -> tuple[Duty, ...]:
        return self.content.duties

    @property
    def rerating(self) -> tuple[RatingAgain, ...]:
        return self.content.rerating

    @property
    def documents(self) -> tuple[DocumentSpec, ...]:
        return self.content.documents

    @property
    def blocks(self) -> tuple[Block, ...]:
        return self.content.blocks

    @property
    def subject_classes(self) -> tuple[SubjectClass, ...]:
        return self.content.subject_classes

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

    def choice_of(self, setting_id: str, chosen: Mapping[str, str] | None = None) -> str:
        """Return what was chosen, or nothing where this rulebook does not have the setting."""
        if all(one.id != setting_id for one in self.settings):
            return ""
        return self.setting(setting_id, chosen)

    def citations(self, cites: Iterable[Cite]) -> tuple[Citation, ...]:
        instruments = {one.key: one for one in self.content.instruments}
        return tuple(citation(one, instruments) for one in cites)

    # Subjects

    def class_for(
        self, subject_class: str, *, outside: bool = False, central: bool = False
    ) -> str:
        """Return the class that this edition rates somebody in.

        Only some editions tell members outside the political system, and leaders whom the
        Centre manages, apart from the others.
        """
        narrower = {
            SubjectClass.MEMBER: SubjectClass.OUTSIDE_MEMBER if outside else None,
            SubjectClass.LEADER: SubjectClass.CENTRAL_LEADER if central else None,
        }.get(SubjectClass(subject_class))
        return narrower.value if narrower in self.subject_classes and narrower else subject_class

    def criteria_for(self, subject_class: str, block: str = "") -> tuple[Criterion, ...]:
        """The criteria of a class, those it shares with another class first.

        Without a block, those that every sector block has.
        """
        found = self._criteria_set(subject_class)
        shared = [one for name in found.includes for one in self.criteria_for(name, block)]
        own = [one for one in found.criteria if not one.blocks or block in one.blocks]
        return (*shared, *own)

    def criteria_set(self, subject_class: str) -> CriteriaSet:
        """The annex of a class: its title, its groups of points, its criteria."""
        return self._criteria_set(subject_class)

    def score_groups_for(self, subject_class: str) -> tuple[ScoreGroup, ...]:
        """The groups of points of a class; its own, or else those of a class it includes."""
        found = self._criteria_set(subject_class)
        shared = [one for name in found.includes for one in self.score_groups_for(name)]
        return found.score_groups or tuple(shared)

    def form_for(self, subject_class: str, *, is_leader: bool = False) -> Form:
        """The form that a subject fills in; a leader's has the questions for leaders too."""
        wanted = self._subject_class(subject_class)
        spec = next(one for one in self.content.forms if wanted in one.applies_to)
        leads = is_leader or wanted is SubjectClass.CENTRAL_LEADER
        audience = {wanted} | ({SubjectClass.LEADER} if leads else set())
        return self._form(spec, audience)

    def rules_for(
        self,
        subject_class: str,
        settings: Mapping[str, str] | None = None,
        block: str = "",
    ) -> Rules:
        """The rules of a class under the choices of the authority, and for a sector block."""
        wanted = self._subject_class(subject_class)
        key = wanted, block, *self._decided(settings)
        if key not in self._rules:
            self._rules[key] = self._compiled(wanted, self._chosen(settings), block)
        return self._rules[key]

    def facts_from(self, values: Mapping[str, FactValue]) -> Facts:
        """Take facts by their names in facts.yaml.

        Grades are `grade.<criterion>`, points `score.<criterion or group>`.

        Raises:
            NotInRulebook: a name that no rule of this rulebook could read.
        """
        unknown = self.fact_reader.unknown(values)
        if unknown:
            raise NotInRulebook(f"{self.identity} knows no fact {', '.join(unknown)}")
        return Facts(values)

    def read_facts(self, record: Mapping[str, object]) -> Facts:
        """Take facts as JSON or YAML keeps them.

        A share is `40%` or `2/5`, points are `8.5`; what can't exist for the subject is
        `not-applicable`.

        Raises:
            NotInRulebook: a name that no rule of this rulebook could read.
            FactInvalid: a value of another kind than facts.yaml says, or an impossible one.
        """
        unknown = self.fact_reader.unknown(record)
        if unknown:
            raise NotInRulebook(f"{self.identity} knows no fact {', '.join(unknown)}")
        return Facts(self.fact_reader.read(record))

    @cached_property
    def fact_reader(self) -> FactReader:
        sheets = (
            score_sheet(self.score_groups_for(name), self.criteria_for(name, block))
            for name in self.subject_classes
            for block in ("", *(one.id for one in self.blocks))
        )
        return FactReader(
            specs=self.facts,
            criteria=tuple(one for group in self.content.criteria for one in group.criteria),
            sheets=tuple(one for one in sheets if one),
            grades=tuple(one.id for one in self.grades),
            levels=tuple(one.id for one in self.levels),
        )

    def score_step(self, chosen: Mapping[str, str] | None = None) -> Fraction | None:
        """Return the step in which points are given; nothing where any points will do."""
        return _SCORE_STEPS.get(self.choice_of(SettingId.SCORE_STEP, chosen))

    def participation_for(
        self,
        member_facts: ParticipationFacts | Mapping[str, Any],
        settings: Mapping[str, str] | None = None,
    ) -> Participation:
        """Say whether a subject takes part; the first rule that holds decides."""
        given = (
            member_facts
            if isinstance(member_facts, ParticipationFacts)
            else ParticipationFacts(**member_facts)
        )
        facts = given.as_facts()
        # A district asks about thousands of days of admission, yet of a few hundred months.
        told = sorted(facts.values.items(), key=lambda one: one[0])
        key = given.subject_class, *self._decided(settings), *told
        if key not in self._participations:
            rules = self.rules_for(given.subject_class, settings)
            self._participations[key] = self._participation(rules, facts)
        return self._participations[key]

    def _participation(self, rules: Rules, facts: Facts) -> Participation:
        found = participation_of(rules, facts)
        specs = {one.id: one for one in self.participation}
        rule = specs[found.clause.id] if found.clause else None
        return Participation(
            review=found.review,
            rate=found.rate,
            code=rule.id if rule else "",
            title=rule.title if rule else None,
            cites=found.clause.citations if found.clause else (),
            needs_checking=rule.needs_checking if rule else False,
            undecided=tuple(one.id for one in found.undecided),
            rule=rule,
            notes=tuple(specs[one.id] for one in found.notes),
        )

    def deciding_authority(
        self, subject_class: str, unit_kind: str = "", superior_kind: str = ""
    ) -> AuthorityLevel:
        return self.authority_for(subject_class, unit_kind, superior_kind).authority

    def authority_for(
        self,
        subject_class: str,
        unit_kind: str = "",
        superior_kind: str = "",
        settings: Mapping[str, str] | None = None,
    ) -> Authority:
        """Who decides. Without a kind of unit, the first rule for the class."""
        wanted, chosen = self._subject_class(subject_class), self._chosen(settings)
        rows = [
            one
            for one in self.content.authorities
            if one.subject_class is wanted and _is_chosen(one.when, chosen)
        ]
        fitting = [
            one
            for one in rows
            if (not one.unit_kinds or unit_kind in one.unit_kinds)
            and (not one.superior_kinds or superior_kind in one.superior_kinds)
        ]
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

    @cached_property
    def order_graph(self) -> OrderGraph:
        """What has to be done before what."""
        return OrderGraph(
            tuple(
                OrderEdge(
                    id=one.id,
                    before=one.before,
                    after=one.after,
                    title=one.title,
                    citations=self.citations(one.cites),
                    status=one.status,
                    severity=one.severity,
                    scope=one.scope.value,
                )
                for one in self.orders
            )
        )

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
    def _rules(self) -> dict[tuple[str, ...], Rules]:
        return {}

    @cached_property
    def _level_scale(self) -> Scale:
        return Scale("levels", tuple(one.id for one in self.levels))

    @cached_property
    def _deciding_settings(self) -> tuple[str, ...]:
        """The settings on which rules depend."""
        named = {name for one in self.content.rules for name in one.when}
        named |= {name for one in self.participation for name in one.when}
        own = {self.content.no_match_setting} if self.content.no_match_setting else set()
        read = {SettingId.SCORE_NOT_APPLICABLE} & {one.id for one in self.settings}
        return tuple(sorted(named | own | read))

    def _decided(self, settings: Mapping[str, str] | None) -> tuple[str, ...]:
        return tuple(self.setting(one, settings) for one in self._deciding_settings)

    def _chosen(self, settings: Mapping[str, str] | None) -> dict[str, str]:
        return {one.id: self.setting(one.id, settings) for one in self.settings}

    def _criteria_set(self, subject_class: str) -> CriteriaSet:
        wanted = self._subject_class(subject_class)
        return next(one for one in self.content.criteria if one.subject_class is wanted)

    def compiler(
        self,
        subject_class: SubjectClass,
        block: str = "",
        chosen: Mapping[str, str] | None = None,
    ) -> Compiler:
        absent = self.choice_of(SettingId.SCORE_NOT_APPLICABLE, chosen)
        criteria = self.criteria_for(subject_class, block)
        return Compiler(
            facts=self.facts,
            grades=Scale("grades", tuple(one.id for one in self.grades)),
            levels=self._level_scale,
            criteria=criteria,
            sheet=score_sheet(
                self.score_groups_for(subject_class),
                criteria,
                AbsentScore(absent) if absent else None,
            ),
        )

    def _compiled(
        self, subject_class: SubjectClass, chosen: Mapping[str, str], block: str
    ) -> Rules:
        compiler = self.compiler(subject_class, block, chosen)
        no_match = self.content.no_match_setting
        return Rules(
            subject_class=subject_class.value,
            levels=self._level_scale,
            rules=tuple(
                compiler.rule(spec, self.citations(spec.cites))
                for spec in self.content.rules
                if subject_class in spec.applies_to and _is_chosen(spec.when, chosen)
            ),
            participation=self._clauses(compiler, subject_class, chosen),
            contradictions=tuple(
                Contradiction(one.id, one.title, compiler.condition(one.if_))
                for one in self.content.contradictions
                if not one.applies_to or subject_class in one.applies_to
            ),
            sheet=compiler.sheet,
            lowest_is_stated=bool(no_match) and chosen[no_match or ""] == AUTHORITY_DECIDES,
        )

    def _clauses(
        self, compiler: Compiler, subject_class: SubjectClass, chosen: Mapping[str, str]
    ) -> tuple[ParticipationClause, ...]:
        return tuple(
            compiler.clause(one, self.citations(one.cites))
            for one in self.participation
            if subject_class in one.applies_to and _is_chosen(one.when, chosen)
        )

    @cached_property
    def _participations(self) -> dict[tuple[Any, ...], Participation]:
        return {}

    def _quota(self, spec: QuotaSpec, chosen: Mapping[str, str] | None) -> Quota:
        return Quota(
            id=spec.id,
            title=spec.title,
            level=spec.level,
            base_level=spec.base_level,
            ratio=spec.ratio,
            base=Base(self.setting(spec.base_setting, chosen)),
            rounding=Rounding(self.setting(spec.rounding_setting, chosen)),
            group_by=self._grouping(spec, chosen),
            citations=self.citations(spec.cites),
            status=spec.status,
            enforcement=self._enforcement(spec, chosen),
            exception_ratio=spec.exception.ratio if spec.exception else None,
            exception_fact=spec.exception.fact if spec.exception else "",
            exception_title=spec.exception.title if spec.exception else None,
            counts_head=self._counts_head(spec, chosen),
        )

    def _enforcement(self, spec: QuotaSpec, chosen: Mapping[str, str] | None) -> Enforcement:
        if spec.enforcement_setting:
            return Enforcement(self.setting(spec.enforcement_setting, chosen))
        return Enforcement.WARN if spec.needs_checking else Enforcement.BLOCK

    def _counts_head(self, spec: QuotaSpec, chosen: Mapping[str, str] | None) -> bool:
        return not spec.head_setting or self.setting(spec.head_setting, chosen) != HEAD_OUTSIDE

    def _grouping(self, spec: QuotaSpec, chosen: Mapping[str, str] | None) -> tuple[str, ...]:
        if not spec.group_setting:
            return spec.group_by
        return spec.groups.get(self.setting(spec.group_setting, chosen), spec.group_by)

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


def localized(text: Text | None, language: str) -> str:
    """Return a text in the language of the screen, or nothing for no text."""
    return text.in_language(language) if text else ""


def _is_chosen(when: Mapping[str, tuple[str, ...]], chosen: Mapping[str, str]) -> bool:
    return all(chosen.get(setting) in choices for setting, choices in when.items())


def _named(parts: Iterable[T], wanted: str, where: str) -> T:
    for one in parts:
        if one.id == wanted:
            return one
    raise NotInRulebook(f"{where} has nothing called {wanted!r}")


__all__ = [
    "Form",
    "Participation",
    "ParticipationFacts",
    "Rulebook",
    "Section",
    "localized",
]
