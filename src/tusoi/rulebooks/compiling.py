"""From conditions as written to conditions the engine can weigh."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from tusoi.engine import (
    AbsentScore,
    AllOf,
    AnyOf,
    AtLeastOf,
    Citation,
    Compared,
    Comparison,
    Condition,
    FactValue,
    GradesAtLeast,
    Not,
    OneOf,
    Operator,
    ParticipationClause,
    Presumption,
    Rule,
    Scale,
    ScoreBound,
    ScoreGroupSheet,
    ScoreItem,
    ScoreSheet,
    Share,
    Truth,
)
from tusoi.rulebooks.schema import (
    Cite,
    CompareSpec,
    ConditionSpec,
    Criterion,
    FactKind,
    FactSpec,
    GradesSpec,
    Instrument,
    ParticipationKind,
    ParticipationRule,
    RuleSpec,
    ScoreGroup,
    ScoreSpec,
    ShareSpec,
    parse_ratio,
)


class Compiler:
    """Build conditions for one subject class, whose criteria the group names stand for."""

    def __init__(
        self,
        *,
        facts: Iterable[FactSpec],
        grades: Scale,
        levels: Scale,
        criteria: Iterable[Criterion] = (),
        sheet: ScoreSheet | None = None,
    ) -> None:
        self.facts = {one.name: one for one in facts}
        self.scales = {FactKind.GRADE: grades, FactKind.LEVEL: levels}
        self.criteria = tuple(criteria)
        self.sheet = sheet

    def rule(self, spec: RuleSpec, citations: tuple[Citation, ...]) -> Rule:
        return Rule(
            id=spec.id,
            kind=spec.kind,
            title=spec.title,
            condition=self.condition(spec.condition) if spec.condition else AllOf(()),
            citations=citations,
            status=spec.status,
            severity=spec.severity,
            level=spec.level,
            level_fact=spec.level_from,
            discretionary=spec.discretionary,
            only_this_level=spec.only_this_level,
            presumption=self._presumption(spec),
        )

    def clause(
        self, spec: ParticipationRule, citations: tuple[Citation, ...]
    ) -> ParticipationClause:
        return ParticipationClause(
            id=spec.id,
            title=spec.title,
            condition=self.condition(spec.if_),
            citations=citations,
            status=spec.status,
            review=spec.review,
            rate=spec.rate,
            only_notes=spec.kind is ParticipationKind.NOTES,
        )

    def condition(self, spec: ConditionSpec) -> Condition:
        if spec.fact:
            return self._comparison(spec)
        if spec.grades:
            return self._grades(spec.grades)
        if spec.share:
            return self._share(spec.share)
        if spec.score:
            return self._score(spec.score)
        if spec.compare:
            return self._compared(spec.compare)
        return self._combined(spec)

    def _combined(self, spec: ConditionSpec) -> Condition:
        if spec.not_:
            return Not(self.condition(spec.not_))
        if spec.at_least_of:
            parts = tuple(self.condition(one) for one in spec.at_least_of.of)
            return AtLeastOf(spec.at_least_of.count, parts)
        if spec.any_ is not None:
            return AnyOf(tuple(self.condition(one) for one in spec.any_))
        return AllOf(tuple(self.condition(one) for one in spec.all_ or ()))

    def _comparison(self, spec: ConditionSpec) -> Condition:
        kind = self.kind_of(spec.fact)
        ((operator, bound),) = spec.bounds.items()
        if kind is FactKind.CHOICE or isinstance(bound, tuple):
            return self._one_of(spec, operator, bound)
        return Comparison(
            fact=spec.fact,
            operator=Operator(operator),
            value=self._bound(spec.fact, kind, bound),
            scale=self.scales.get(kind),
            not_applicable=Truth(spec.not_applicable),
        )

    def _one_of(self, spec: ConditionSpec, operator: str, bound: object) -> OneOf:
        """A choice is one of some; also a level or a grade may be asked for so."""
        kind = self.kind_of(spec.fact)
        if kind in self.scales:
            choices = self.scales[kind].steps
        else:
            choices = tuple(one.id for one in self.facts[spec.fact].choices)
        wanted = bound if isinstance(bound, tuple) else (str(bound),)
        if operator not in {"is", "one_of"} or not set(wanted) <= set(choices):
            raise ValueError(f"{spec.fact} is one of {', '.join(choices) or 'nothing'}")
        return OneOf(spec.fact, wanted, choices, Truth(spec.not_applicable))

    def kind_of(self, name: str) -> FactKind:
        if name not in self.facts:
            raise ValueError(f"{name!r} is not a fact of facts.yaml")
        return self.facts[name].kind

    def _bound(self, name: str, kind: FactKind, bound: FactValue) -> FactValue:
        if kind is FactKind.BOOLEAN:
            if not isinstance(bound, bool):
                raise ValueError(f"{name} is true or false, not {bound!r}")
            return bound
        if kind in self.scales:
            self.scales[kind].rank(bound)
            return bound
        number: Fraction = parse_ratio(bound)
        return number

    def _presumption(self, spec: RuleSpec) -> Presumption | None:
        if spec.presumption is None:
            return None
        for name in spec.presumption.grounds:
            if self.kind_of(name) is not FactKind.BOOLEAN:
                raise ValueError(f"the ground {name!r} is no yes-or-no fact")
        return Presumption(
            grounds=tuple(
                Comparison(name, Operator.IS, value=True) for name in spec.presumption.grounds
            ),
            lifted_by=spec.presumption.lifted_by,
        )

    def _compared(self, spec: CompareSpec) -> Compared:
        ((operator, other),) = spec.bounds.items()
        kind, against = self.kind_of(spec.fact), self.kind_of(other)
        if kind is not against or kind in {FactKind.BOOLEAN, FactKind.CHOICE}:
            raise ValueError(f"{spec.fact} is {kind.value}, {other} is {against.value}")
        return Compared(spec.fact, Operator(operator), other, self.scales.get(kind))

    def _score(self, spec: ScoreSpec) -> ScoreBound:
        known = self.sheet.intervals({}) if self.sheet else {}
        if self.sheet is None or spec.of not in known:
            raise ValueError(
                f"{spec.of!r} has no points; these have: {', '.join(known) or 'none'}"
            )
        given = {
            Operator.AT_LEAST: spec.at_least,
            Operator.AT_MOST: spec.at_most,
            Operator.ABOVE: spec.above,
            Operator.BELOW: spec.below,
        }
        bounds = tuple((how, _whole(to)) for how, to in given.items() if to is not None)
        return ScoreBound(spec.of, self.sheet, bounds)

    def _share(self, spec: ShareSpec) -> Share:
        for name in (*spec.of, spec.out_of):
            self.kind_of(name)
        given = {
            Operator.AT_LEAST: spec.at_least,
            Operator.AT_MOST: spec.at_most,
            Operator.ABOVE: spec.above,
            Operator.BELOW: spec.below,
        }
        ((operator, ratio),) = [(how, to) for how, to in given.items() if to is not None]
        return Share(tuple(spec.of), spec.out_of, operator, ratio, Truth(spec.when_empty))

    def _grades(self, spec: GradesSpec) -> GradesAtLeast:
        names = [one.id for part in spec.of for one in self.group(part)]
        scale = self.scales[FactKind.GRADE]
        scale.rank(spec.at_least)
        return GradesAtLeast(tuple(dict.fromkeys(names)), spec.at_least, scale)

    def group(self, name: str) -> tuple[Criterion, ...]:
        """Criteria by group (`results`, `others`, `every`), by tag, or one by its id."""
        if name == "every":
            return self.criteria
        if name in {"results", "others"}:
            found = tuple(one for one in self.criteria if one.result is (name == "results"))
        else:
            found = tuple(one for one in self.criteria if name in {one.id, *one.tags})
        if not found:
            raise ValueError(f"{name!r} is no group, tag or criterion of this subject")
        return found


def score_sheet(
    groups: Iterable[ScoreGroup],
    criteria: Iterable[Criterion],
    absent: AbsentScore | None = None,
) -> ScoreSheet | None:
    """Lay out the points of a class; a group whose criteria have none is told as a whole."""
    wanted, offered = tuple(groups), tuple(criteria)
    sheets = []
    for group in wanted:
        own = [one for one in offered if one.score_group == group.id]
        items = [
            ScoreItem(one.id, _whole(one.max_score), one.title) for one in own if one.max_score
        ]
        sheets.append(
            ScoreGroupSheet(
                group.id,
                _whole(group.max_score),
                tuple(items) if len(items) == len(own) else (),
                absent,
                group.title,
            )
        )
    return ScoreSheet(tuple(sheets)) if sheets else None


def _whole(number: Fraction) -> int | Fraction:
    # Whole numbers add up many times faster.
    return number.numerator if number.denominator == 1 else number


def citation(cite: Cite, instruments: Mapping[str, Instrument]) -> Citation:
    instrument = instruments[cite.instrument]
    return Citation(
        key=cite.instrument,
        number=instrument.number,
        issued_on=instrument.issued_on,
        heading=cite.heading,
        article=cite.article,
        clause=cite.clause,
        point=cite.point,
        form=cite.form,
        note=cite.note,
    )
