"""From rules and facts to the levels still open, with the reason for each."""

from collections.abc import Collection, Sequence

from tusoi.engine.citations import Text
from tusoi.engine.conditions import Values
from tusoi.engine.errors import FactsContradict, LiftRefused
from tusoi.engine.facts import Facts
from tusoi.engine.outcomes import Outcome
from tusoi.engine.plans import Plan, Rules
from tusoi.engine.rules import Rule
from tusoi.engine.truth import FAILS, HOLDS, TRUTHS, any_of


def evaluate(rules: Rules, facts: Facts, *, lifted: Collection[str] = ()) -> Outcome:
    """Weigh every rule against every level.

    The lowest level is open as far as the one above it is not reached, unless the rules
    want it stated. `lifted` names the presumptions that an authority has lifted; who did
    so and why is for the caller to keep.

    Raises:
        FactInvalid, FactsContradict: facts that cannot be.
        LiftRefused: a rule that nobody may lift, or without a ground for it.
    """
    plan, values = rules.plan, facts.values
    _refuse_contradictions(plan, values)
    found = plan.truths(values)
    truths = _once_lifted(plan, facts, found, lifted) if lifted else found
    return Outcome(
        plan, facts, tuple(found), tuple(truths), plan.weigh(truths, values), frozenset(lifted)
    )


def levels_offered(rules: Rules, facts: Facts) -> tuple[str, ...]:
    """The levels that the rules do not close, best first."""
    return evaluate(rules, facts).offered


def _refuse_contradictions(plan: Plan, values: Values) -> None:
    if plan.rules.sheet:
        plan.rules.sheet.check(values)
    holding: list[Text] = [
        one.title
        for one, test in zip(plan.rules.contradictions, plan.contradictions, strict=True)
        if test(values, {}) == HOLDS
    ]
    if holding:
        raise FactsContradict(tuple(holding))


def _once_lifted(
    plan: Plan, facts: Facts, found: Sequence[int], lifted: Collection[str]
) -> list[int]:
    """Return the truths with each lifted trigger as far from biting as its grounds allow."""
    rules = {one.id: (place, one) for place, one in enumerate(plan.weighed)}
    truths = list(found)
    for name in lifted:
        if name not in rules:
            raise LiftRefused(f"there is no rule {name!r} to lift")
        place, rule = rules[name]
        truths[place] = min(truths[place], HOLDS - _ground(rule, facts))
    return truths


def _ground(rule: Rule, facts: Facts) -> int:
    if rule.presumption is None:
        raise LiftRefused(f"rule {rule.id} is no presumption; nobody may lift it")
    found = TRUTHS.index(any_of(one.truth(facts) for one in rule.presumption.grounds))
    if found == FAILS:
        raise LiftRefused(f"none of the grounds on which rule {rule.id} may be lifted is the case")
    return found
