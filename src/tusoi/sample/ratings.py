"""Writes the ratings of those who were reviewed, as far as their steps had come."""

import random
from collections import defaultdict
from collections.abc import Collection
from typing import Final

from django.db.models import Count

from tusoi.ballots.enums import RoundState
from tusoi.ballots.models import BallotRound, LevelCount, Tally
from tusoi.cycles.enums import ORGANIZATION_KINDS, ProgressStep, SubjectKind
from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.meetings.enums import Presence
from tusoi.meetings.models import Attendance, ReviewMeeting
from tusoi.people.models import Account
from tusoi.ratings.enums import FactSource, RatingStep
from tusoi.ratings.models import Rating, RatingRecord
from tusoi.ratings.queries import Placement, placements
from tusoi.reviews.models import CriterionGrade
from tusoi.rulebooks.rulebook import Rulebook
from tusoi.sample.blueprint import UnitPlan
from tusoi.sample.dossiers import Dossier, Writer, fact, moment, write_columns
from tusoi.sample.population import Population


# Where the grassroots committee has already decided about its members and branches.
_DECIDED: Final = frozenset({"BT-KT", "BT-AT", "BT-CA", "BT-YT", "BT-TC", "BT-TP", "BT-LD"})
# Where the totals of the ballots are shown; elsewhere they stay in the minutes on paper.
_WITH_BALLOTS: Final = ("BT-KT", "BT-TA")
_RATED_KINDS: Final = frozenset({*ORGANIZATION_KINDS, SubjectKind.MEMBER})


def keep_to_quota(
    dossiers: list[Dossier],
    cycle: ReviewCycle,
    population: Population,
    decided: Collection[str] = _DECIDED,
) -> None:
    """Let no more be excellent than the quota allows where a decision has been made.

    By the strict reading (20 % of those rated good, rounded down): one in six of both together.
    """
    groups: dict[str, list[Dossier]] = defaultdict(list)
    placed = placements(cycle)
    for dossier in dossiers:
        if grassroots_code(dossier, population) in decided:
            groups[placed[dossier.obligation.pk].quota_group].append(dossier)
    for group in groups.values():
        able = [one for one in group if one.level_rank <= 1 and one.obligation.is_rateable]
        best = [one for one in able if one.level_rank == 0]
        for dossier in best[len(able) // 6 :]:
            dossier.level_rank = 1


def grassroots_code(dossier: Dossier, population: Population) -> str:
    return _grassroots(population.plan_of_unit(dossier.obligation.unit_id)).code


def _grassroots(plan: UnitPlan) -> UnitPlan:
    while plan.parent is not None and not plan.is_grassroots:
        plan = plan.parent
    return plan


def write_ratings(
    *,
    cycle: ReviewCycle,
    rulebook: Rulebook,
    dossiers: list[Dossier],
    population: Population,
    rng: random.Random,
    tellers: tuple[Account, Account],
) -> int:
    """Write levels proposed by the bodies, and decided where the authority has met."""
    writer = Writer()
    placed = placements(cycle)
    meetings = {one.unit_id: one for one in ReviewMeeting.objects.filter(cycle=cycle)}
    levels = [level.id for level in rulebook.levels]
    voters = _voters_by_meeting(cycle)
    grades = _grades_by_review(cycle)
    rated: list[Obligation] = []
    for dossier in dossiers:
        obligation = dossier.obligation
        if not _is_rated(dossier, population):
            continue
        code = grassroots_code(dossier, population)
        decided = code in _DECIDED and obligation.subject_kind != (
            SubjectKind.GRASSROOTS_ORGANIZATION
        )
        round_ = None
        if code in _WITH_BALLOTS and obligation.subject_kind in ORGANIZATION_KINDS:
            meeting = meetings[obligation.unit_id]
            present = voters.get(meeting.pk, 0)
            round_ = _write_round(dossier, meeting, present, levels, rng, tellers, writer)
        _write_steps(
            dossier,
            placed[obligation.pk],
            levels[dossier.level_rank],
            grades.get(obligation.pk, {}),
            decided=decided,
            round_=round_,
            actor=tellers[0],
            writer=writer,
        )
        rated.append(obligation)
    for kind in (BallotRound, Tally, LevelCount, Rating):
        writer.flush(kind)
    writer.flush()
    write_columns(rated, "rated_at", "decided_at")
    return len(rated)


def _is_rated(dossier: Dossier, population: Population) -> bool:
    obligation = dossier.obligation
    return (
        dossier.review is not None
        and obligation.is_rateable
        and obligation.subject_kind in _RATED_KINDS
        and _grassroots(population.plan_of_unit(obligation.unit_id)).is_done
    )


def _voters_by_meeting(cycle: ReviewCycle) -> dict[int, int]:
    """Count who took a paper in each meeting: those present who may vote."""
    there = Attendance.objects.filter(
        meeting__cycle=cycle, has_vote=True, presence=Presence.PRESENT
    )
    counted = there.values("meeting").annotate(count=Count("pk")).order_by()
    return dict(counted.values_list("meeting", "count"))


def _grades_by_review(cycle: ReviewCycle) -> dict[int, dict[str, str]]:
    grades: dict[int, dict[str, str]] = defaultdict(dict)
    rows = CriterionGrade.objects.filter(review__obligation__cycle=cycle).values_list(
        "review__obligation", "criterion_id", "grade_id"
    )
    for obligation_id, criterion, grade in rows.iterator(chunk_size=2000):
        grades[obligation_id][f"grade.{criterion}"] = grade
    return grades


def _write_steps(  # noqa: PLR0913 -- the parts of a record
    dossier: Dossier,
    placement: Placement,
    level: str,
    grades: dict[str, str],
    *,
    decided: bool,
    round_: BallotRound | None,
    actor: Account,
    writer: Writer,
) -> None:
    obligation, review = dossier.obligation, dossier.review
    if review is None or dossier.meets_on is None:
        return
    obligation.rated_at = moment(dossier.meets_on, 10, 45)
    rating = Rating(
        obligation=obligation,
        step=RatingStep.DECIDED if decided else RatingStep.PROPOSED,
        level_id=level,
        deciding_unit_id=placement.deciding_unit_id,
        quota_group=placement.quota_group,
    )
    writer.add(rating)
    facts = {
        name: {"value": grade, "by": FactSource.SELF_REVIEW.value, "source": ""}
        for name, grade in grades.items()
    }
    steps = [
        (RatingStep.SELF, obligation.unit_id, review.submitted_at, None),
        (RatingStep.PROPOSED, obligation.unit_id, obligation.rated_at, round_),
    ]
    writer.add(fact(obligation, ProgressStep.RATED, obligation.rated_at, actor))
    if decided:
        obligation.decided_at = moment(dossier.meets_on, 16)
        steps.append((RatingStep.DECIDED, placement.deciding_unit_id, obligation.decided_at, None))
        writer.add(fact(obligation, ProgressStep.DECIDED, obligation.decided_at, actor))
    for step, unit_id, at, ballot in steps:
        writer.add(
            RatingRecord(
                rating=rating,
                step=step,
                level_id=level,
                round=ballot,
                facts=facts,
                unit_id=unit_id,
                at=at or obligation.rated_at,
                actor=actor,
            )
        )


def _write_round(  # noqa: PLR0913, PLR0917 -- one place for all that a ballot needs
    dossier: Dossier,
    meeting: ReviewMeeting,
    present: int,
    levels: list[str],
    rng: random.Random,
    tellers: tuple[Account, Account],
    writer: Writer,
) -> BallotRound:
    invalid = min(rng.choice((0, 0, 0, 1)), present)
    other = min(rng.randint(0, 3), present - invalid)
    ballot = BallotRound(
        meeting=meeting,
        obligation=dossier.obligation,
        voter_count=present,
        state=RoundState.RECONCILED,
        opened_at=meeting.opened_at or meeting.meets_at,
        opened_by=tellers[0],
        reconciled_at=meeting.closed_at,
        reconciled_by=tellers[1],
    )
    writer.add(ballot)
    votes = {dossier.level_rank: present - invalid - other, (dossier.level_rank + 1) % 3: other}
    for entry, teller in enumerate(tellers, start=1):
        tally = Tally(
            round=ballot,
            entry=entry,
            issued_count=present,
            returned_count=present,
            valid_count=present - invalid,
            invalid_count=invalid,
            entered_at=meeting.closed_at or meeting.meets_at,
            entered_by=teller,
        )
        writer.add(tally)
        for rank, level in enumerate(levels):
            writer.add(LevelCount(tally=tally, level_id=level, vote_count=votes.get(rank, 0)))
    return ballot
