"""Writes the ratings of the district, weighed by the rulebook as on the pages that people use."""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count

from tusoi.ballots.models import Poll, PollQuestion, Tally
from tusoi.cycles.enums import ORGANIZATION_KINDS, ProgressStep, SubjectKind
from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.meetings.enums import Presence
from tusoi.meetings.models import Attendance, ReviewMeeting
from tusoi.people.models import Account
from tusoi.ratings.enums import RatingStep
from tusoi.ratings.models import Rating, RatingRecord
from tusoi.ratings.operations.checks import Choice, Step, new_record, weigh
from tusoi.ratings.queries import Assessment, assess, placements
from tusoi.rulebooks.rulebook import Rulebook
from tusoi.sample.dossiers import Dossier, Writer, fact, moment, write_columns
from tusoi.sample.frame import Frame
from tusoi.sample.levels import people_long_ill
from tusoi.sample.population import Population
from tusoi.sample.told import told_of
from tusoi.sample.votes import write_vote
from tusoi.units.enums import UnitKind


# Where the grassroots committee had decided about its members and cells by the end of November.
EARLY: Final = frozenset({"BT-KT", "BT-AT", "BT-CA", "BT-YT", "BT-TC", "BT-TP", "BT-LD", "BT-DT"})
# Whom the district decided in its first session, and whom its board had appraised by then.
_FIRST_SESSION: Final = frozenset({"BT-KT", "BT-TC", "BT-TP", "BT-LD", "BT-DT"})
_APPRAISED: Final = _FIRST_SESSION | {"BT-AT", "BT-CA", "BT-YT"}
_APPRAISES_CELLS: Final = "BT-TA"
# Where the totals of the ballots are shown; elsewhere they stay in the minutes on paper.
_WITH_BALLOTS: Final = frozenset({"BT-KT", "BT-TA"})

_CELLS_APPRAISED_AT: Final = moment(dt.date(2022, 11, 28), 16)
_EARLY_DECISIONS: Final = moment(dt.date(2022, 11, 26), 15)
_LATE_DECISIONS: Final = moment(dt.date(2022, 12, 16), 15)
_FIRST_AT: Final = moment(dt.date(2022, 11, 29), 14)
_MAIN_AT: Final = moment(dt.date(2022, 12, 20), 14)
_SUPERIOR_AT: Final = moment(dt.date(2023, 1, 13), 14)
_BETWEEN: Final = dt.timedelta(minutes=15)
_APPRAISED_BEFORE: Final = dt.timedelta(hours=1)
_AT_ONCE: Final = 1_000

_PEOPLE: Final = frozenset({SubjectKind.MEMBER, SubjectKind.LEADER})
# What the district decides, in the order of the rules; heads come last.
_BODIES_BEFORE_PEOPLE: Final = (
    SubjectKind.GRASSROOTS_ORGANIZATION,
    SubjectKind.SUPERIOR_ORGANIZATION,
    SubjectKind.COLLECTIVE,
    SubjectKind.LEADER,
)
_REASONS: Final = (
    "Kết quả nhiệm vụ xuất sắc, có sản phẩm cụ thể để nơi khác học tập; hội nghị thống nhất.",
    "",
    "Còn hạn chế nêu trong bản kiểm điểm, chưa đủ điều kiện hoàn thành tốt nhiệm vụ.",
    "Bị thi hành kỷ luật trong năm.",
)
_FITTED: Final = "Xếp theo mức cao nhất mà điều kiện của quy định còn cho phép."


def is_rated(dossier: Dossier, population: Population) -> bool:
    """Say whether a level was proposed: where the grassroots organisation had met."""
    plan = population.plans[population.grassroots_code(dossier.obligation.unit_id)]
    return (
        dossier.meets_on is not None
        and dossier.obligation.is_rateable
        and (plan.is_done or population.frame.is_complete)
    )


def write_ratings(
    *,
    cycle: ReviewCycle,
    rulebook: Rulebook,
    dossiers: Sequence[Dossier],
    population: Population,
    rng: random.Random,
    tellers: tuple[Account, Account],
) -> int:
    """Write levels claimed, proposed, appraised and decided; return how many are rated."""
    rater = _Rater(cycle, rulebook, population, rng, tellers)
    by_kind: dict[str, list[Dossier]] = defaultdict(list)
    for one in dossiers:
        if one.review is not None and is_rated(one, population):
            by_kind[one.obligation.subject_kind].append(one)
    for kind in SubjectKind:
        rater.propose(by_kind[kind])
    for kind in (SubjectKind.MEMBER, SubjectKind.CELL, SubjectKind.SECTION):
        rater.finish(by_kind[kind])
    for place, kind in enumerate(_BODIES_BEFORE_PEOPLE):
        for each, own in enumerate(rater.heads_last(by_kind[kind])):
            rater.finish(own, after=(place + each) * _BETWEEN * 2)
    rated = [one.obligation for own in by_kind.values() for one in own]
    write_columns(rated, "rated_at", "decided_at")
    return len(rated)


@dataclass(frozen=True)
class _Session:
    """When a body appraised and decided, and by which document; either may be still to come."""

    appraised_at: dt.datetime | None = None
    decided_at: dt.datetime | None = None
    document: str = ""


class _Rater:
    """Takes the steps of many subjects at once; each level is held against the rules."""

    def __init__(
        self,
        cycle: ReviewCycle,
        rulebook: Rulebook,
        population: Population,
        rng: random.Random,
        tellers: tuple[Account, Account],
    ) -> None:
        self.cycle, self.population, self.rng, self.tellers = cycle, population, rng, tellers
        self.rulebook = rulebook
        self.levels = [level.id for level in rulebook.levels]
        self.placed = placements(cycle)
        self.meetings = _meetings(cycle)
        self.voters = _voters_by_meeting(cycle)
        self.ratings: dict[int, Rating] = {}
        self.proposals: dict[int, RatingRecord] = {}
        self.heads: set[int] = set()
        self.ill = people_long_ill()

    def propose(self, dossiers: Sequence[Dossier]) -> None:
        for first in range(0, len(dossiers), _AT_ONCE):
            self._propose(dossiers[first : first + _AT_ONCE])

    def _propose(self, dossiers: Sequence[Dossier]) -> None:
        told = {
            one.obligation.pk: told_of(one, was_ill=one.obligation.person_id in self.ill)
            for one in dossiers
        }
        found = assess(self.cycle, [one.obligation for one in dossiers], entered=told)
        writer = Writer()
        for one in dossiers:
            owed, known = one.obligation, found[one.obligation.pk]
            head = known.sheet.get("is-head")
            if head is not None and head.value is True:
                self.heads.add(owed.pk)
            owed.rated_at = moment(one.meets_on or self.cycle.period_to, 10, 45)
            choice = self._fitting(known, one.level_rank, _REASONS[one.level_rank])
            rating = self._rating(owed, choice.level_id)
            writer.add(rating)
            self._claim(one, rating, writer)
            step = Step(RatingStep.PROPOSED, owed.unit_id, self.tellers[0], owed.rated_at)
            record = new_record(rating, step, weigh(known, choice, may_override=False))
            record.question = self._vote(one, writer)
            writer.add(record)
            writer.add(fact(owed, ProgressStep.RATED, owed.rated_at, self.tellers[0]))
            if owed.subject_kind == SubjectKind.MEMBER:
                self.proposals[owed.pk] = record
        for model in (Poll, PollQuestion, Tally, Rating):
            writer.flush(model)
        writer.flush()

    def _rating(self, owed: Obligation, level: str) -> Rating:
        place = self.placed[owed.pk]
        rating = self.ratings[owed.pk] = Rating(
            obligation=owed,
            step=RatingStep.PROPOSED,
            level_id=level,
            deciding_unit_id=place.deciding_unit_id,
            quota_group=place.quota_group,
        )
        return rating

    def _claim(self, dossier: Dossier, rating: Rating, writer: Writer) -> None:
        """Put what the subject claimed for itself first."""
        review = dossier.review
        if review is None or review.submitted_at is None:
            return
        writer.add(
            RatingRecord(
                rating=rating,
                step=RatingStep.SELF,
                level_id=review.proposed_level,
                unit_id=dossier.obligation.unit_id,
                at=review.submitted_at,
                actor=self.tellers[0],
            )
        )

    def finish(
        self, dossiers: Sequence[Dossier], *, after: dt.timedelta = dt.timedelta(0)
    ) -> None:
        """Appraise and decide as far as the day of the sample allows."""
        sessions = {one.obligation.pk: self._session(one, after) for one in dossiers}
        self._take(RatingStep.APPRAISED, dossiers, sessions)
        self._take(RatingStep.DECIDED, dossiers, sessions)

    def _take(
        self, step: RatingStep, dossiers: Sequence[Dossier], sessions: dict[int, _Session]
    ) -> None:
        decides = step is RatingStep.DECIDED
        times = {
            pk: one.decided_at if decides else one.appraised_at for pk, one in sessions.items()
        }
        own = [one for one in dossiers if times[one.obligation.pk] is not None]
        afresh = [one.obligation for one in own if one.obligation.pk not in self.proposals]
        found = assess(self.cycle, afresh)
        writer, moved = Writer(), []
        for one in own:
            owed, at = one.obligation, times[one.obligation.pk]
            if at is None:
                continue
            rating = self.ratings[owed.pk]
            taken = Step(step, rating.deciding_unit_id, self.tellers[1], at)
            record = (
                self._afresh(one, rating, taken, found[owed.pk])
                if owed.pk in found
                else self._repeated(one, rating, taken)
            )
            record.document = sessions[owed.pk].document if decides else ""
            rating.step, rating.level_id = step, record.level_id
            writer.add(record)
            moved.append(rating)
            if decides:
                owed.decided_at = at
                writer.add(fact(owed, ProgressStep.DECIDED, at, self.tellers[1]))
        writer.flush()
        _move(moved)

    def _afresh(
        self, dossier: Dossier, rating: Rating, taken: Step, known: Assessment
    ) -> RatingRecord:
        choice = self._fitting(known, dossier.final_rank, self._why(dossier))
        return new_record(rating, taken, weigh(known, choice, may_override=False))

    def _repeated(self, dossier: Dossier, rating: Rating, taken: Step) -> RatingRecord:
        """Repeat what was weighed for the proposal: nothing about a member has changed since."""
        before = self.proposals[dossier.obligation.pk]
        lowered = dossier.settled_rank is not None
        return RatingRecord(
            rating=rating,
            step=taken.step,
            level_id=self.levels[dossier.final_rank] if lowered else before.level_id,
            reasons=self._why(dossier) if lowered else before.reasons,
            facts=before.facts,
            findings=before.findings,
            lifted=before.lifted,
            outcome=before.outcome,
            rulebook_fingerprint=before.rulebook_fingerprint,
            unit_id=taken.unit_id,
            at=taken.at,
            actor=taken.actor,
        )

    def _why(self, dossier: Dossier) -> str:
        return dossier.settled_why or _REASONS[dossier.level_rank]

    def _fitting(self, known: Assessment, rank: int, reasons: str) -> Choice:
        """Choose the level, or the next lower one that the rules leave open."""
        offered = known.outcome.offered
        for level in self.levels[rank:]:
            if level in offered:
                return Choice(level, reasons if level == self.levels[rank] else _FITTED)
        return Choice(offered[-1], _FITTED)

    def _session(self, dossier: Dossier, after: dt.timedelta) -> _Session:
        owed, frame = dossier.obligation, self.population.frame
        kind = SubjectKind(owed.subject_kind)
        code = self.population.grassroots_code(owed.unit_id)
        if kind in _BODIES_BEFORE_PEOPLE:
            return _district_session(code, kind, owed, frame, after)
        lowered = dossier.settled_rank is not None
        shown = code == _APPRAISES_CELLS and kind in ORGANIZATION_KINDS
        if code not in EARLY and not frame.is_complete:
            return _Session(_CELLS_APPRAISED_AT if shown and kind == SubjectKind.CELL else None)
        if self.placed[owed.pk].deciding_unit_id == owed.unit_id:
            day = moment(dossier.meets_on or self.cycle.period_to, 16)
            return _Session(decided_at=day, document="Nghị quyết mẫu của chi bộ")
        at = _EARLY_DECISIONS if code in EARLY else _LATE_DECISIONS
        appraised = at - dt.timedelta(days=2) if lowered or shown else None
        return _Session(appraised, at, "Quyết định mẫu của đảng ủy")

    def _vote(self, dossier: Dossier, writer: Writer) -> PollQuestion | None:
        owed = dossier.obligation
        code = self.population.grassroots_code(owed.unit_id)
        if code not in _WITH_BALLOTS or owed.subject_kind not in ORGANIZATION_KINDS:
            return None
        meeting = self.meetings[owed.pk]
        present = self.voters.get(meeting.pk, 0)
        levels = self.rulebook.levels
        return write_vote(dossier, meeting, present, levels, self.rng, self.tellers, writer)

    def heads_last(self, dossiers: Iterable[Dossier]) -> tuple[list[Dossier], list[Dossier]]:
        every = list(dossiers)
        return (
            [one for one in every if one.obligation.pk not in self.heads],
            [one for one in every if one.obligation.pk in self.heads],
        )


def _district_session(
    code: str, kind: SubjectKind, owed: Obligation, frame: Frame, after: dt.timedelta
) -> _Session:
    if owed.unit.kind == UnitKind.DISTRICT:
        # Weighed outside this installation: only the decision comes back, by letter.
        document = "Quyết định mẫu số 210-QĐ/TU của Ban Thường vụ Thành ủy"
        return _Session(decided_at=_SUPERIOR_AT + after, document=document)
    if code in _FIRST_SESSION:
        at, document = _FIRST_AT, "Thông báo mẫu số 96-TB/QU"
    elif frame.is_complete:
        at, document = _MAIN_AT, "Thông báo mẫu số 104-TB/QU"
    elif code in _APPRAISED and kind != SubjectKind.LEADER:
        return _Session(appraised_at=_FIRST_AT + after)
    else:
        return _Session()
    return _Session(at + after, at + after + _BETWEEN, document)


def _move(ratings: Iterable[Rating]) -> None:
    """Write the step and level in force; one statement for each, a few hundred at a time."""
    together: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in ratings:
        together[one.step, one.level_id].append(one.pk)
    for (step, level), keys in together.items():
        for first in range(0, len(keys), _AT_ONCE // 2):
            some: Collection[int] = keys[first : first + _AT_ONCE // 2]
            Rating.objects.filter(pk__in=some).update(step=step, level_id=level)


def _meetings(cycle: ReviewCycle) -> dict[int, ReviewMeeting]:
    """Return, by dossier, the meeting that discussed it."""
    found = ReviewMeeting.objects.filter(cycle=cycle).prefetch_related("items")
    return {item.obligation_id: one for one in found for item in one.items.all()}


def _voters_by_meeting(cycle: ReviewCycle) -> dict[int, int]:
    """Count who took a paper in each meeting: those present who may vote."""
    there = Attendance.objects.filter(
        meeting__cycle=cycle, has_vote=True, presence=Presence.PRESENT
    )
    counted = there.values("meeting").annotate(count=Count("pk")).order_by()
    return dict(counted.values_list("meeting", "count"))
