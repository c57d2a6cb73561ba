"""Rates the subjects of the ward through the same operations that people use."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tusoi.cycles.enums import SubjectKind
from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.cycles.queries import rule_class_of
from tusoi.people.models import Account
from tusoi.ratings.operations import (
    Choice,
    Decision,
    EnteredFact,
    appraise_rating,
    decide_batch,
    propose_rating,
)
from tusoi.rulebooks.rulebook import Rulebook
from tusoi.sample.dossiers import Dossier, moment
from tusoi.sample.population import Population
from tusoi.sample.ward import APPRAISED, DECIDED, PROPOSED
from tusoi.sample.ward_cases import RATED_AT_WORK, Case


_APPRAISED_AFTER: Final = dt.timedelta(days=3)
_DECIDED_ON: Final = dt.date(2025, 12, 23)
_DOCUMENT: Final = "Thông báo mẫu số 12-TB/ĐU"
# The order of the regulation: bodies and their members before the organisation.
_IN_ORDER: Final = (
    SubjectKind.COLLECTIVE,
    SubjectKind.LEADER,
    SubjectKind.MEMBER,
    SubjectKind.GRASSROOTS_ORGANIZATION,
)


@dataclass(frozen=True)
class Raters:
    """Who proposes, and who weighs and decides."""

    proposer: Account
    authority: Account


def rate_ward(
    *,
    cycle: ReviewCycle,
    rulebook: Rulebook,
    dossiers: list[Dossier],
    cases: dict[int, Case],
    population: Population,
    raters: Raters,
) -> int:
    """Propose, appraise and decide as far as each cell had come; return how many are rated."""
    told = _Told(cycle, rulebook, cases)
    decided: dict[tuple[int, int], list[Decision]] = defaultdict(list)
    count = 0
    for dossier in dossiers:
        code = population.plan_of_unit(dossier.obligation.unit_id).code
        if not _is_rated(dossier, code):
            continue
        count += 1
        choice = told.choice(dossier)
        proposed = _propose(dossier, choice, raters)
        if code in DECIDED | APPRAISED:
            _appraise(dossier, choice, raters)
        if _is_decided(dossier, code):
            place = _IN_ORDER.index(SubjectKind(dossier.obligation.subject_kind))
            again = Choice(choice.level_id, choice.reasons)
            decided[place, proposed].append(Decision(dossier.obligation.pk, again))
    for _place, decisions in sorted(decided.items()):
        decide_batch(
            decisions=decisions,
            actor=raters.authority,
            at=moment(_DECIDED_ON, 15),
            document=_DOCUMENT,
        )
    return count


def _is_rated(dossier: Dossier, code: str) -> bool:
    obligation = dossier.obligation
    return (
        dossier.meets_on is not None
        and obligation.is_rateable
        and code in DECIDED | APPRAISED | PROPOSED
    )


def _is_decided(dossier: Dossier, code: str) -> bool:
    """A body is decided a little ahead of the people: the head's proposal can then be capped."""
    is_body = dossier.obligation.subject_kind == SubjectKind.COLLECTIVE
    return code in DECIDED or (is_body and code == "TM-UB")


@dataclass
class _Told:
    """What people enter for a subject, as far as its rules ask for it."""

    cycle: ReviewCycle
    rulebook: Rulebook
    cases: dict[int, Case]

    def choice(self, dossier: Dossier) -> Choice:
        obligation = dossier.obligation
        case = self.cases[obligation.pk]
        asked = self.rulebook.rules_for(
            rule_class_of(obligation), self.cycle.rulebook_settings, obligation.block
        ).facts_read
        return Choice(
            level_id=self.rulebook.levels[dossier.level_rank].id,
            reasons=case.reasons,
            facts={
                name: EnteredFact(value, source)
                for name, value, source in (*_facts(case), *_at_work(obligation))
                if name in asked
            },
        )


def _facts(case: Case) -> Iterator[tuple[str, bool | int | str, str]]:
    for name, (value, source) in case.facts().items():
        yield name, value, source


def _at_work(obligation: Obligation) -> Iterator[tuple[str, bool | int | str, str]]:
    if obligation.person is None:
        return
    yield "is-civil-servant", obligation.person.is_civil_servant, RATED_AT_WORK
    if obligation.person.is_civil_servant:
        yield "civil-service-rated", True, RATED_AT_WORK


def _propose(dossier: Dossier, choice: Choice, raters: Raters) -> int:
    """Propose a level, and return whose decision it is."""
    record = propose_rating(
        obligation_id=dossier.obligation.pk,
        choice=choice,
        actor=raters.proposer,
        at=(dossier.obligation.reviewed_at or moment(_DECIDED_ON)) + dt.timedelta(minutes=45),
    )
    return record.rating.deciding_unit_id


def _appraise(dossier: Dossier, choice: Choice, raters: Raters) -> None:
    appraise_rating(
        obligation_id=dossier.obligation.pk,
        choice=Choice(choice.level_id, choice.reasons),
        actor=raters.authority,
        at=(dossier.obligation.reviewed_at or moment(_DECIDED_ON)) + _APPRAISED_AFTER,
    )
