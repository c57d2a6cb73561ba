"""From conditions as written to conditions the engine can weigh."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from tusoi.engine import (
    AllOf,
    AnyOf,
    AtLeastOf,
    Citation,
    Comparison,
    Condition,
    FactValue,
    GradesAtLeast,
    Not,
    Operator,
    Rule,
    Scale,
    Share,
    Truth,
)
from tusoi.rulebooks.schema import (
    Cite,
    ConditionSpec,
    Criterion,
    FactKind,
    GradesSpec,
    Instrument,
    RuleSpec,
    ShareSpec,
    parse_ratio,
)


class Compiler:
    """Build conditions for one subject class, whose criteria the group names stand for."""

    def __init__(
        self,
        *,
        kinds: Mapping[str, FactKind],
        grades: Scale,
        levels: Scale,
        criteria: Iterable[Criterion] = (),
    ) -> None:
        self.kinds = kinds
        self.scales = {FactKind.GRADE: grades, FactKind.LEVEL: levels}
        self.criteria = tuple(criteria)

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
        )

    def condition(self, spec: ConditionSpec) -> Condition:
        if spec.fact:
            return self._comparison(spec)
        if spec.grades:
            return self._grades(spec.grades)
        if spec.share:
            return _share(spec.share)
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

    def _comparison(self, spec: ConditionSpec) -> Comparison:
        kind = self.kind_of(spec.fact)
        ((operator, bound),) = spec.bounds.items()
        return Comparison(
            fact=spec.fact,
            operator=Operator(operator),
            value=self._bound(spec.fact, kind, bound),
            scale=self.scales.get(kind),
            not_applicable=Truth(spec.not_applicable),
        )

    def kind_of(self, name: str) -> FactKind:
        if name not in self.kinds:
            raise ValueError(f"{name!r} is not a fact of facts.yaml")
        return self.kinds[name]

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


def _share(spec: ShareSpec) -> Share:
    if spec.above is not None:
        operator, ratio = Operator.ABOVE, spec.above
    else:
        operator, ratio = Operator.AT_LEAST, spec.at_least or Fraction(0)
    return Share(tuple(spec.of), spec.out_of, operator, ratio, Truth(spec.when_empty))


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
