"""What the rulebook wants reviewed before what, for the agenda and for each conclusion.

A rulebook names acts ("review-of-collective before review-of-person"). This file says which
dossiers such a name means, so that no page or operation has to know the names.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Case, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import get_language

from tusoi.cycles.enums import ORGANIZATION_KINDS, SubjectKind
from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.cycles.queries import rulebook_of
from tusoi.engine import Severity
from tusoi.engine.citations import Citation
from tusoi.meetings.queries.meetings import waiting_for_meeting
from tusoi.meetings.queries.ranks import DEPUTY, HEAD, post_rank, rank_in_unit
from tusoi.rulebooks.rulebook import localized
from tusoi.units.models import Post


@dataclass(frozen=True)
class Subject:
    """A dossier as the order of a meeting sees it."""

    id: int
    name: str
    kind: SubjectKind
    person_id: int | None
    collective_id: int | None
    rank: int

    @property
    def is_body(self) -> bool:
        return self.person_id is None

    @property
    def is_head(self) -> bool:
        return self.rank == HEAD

    @property
    def is_deputy(self) -> bool:
        return self.rank == DEPUTY


@dataclass(frozen=True)
class ReviewOrder:
    """One rule that wants some reviews before others."""

    id: str
    title: str
    citations: tuple[Citation, ...]
    needs_checking: bool
    warns_only: bool
    covers: Callable[[Subject, Subject], bool]

    @property
    def is_binding(self) -> bool:
        """Say whether it stops a conclusion; otherwise a reason is asked for."""
        return not (self.needs_checking or self.warns_only)


@dataclass(frozen=True)
class Ahead:
    """A rule with the reviews that it wants done before this one."""

    rule: ReviewOrder
    names: tuple[str, ...]


def _collective_first(one: Subject, other: Subject) -> bool:
    if not one.is_body or other.is_body:
        return False
    return one.kind in ORGANIZATION_KINDS or one.collective_id == other.collective_id


def _are_peers(one: Subject, other: Subject) -> bool:
    if one.is_body or other.is_body or one.kind != other.kind:
        return False
    return one.collective_id == other.collective_id


def _head_first(one: Subject, other: Subject) -> bool:
    return _are_peers(one, other) and one.is_head and other.is_deputy


def _deputies_first(one: Subject, other: Subject) -> bool:
    return _are_peers(one, other) and one.is_deputy and other.rank > DEPUTY


def _head_before_members(one: Subject, other: Subject) -> bool:
    return _are_peers(one, other) and one.is_head and other.rank > DEPUTY


def _cell_first(one: Subject, other: Subject) -> bool:
    return (
        one.kind == SubjectKind.MEMBER
        and other.kind == SubjectKind.LEADER
        and one.person_id == other.person_id
    )


_COVERS: Final = {
    ("review-of-collective", "review-of-person"): _collective_first,
    ("review-of-head", "review-of-deputy"): _head_first,
    ("review-of-deputy", "review-of-person"): _deputies_first,
    ("review-in-cell", "review-in-collective"): _cell_first,
}
_THROUGH_DEPUTIES: Final = ("review-of-deputy", "review-of-person")


def review_orders(cycle: ReviewCycle) -> tuple[ReviewOrder, ...]:
    """Return the rules of the cycle's rulebook that an agenda can keep."""
    rulebook = rulebook_of(cycle)
    language = get_language() or "vi"
    pairs = {(one.before, one.after) for one in rulebook.orders}
    found = []
    for one in rulebook.orders:
        covers = _COVERS.get((one.before, one.after))
        if covers is None:
            continue
        if covers is _head_first and _THROUGH_DEPUTIES in pairs:
            covers = _head_before_all
        found.append(
            ReviewOrder(
                id=one.id,
                title=localized(one.title, language),
                citations=rulebook.citations(one.cites),
                needs_checking=one.needs_checking,
                warns_only=one.severity is Severity.WARN,
                covers=covers,
            )
        )
    return tuple(found)


def _head_before_all(one: Subject, other: Subject) -> bool:
    """Where deputies come before members, the head does too, deputies or none."""
    return _head_first(one, other) or _head_before_members(one, other)


def suggested_agenda(*, cycle_id: int, unit_id: int, on: dt.date) -> list[Obligation]:
    """Return what waits in the order of the rulebook: collective first, head first."""
    cycle = ReviewCycle.objects.get(pk=cycle_id)
    waiting = list(ranked(waiting_for_meeting(cycle_id=cycle_id, unit_id=unit_id), on=on))
    by_id = {one.pk: one for one in waiting}
    ordered = in_order([subject_of(one) for one in waiting], review_orders(cycle))
    return [by_id[one.id] for one in ordered]


def ranked(obligations: QuerySet[Obligation], *, on: dt.date) -> QuerySet[Obligation]:
    """Sort the organisation itself, collectives, leaders and members, the head of each first."""
    seats = Post.objects.filter(person=OuterRef("person"), collective=OuterRef("collective"))
    return obligations.annotate(
        subject_rank=Case(
            When(subject_kind__in=ORGANIZATION_KINDS, then=Value(0)),
            When(subject_kind=SubjectKind.COLLECTIVE, then=Value(1)),
            When(subject_kind=SubjectKind.LEADER, then=Value(2)),
            default=Value(3),
            output_field=IntegerField(),
        ),
        post_rank=Case(
            When(subject_kind=SubjectKind.LEADER, then=post_rank(seats, on=on)),
            default=rank_in_unit(OuterRef("person"), OuterRef("unit"), on=on),
            output_field=IntegerField(),
        ),
    ).order_by("subject_rank", "post_rank", "sort_key", "pk")


def subject_of(obligation: Obligation) -> Subject:
    """Return what the order needs to know of a row that `ranked` has read."""
    return Subject(
        id=obligation.pk,
        name=obligation.name,
        kind=SubjectKind(obligation.subject_kind),
        person_id=obligation.person_id,
        collective_id=obligation.collective_id,
        rank=obligation.post_rank,  # type: ignore[attr-defined]  # annotated by `ranked`
    )


def in_order(subjects: Sequence[Subject], rules: Sequence[ReviewOrder]) -> list[Subject]:
    """Move subjects only as far as the rules ask; rules in a circle leave the given order."""
    waiting = list(subjects)
    found: list[Subject] = []
    while waiting:
        free = next(
            (
                one
                for one in waiting
                if not any(
                    rule.covers(other, one) for rule in rules for other in waiting if other != one
                )
            ),
            waiting[0],
        )
        waiting.remove(free)
        found.append(free)
    return found


def misplaced(subjects: Sequence[Subject], rules: Sequence[ReviewOrder]) -> tuple[Ahead, ...]:
    """Return the rules that an agenda in this order breaks, with what stands too late."""
    found = []
    for rule in rules:
        late = [
            one.name
            for index, one in enumerate(subjects)
            if any(rule.covers(one, earlier) for earlier in subjects[:index])
        ]
        if late:
            found.append(Ahead(rule, tuple(late)))
    return tuple(found)


def agenda_subjects(obligation_ids: Sequence[int], *, on: dt.date) -> list[Subject]:
    """Return the subjects of an agenda, in the order given."""
    rows = ranked(Obligation.objects.filter(pk__in=obligation_ids), on=on)
    by_id = {one.pk: subject_of(one) for one in rows}
    return [by_id[one] for one in obligation_ids if one in by_id]


def reviews_ahead(obligation: Obligation, *, on: dt.date) -> tuple[Ahead, ...]:
    """Return what the rulebook wants reviewed before this dossier and is not yet."""
    pool = Q(unit_id=obligation.unit_id)
    if obligation.person_id is not None:
        pool |= Q(person_id=obligation.person_id)
    open_ones = Obligation.objects.filter(
        pool, cycle_id=obligation.cycle_id, reviewed_at__isnull=True, cancelled_on__isnull=True
    )
    rows = ranked(open_ones | Obligation.objects.filter(pk=obligation.pk), on=on)
    subjects = [subject_of(one) for one in rows]
    this = next(one for one in subjects if one.id == obligation.pk)
    return tuple(
        Ahead(rule, names)
        for rule in review_orders(obligation.cycle)
        if (names := tuple(one.name for one in subjects if one != this and rule.covers(one, this)))
    )
