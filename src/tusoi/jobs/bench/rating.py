"""How fast the rules are weighed, beside the same conditions written by hand."""

import random
import time
from collections.abc import Callable
from typing import Any, Final

from tusoi.engine import Facts, Truth, evaluate
from tusoi.jobs.bench.byhand import member_132, member_366
from tusoi.jobs.bench.measure import Measure
from tusoi.rulebooks.library import load
from tusoi.rulebooks.rulebook import Rulebook


_RUNS: Final = 20_000
_PER_SECOND: Final = 10_000
_TIMES: Final = 10


def measure_rules() -> list[Measure]:
    return [
        _measured("132-2018", facts_132, member_132),
        _measured("366-2025", facts_366, member_366),
    ]


def facts_132(rng: random.Random) -> dict[str, Any]:
    """Return what is known of one invented member, for the rules of 2018."""
    grades = ("excellent", "good", "good", "fair")
    return {
        "reviewed": True,
        "is-civil-servant": rng.random() < 0.5,  # noqa: PLR2004 -- half of them
        "civil-service-rated": True,
        "civil-service-level": rng.choice(("excellent", "good")),
        "outstanding-confirmed": rng.random() < 0.3,  # noqa: PLR2004 -- some
        "degradation-concluded": False,
        "disciplined-in-year": rng.random() < 0.02,  # noqa: PLR2004 -- few
        "task-completion-ratio": f"{rng.randint(40, 100)}%",
        "sick-leave-months": rng.choice((0, 0, 0, 4)),
        **{
            f"grade.{one.id}": rng.choice(grades)
            for one in load("132-2018").criteria_for("member")
        },
    }


def facts_366(rng: random.Random) -> dict[str, Any]:
    """Return what is known of one invented member, for the rules of 2025."""
    assigned = rng.randint(5, 20)
    done = assigned - rng.choice((0, 0, 0, 1))
    return {
        "reviewed": True,
        "verification-pending": False,
        "is-civil-servant": False,
        "score.general": f"{rng.randint(40, 60) / 2}",
        "score.tasks": rng.randint(40, 70),
        "tasks-assigned-count": assigned,
        "tasks-done-count": done,
        "tasks-late-count": rng.choice((0, 0, 1)),
        "tasks-exceeded-count": rng.randint(0, done),
        "faults-pointed-out-count": 2,
        "faults-remedied-count": rng.choice((1, 2)),
        "degradation-concluded": False,
        "duty-discipline-in-year": False,
        "violation-at-previous-unit": False,
        "forbidden-acts-concluded": False,
        "exemplary-breach-concluded": False,
    }


def _measured(
    rulebook_id: str,
    invented: Callable[[random.Random], dict[str, Any]],
    by_hand: Callable[[Any], Any],
) -> Measure:
    rulebook: Rulebook = load(rulebook_id)
    rules = rulebook.rules_for("member")
    rng = random.Random(rulebook_id)  # noqa: S311 -- facts for a bench, not a secret
    people = [rulebook.read_facts(invented(rng)) for _ in range(200)]

    def weighed(facts: Facts) -> tuple[str, Truth]:
        outcome = evaluate(rules, facts)
        return outcome.best_advised, outcome.may_be_rated

    for facts in people:
        weighed(facts)
    rate = _per_second(weighed, people)
    most = _per_second(lambda facts: by_hand(facts.values), people)
    return Measure(
        what=f"evaluations of a member under {rulebook_id}",
        value=rate,
        unit="/s",
        bar=f"at least {_PER_SECOND:,} a second and within {_TIMES} × of the floor",
        ok=rate >= _PER_SECOND and rate * _TIMES >= most,
        floor=most,
        ratio=most / rate,
        note="one core; floor: the same conditions written by hand in Python",
    )


def _per_second(action: Callable[[Facts], object], people: list[Facts]) -> float:
    # Seconds of one core: what else the machine does meanwhile does not count.
    rounds = _RUNS // len(people)
    start = time.process_time()
    for _ in range(rounds):
        for facts in people:
            action(facts)
    return rounds * len(people) / (time.process_time() - start)
