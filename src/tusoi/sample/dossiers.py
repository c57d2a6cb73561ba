"""Writes the self-reviews, and the facts of progress that go with them, in bulk."""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models
from django.utils import timezone

from tusoi.core.text import search_key
from tusoi.cycles.enums import ORGANIZATION_KINDS, ProgressStep, SubjectKind
from tusoi.cycles.models import Obligation, ObligationFact, ReviewCycle
from tusoi.cycles.queries import rule_class_of
from tusoi.people.models import Account
from tusoi.reviews.enums import ReviewState, ShortcomingKind
from tusoi.reviews.models import (
    CriterionGrade,
    DisciplineNote,
    Initiative,
    ProposedRemedy,
    ReviewAnswer,
    ReviewRow,
    ReviewTransition,
    SelfReview,
    Shortcoming,
    Strength,
    Target,
)
from tusoi.reviews.queries.prefill import prefilled
from tusoi.rulebooks.rulebook import Form, Rulebook
from tusoi.rulebooks.schema import QuestionKind
from tusoi.sample import facts, texts
from tusoi.sample.blueprint import UnitPlan
from tusoi.sample.facts import ReviewFacts
from tusoi.sample.frame import Frame
from tusoi.sample.population import Population
from tusoi.units.enums import UnitKind
from tusoi.units.models import Discipline


_LATE_SHARE = 0.03
_BATCH = 500
_LOWEST_RANK = 3

Advance = Callable[[int], None]


def moment(day: dt.date, hour: int = 9, minute: int = 0) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute)))


@dataclass
class Dossier:
    """One obligation with what its subject did and when."""

    obligation: Obligation
    level_rank: int
    review: SelfReview | None = None
    content: ReviewFacts | None = None
    # The own points, where the form asks for them: general criteria, task results.
    points: tuple[str, ...] = ()
    meets_on: dt.date | None = None
    # The level decided where it is not the one proposed, and why.
    settled_rank: int | None = None
    settled_why: str = ""
    shortcomings: dict[str, Shortcoming] = field(default_factory=dict)

    @property
    def final_rank(self) -> int:
        return self.level_rank if self.settled_rank is None else self.settled_rank

    def settle(self, rank: int, why: str) -> None:
        self.settled_rank, self.settled_why = rank, why


@dataclass
class Writer:
    """Collects rows and writes them a batch at a time."""

    rows: dict[type[models.Model], list[Any]] = field(default_factory=lambda: defaultdict(list))

    def add(self, row: models.Model) -> None:
        if isinstance(row, ReviewRow):
            row.saved_at, row.saved_by = row.review.saved_at, row.review.saved_by
        self.rows[type(row)].append(row)

    def flush(self, *kinds: type[models.Model]) -> None:
        for kind in kinds or tuple(self.rows):
            kind._default_manager.bulk_create(self.rows.pop(kind, []), batch_size=_BATCH)


def write_dossiers(  # noqa: PLR0913 -- where, whose, by which rules, with which dice
    *,
    cycle: ReviewCycle,
    rulebook: Rulebook,
    population: Population,
    rng: random.Random,
    actor: Account,
    advance: Advance,
    adjust: Callable[[list[Dossier]], None],
    scribe: "Scribe | None" = None,
) -> list[Dossier]:
    """Write what every subject that had finished by the day of the sample handed in."""
    obligations = (
        Obligation.objects.filter(cycle=cycle)
        .select_related("unit__parent", "person", "collective")
        .prefetch_related("person__posts")
        .order_by("pk")
    )
    scribe = scribe or Scribe(rulebook, rng, actor, population)
    writer = Writer()
    dossiers = [scribe.dossier_of(obligation) for obligation in obligations]
    adjust(dossiers)
    for dossier in dossiers:
        if dossier.meets_on is not None:
            scribe.write(dossier, writer)
        advance(1)
    _save(dossiers, writer)
    return dossiers


def _save(dossiers: list[Dossier], writer: Writer) -> None:
    writer.flush(SelfReview)
    writer.flush(Target)
    writer.flush(Shortcoming)
    writer.flush()
    write_columns(
        [one.obligation for one in dossiers if one.review is not None],
        "started_at",
        "completed_at",
        "first_submitted_at",
        "submitted_at",
        "was_late",
        "accepted_at",
        "reviewed_at",
    )


def write_columns(obligations: list[Obligation], *columns: str) -> None:
    """Write some columns of many obligations; one prepared statement, not one long CASE."""
    sets = ", ".join(f"{column} = %s" for column in columns)
    convert = connection.ops.adapt_datetimefield_value
    rows = [
        [
            *(
                value if isinstance(value, bool) else convert(value)
                for value in (getattr(one, column) for column in columns)
            ),
            one.pk,
        ]
        for one in obligations
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE cycles_obligation SET {sets} WHERE id = %s", rows)  # noqa: S608 -- names of columns


class Scribe:
    """Invents one dossier after the other; the forms are read from the rulebook once."""

    def __init__(
        self, rulebook: Rulebook, rng: random.Random, actor: Account, population: Population
    ) -> None:
        self.rulebook, self.rng, self.actor = rulebook, rng, actor
        self.population, self.frame = population, population.frame
        self.plans = {population.units[code].pk: plan for code, plan in population.plans.items()}
        self.meeting_days = {
            unit_id: _meeting_day(plan, self.frame, rng) for unit_id, plan in self.plans.items()
        }
        self.late_days = {
            unit_id: day
            for unit_id, plan in self.plans.items()
            if (day := _late_day(plan, self.frame, rng)) is not None
        }
        self.disciplined = set(
            Discipline.objects.filter(member__isnull=False).values_list(
                "member__person", flat=True
            )
        )
        self._forms: dict[tuple[str, bool], Form] = {}
        self.prepare()

    def prepare(self) -> None:
        """Make ready what a sample of its own kind needs."""

    def form_for(self, obligation: Obligation) -> Form:
        kind = SubjectKind(obligation.subject_kind)
        key = rule_class_of(obligation), kind == SubjectKind.LEADER
        if key not in self._forms:
            self._forms[key] = self.rulebook.form_for(key[0], is_leader=key[1])
        return self._forms[key]

    def dossier_of(self, obligation: Obligation) -> Dossier:
        plan = self.plans[obligation.unit_id]
        # Trà An proposes more than the quota allows: its committee has something to decide.
        weights = (22, 66, 12) if "-TA" in plan.code else (11, 76, 13)
        rank = self.rng.choices((0, 1, 2), weights)[0]
        if obligation.person_id in self.disciplined:
            rank = _LOWEST_RANK
        dossier = Dossier(obligation, rank)
        done = plan.is_done if goes_with_unit(obligation) else plan.members_done
        days = self.meeting_days if done else self.late_days
        dossier.meets_on = days.get(obligation.unit_id)
        if obligation.subject_kind in ORGANIZATION_KINDS:
            dossier.content = self.content_of(plan)
        return dossier

    def content_of(self, plan: UnitPlan) -> ReviewFacts:
        if plan.code == "BT-KT":
            return facts.ECONOMIC_OFFICE
        if plan.code == "BT-TA":
            return facts.TRA_AN
        size = 9 if plan.kind == UnitKind.GRASSROOTS_ORGANIZATION else 4
        return texts.organization_review(self.rng, size=size)

    def write(self, dossier: Dossier, writer: Writer) -> None:
        obligation, day = dossier.obligation, dossier.meets_on
        if day is None:
            return
        self._walk(dossier, day, writer)
        levels = self.rulebook.levels
        saved_at = obligation.submitted_at or moment(day)
        review = dossier.review = SelfReview(
            obligation=obligation,
            state=ReviewState.ACCEPTED,
            proposed_level=levels[dossier.level_rank].id if obligation.is_rateable else "",
            created_at=obligation.started_at or saved_at,
            created_by=self.actor,
            saved_at=saved_at,
            saved_by=self.actor,
            submitted_at=obligation.submitted_at,
            submitted_by=self.actor,
            accepted_at=obligation.accepted_at,
            accepted_by=self.actor,
        )
        writer.add(review)
        self._write_header(dossier, saved_at, writer)
        self._write_transitions(review, writer)
        self._write_grades(dossier, writer)
        self._write_points(dossier, writer)
        if dossier.content is not None:
            self._write_content(dossier, dossier.content, writer)
        else:
            self._write_personal(dossier, writer)

    def _walk(self, dossier: Dossier, day: dt.date, writer: Writer) -> None:
        """Set the facts of progress: started, completed, submitted, accepted, reviewed."""
        obligation, rng = dossier.obligation, self.rng
        submitted_on = day - dt.timedelta(days=rng.randint(2, 8))
        if submitted_on > obligation.due_on and rng.random() > _LATE_SHARE:
            submitted_on = obligation.due_on
        started_on = max(
            self.frame.opened_on, submitted_on - dt.timedelta(days=rng.randint(1, 12))
        )
        obligation.started_at = moment(started_on, rng.randint(7, 20), rng.randint(0, 59))
        obligation.completed_at = moment(submitted_on, 8)
        obligation.first_submitted_at = obligation.submitted_at = moment(submitted_on, 10)
        obligation.was_late = submitted_on > obligation.due_on
        obligation.accepted_at = moment(max(submitted_on, day - dt.timedelta(days=1)), 15)
        obligation.reviewed_at = moment(day, 10)
        steps = {
            ProgressStep.STARTED: obligation.started_at,
            ProgressStep.COMPLETED: obligation.completed_at,
            ProgressStep.SUBMITTED: obligation.submitted_at,
            ProgressStep.ACCEPTED: obligation.accepted_at,
            ProgressStep.REVIEWED: obligation.reviewed_at,
        }
        if obligation.was_late:
            steps[ProgressStep.LATE] = obligation.submitted_at
        for step, at in steps.items():
            writer.add(fact(obligation, step, at, self.actor))

    def _write_header(self, dossier: Dossier, at: dt.datetime, writer: Writer) -> None:
        """Fill the head in as the writing page does, and the lines that a person adds."""
        obligation = dossier.obligation
        form = self.form_for(obligation)
        told = prefilled(obligation, form, on=timezone.localtime(at).date())
        by_hand = {"place": self.frame.place}
        if obligation.person_id is not None:
            by_hand["person-mass-organization-post"] = self.rng.choice(texts.MASS_ORGANIZATIONS)
        told |= {one.id: by_hand[one.prefill] for one in form.questions if one.prefill in by_hand}
        for question_id, text in told.items():
            writer.add(self._answer(dossier, question_id, text))

    def _write_transitions(self, review: SelfReview, writer: Writer) -> None:
        for before, after, at in (
            (ReviewState.DRAFT, ReviewState.COMPLETED, review.obligation.completed_at),
            (ReviewState.COMPLETED, ReviewState.SUBMITTED, review.submitted_at),
            (ReviewState.SUBMITTED, ReviewState.ACCEPTED, review.accepted_at),
        ):
            if at is None:
                continue
            writer.add(
                ReviewTransition(
                    review=review, from_state=before, to_state=after, at=at, actor=self.actor
                )
            )

    def _write_grades(self, dossier: Dossier, writer: Writer) -> None:
        grades = self.rulebook.grades
        for question in self.form_for(dossier.obligation).questions:
            if question.kind is not QuestionKind.GRADE:
                continue
            result = self.rulebook.criterion(question.criterion).result
            # A discipline lowers the level, not the grades of the criteria.
            rank = min(dossier.level_rank, _LOWEST_RANK - 1)
            # A model organisation is excellent throughout, people in what they were given to do.
            is_model = dossier.obligation.subject_kind in ORGANIZATION_KINDS
            if not result and rank == 0 and not is_model:
                rank = self.rng.choice((0, 1))
            writer.add(
                CriterionGrade(
                    review=dossier.review,
                    criterion_id=question.criterion,
                    grade_id=grades[rank].id,
                )
            )

    def _write_points(self, dossier: Dossier, writer: Writer) -> None:
        asked = [
            one.id
            for one in self.form_for(dossier.obligation).questions
            if one.kind is QuestionKind.SCORE
        ]
        for question_id, points in zip(asked, dossier.points, strict=False):
            writer.add(self._answer(dossier, question_id, points))

    def _write_personal(self, dossier: Dossier, writer: Writer) -> None:
        obligation = dossier.obligation
        is_body = obligation.person_id is None
        for question in self.form_for(obligation).questions:
            if question.kind is QuestionKind.TEXT and (question.required or not is_body):
                text = (
                    "Tập thể giữ nguyên tắc tập trung dân chủ, phân công rõ người, rõ việc."
                    if is_body
                    else texts.personal_text(self.rng, question.id)
                )
                writer.add(self._answer(dossier, question.id, text))
        nature, topic, remedy = texts.personal_shortcoming(self.rng)
        shortcoming = Shortcoming(
            review=dossier.review,
            kind=ShortcomingKind.LIMITATION,
            topic=topic,
            nature=nature,
            search_key=search_key(nature),
        )
        writer.add(shortcoming)
        writer.add(ProposedRemedy(review=dossier.review, text=remedy, shortcoming=shortcoming))

    def _answer(self, dossier: Dossier, question_id: str, text: str) -> ReviewAnswer:
        return ReviewAnswer(
            review=dossier.review,
            question_id=question_id,
            text=text,
            saved_at=dossier.obligation.submitted_at or moment(self.frame.opened_on),
            saved_by=self.actor,
        )

    def _write_content(self, dossier: Dossier, content: ReviewFacts, writer: Writer) -> None:
        review = dossier.review
        for question in self.form_for(dossier.obligation).questions:
            if question.kind is QuestionKind.TEXT and question.required:
                text = "Nội dung chi tiết nêu ở các mục ưu điểm, chỉ tiêu, hạn chế của báo cáo."
                writer.add(self._answer(dossier, question.id, text))
        for place, text in enumerate(content.strengths):
            writer.add(Strength(review=review, position=place, text=text))
        targets = _targets(review, content)
        _add_all(writer, targets)
        dossier.shortcomings = _shortcomings(review, content, targets)
        _add_all(writer, dossier.shortcomings.values())
        for place, initiative in enumerate(content.initiatives):
            writer.add(
                Initiative(
                    review=review,
                    position=place,
                    name=initiative.name,
                    place=initiative.place,
                    benefit=initiative.benefit,
                    search_key=search_key(
                        f"{initiative.name} {initiative.place} {initiative.benefit}"
                    ),
                )
            )
        if content.discipline:
            writer.add(DisciplineNote(review=review, text=content.discipline))
        _add_all(writer, _remedies(review, content, dossier.shortcomings))


def fact(
    obligation: Obligation, step: ProgressStep, at: dt.datetime, actor: Account
) -> ObligationFact:
    return ObligationFact(
        obligation=obligation,
        step=step,
        delta=1,
        day=timezone.localtime(at).date(),
        at=at,
        actor=actor,
    )


def _add_all(writer: Writer, rows: Iterable[models.Model]) -> None:
    for row in rows:
        writer.add(row)


def goes_with_unit(obligation: Obligation) -> bool:
    # Leaders are reviewed after the collective in which they sit.
    return obligation.person_id is None or obligation.subject_kind == SubjectKind.LEADER


def _meeting_day(plan: UnitPlan, frame: Frame, rng: random.Random) -> dt.date:
    """A cell's own review goes before its superior's."""
    if not plan.has_members:
        first, last = frame.committee_days
        return first + dt.timedelta(days=rng.randint(0, (last - first).days))
    return frame.first_meeting + dt.timedelta(days=rng.randint(0, frame.cell_days))


def _targets(review: SelfReview | None, content: ReviewFacts) -> list[Target]:
    return [
        Target(
            review=review,
            position=place,
            name=one.name,
            measure=one.measure,
            planned=one.planned,
            actual=one.actual,
            qualifier=one.qualifier,
            stated_percent=one.stated_percent,
            topic=one.topic,
            source=content.source or "Báo cáo của đơn vị (dữ liệu mẫu)",
        )
        for place, one in enumerate(content.targets)
    ]


def _shortcomings(
    review: SelfReview | None, content: ReviewFacts, targets: list[Target]
) -> dict[str, Shortcoming]:
    return {
        one.key: Shortcoming(
            review=review,
            position=place,
            kind=one.kind,
            topic=one.topic,
            nature=one.nature,
            extent=one.extent,
            search_key=search_key(f"{one.nature} {one.extent}"),
            target=targets[one.target] if one.target is not None else None,
            cause_kind=one.cause_kind,
            cause=one.cause,
        )
        for place, one in enumerate(content.shortcomings)
    }


def _remedies(
    review: SelfReview | None, content: ReviewFacts, shortcomings: dict[str, Shortcoming]
) -> list[ProposedRemedy]:
    return [
        ProposedRemedy(
            review=review,
            position=place,
            text=one.text,
            first_step=one.first_step,
            places=one.places,
            partners=one.partners,
            shortcoming=shortcomings[one.answers[0]],
        )
        for place, one in enumerate(content.remedies)
    ]


def _late_day(plan: UnitPlan, frame: Frame, rng: random.Random) -> dt.date | None:
    """Say when those meet who had not finished: the topmost organisation after all others."""
    if frame.late_days is None:
        return None
    if plan.kind == UnitKind.DISTRICT:
        return frame.root_meets_on
    first, last = frame.late_days
    return first + dt.timedelta(days=rng.randint(0, (last - first).days))
