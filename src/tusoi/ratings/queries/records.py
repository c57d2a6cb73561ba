"""Facts from the records of people and organisations, read for many subjects at once.

Each function returns facts by obligation id. What nobody recorded is left out, never a default;
a record that is kept without gaps (memberships, discipline, standings) may say "no".
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Final

from django.db.models import Count, Q

from tusoi.cycles.enums import ORGANIZATION_KINDS
from tusoi.cycles.models import CycleClosure, CycleUnit, Obligation, ReviewCycle
from tusoi.people.enums import StandingKind
from tusoi.people.models import MemberStanding, PartyMember
from tusoi.ratings.enums import RatingStep
from tusoi.ratings.models import Rating
from tusoi.ratings.queries.placement import seats_in_period
from tusoi.reviews.enums import HANDED_IN_STATES
from tusoi.reviews.models import EarlierShortcoming
from tusoi.reviews.queries import faults_told
from tusoi.rulebooks.participating import months_between
from tusoi.units.enums import MembershipKind
from tusoi.units.models import Discipline, Membership


Values = dict[int, dict[str, bool | int]]
_BARRED: Final = {
    StandingKind.EXEMPT: "exempt",
    StandingKind.SUSPENDED: "suspended",
    StandingKind.COMMITTEE_SUSPENDED: "suspended-from-committee",
}


def faults_remedied(ones: Sequence[Obligation]) -> Values:
    """Count the faults of the period before, and those put right, as the review answers them.

    A review that names none does not say that there were none.
    """
    rows = EarlierShortcoming.objects.filter(
        review__obligation__in=[one.pk for one in ones], review__state__in=HANDED_IN_STATES
    ).values_list("review__obligation_id", "outcome")
    outcomes: dict[int, list[str]] = defaultdict(list)
    for pk, outcome in rows:
        outcomes[pk].append(outcome)
    return {pk: dict(faults_told(told)) for pk, told in outcomes.items()}


def member_records(cycle: ReviewCycle, ones: Sequence[Obligation]) -> Values:
    """Read what the records say about persons at the end of the period."""
    people = [one.person_id for one in ones]
    duty = _duty_disciplined(cycle, people)
    above = _with_those_above(cycle, [one for one in ones if one.person_id in duty])
    standings = _standings(cycle, people)
    moved, temporary = _moves(cycle, people)
    admitted = dict(
        PartyMember.objects.filter(person__in=people).values_list("person_id", "admitted_on")
    )
    found: Values = {}
    for one in ones:
        person = one.person_id
        values: dict[str, bool | int] = {
            "duty-discipline-in-year": person in duty,
            "transferred-in-year": person in moved,
            "temporary-activities": person in temporary,
            **{name: (person, kind) in standings for kind, name in _BARRED.items()},
        }
        months = months_between(admitted.get(person or 0), cycle.period_to)
        if months is not None:
            values["months-since-admission"] = months
        if (person, StandingKind.MATERNITY_LEAVE) in standings:
            values["maternity-leave"] = True
        if person in duty:
            values["violation-at-previous-unit"] = not duty[person] & above[one.unit_id]
        found[one.pk] = values
    return found


def in_period(cycle: ReviewCycle) -> Q:
    """Select the disciplinary decisions that count in a cycle."""
    return Q(decided_on__gte=cycle.period_from, decided_on__lte=cycle.period_to)


def _duty_disciplined(
    cycle: ReviewCycle, people: Sequence[int | None]
) -> dict[int | None, set[int]]:
    """Return who was disciplined over duties in the period, and where the violations arose."""
    rows = Discipline.objects.filter(
        in_period(cycle), member__person__in=people, is_duty_related=True
    )
    found: dict[int | None, set[int]] = defaultdict(set)
    for person, unit_id in rows.values_list("member__person_id", "arose_in_id"):
        found[person].add(unit_id)
    return dict(found)


def _with_those_above(cycle: ReviewCycle, ones: Sequence[Obligation]) -> dict[int, set[int]]:
    if not ones:
        return {}
    rows = CycleClosure.objects.filter(cycle=cycle, descendant__in={one.unit_id for one in ones})
    found: dict[int, set[int]] = defaultdict(set)
    for unit_id, ancestor in rows.values_list("descendant_id", "ancestor_id"):
        found[unit_id].add(ancestor)
    return found


def _standings(
    cycle: ReviewCycle, people: Sequence[int | None]
) -> set[tuple[int | None, StandingKind]]:
    """Return who was in which standing on the last day of the period, leave at any time in it."""
    rows = MemberStanding.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=cycle.period_from),
        member__person__in=people,
        valid_from__lte=cycle.period_to,
    ).values_list("member__person_id", "kind", "valid_to")
    return {
        (person, StandingKind(kind))
        for person, kind, until in rows
        if kind == StandingKind.MATERNITY_LEAVE or _lasts(until, cycle.period_to)
    }


def _lasts(until: dt.date | None, day: dt.date) -> bool:
    return until is None or until > day


def _moves(
    cycle: ReviewCycle, people: Sequence[int | None]
) -> tuple[set[int | None], set[int | None]]:
    """Return who changed the official cell within the period, and who is elsewhere at its end."""
    rows = Membership.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=cycle.period_from),
        member__person__in=people,
        valid_from__lte=cycle.period_to,
    ).values_list("member__person_id", "unit_id", "kind", "valid_to")
    cells: dict[int | None, set[int]] = defaultdict(set)
    temporary: set[int | None] = set()
    for person, unit_id, kind, until in rows:
        if kind == MembershipKind.OFFICIAL:
            cells[person].add(unit_id)
        elif _lasts(until, cycle.period_to):
            temporary.add(person)
    return {person for person, units in cells.items() if len(units) > 1}, temporary


def body_records(cycle: ReviewCycle, ones: Sequence[Obligation]) -> Values:
    """Read what the records say about leadership collectives and their members."""
    seats = list(
        seats_in_period(cycle)
        .filter(collective__in=[one.collective_id for one in ones])
        .values_list("collective_id", "person_id", "valid_to")
    )
    disciplined = Discipline.objects.filter(
        in_period(cycle), member__person__in={person for _body, person, _until in seats}
    ).values_list("member__person_id", "is_duty_related")
    duty = {person for person, on_duty in disciplined if on_duty}
    by_body: dict[int | None, set[int]] = defaultdict(set)
    seated: dict[int | None, set[int]] = defaultdict(set)
    for body, person, until in seats:
        by_body[body].add(person)
        if _lasts(until, cycle.period_to):
            seated[body].add(person)
    # Without a known seat nobody can say that no member was disciplined.
    return {
        one.pk: {
            "member-duty-disciplined": bool(by_body[one.collective_id] & duty),
            "collective-size": len(seated[one.collective_id]),
        }
        for one in ones
        if by_body[one.collective_id]
    }


def subordinates(cycle: ReviewCycle, ones: Sequence[Obligation]) -> Values:
    """Count the organisations directly below each unit, those disciplined, and their levels.

    Levels are counted once every one below has been decided; where there is none, there is
    nothing to wait for.
    """
    units = {one.unit_id for one in ones}
    below = CycleUnit.objects.filter(cycle=cycle, parent__in=units).values_list(
        "parent_id", "unit_id"
    )
    children: dict[int | None, set[int]] = defaultdict(set)
    for parent, unit_id in below:
        children[parent].add(unit_id)
    every = {unit_id for group in children.values() for unit_id in group}
    disciplined = disciplined_units(cycle, every)
    levels = decided_unit_levels(cycle, every)
    led = _leadership_disciplined(cycle, units)
    found: Values = {}
    for one in ones:
        own = children[one.unit_id]
        values: dict[str, bool | int] = {
            "subordinates-count": len(own),
            "subordinates-disciplined-count": len(own & disciplined),
        }
        if own & disciplined or one.unit_id in led:
            values["subordinate-disciplined"] = bool(own & disciplined) or led[one.unit_id]
        if own <= levels.keys():
            values["units-led-count"] = len(own)
            values["units-led-unsatisfactory-count"] = sum(
                levels[unit_id] == "unsatisfactory" for unit_id in own
            )
        found[one.pk] = values
    return found


def disciplined_units(cycle: ReviewCycle, units: Collection[int]) -> set[int | None]:
    """Return which of these organisations were disciplined in the period."""
    rows = Discipline.objects.filter(in_period(cycle), unit__in=units)
    return set(rows.values_list("unit_id", flat=True))


def decided_unit_levels(cycle: ReviewCycle, units: Collection[int]) -> dict[int, str]:
    """Return the levels decided for these organisations themselves, by unit."""
    return dict(
        Rating.objects.filter(
            obligation__cycle=cycle,
            obligation__subject_kind__in=ORGANIZATION_KINDS,
            obligation__cancelled_on__isnull=True,
            obligation__unit__in=units,
            step=RatingStep.DECIDED,
        ).values_list("obligation__unit_id", "level_id")
    )


def _leadership_disciplined(cycle: ReviewCycle, units: Collection[int]) -> dict[int, bool]:
    """Say, for units whose leadership is known, whether one of its members was disciplined."""
    seats = (
        seats_in_period(cycle)
        .filter(collective__unit__in=units)
        .order_by()
        .values_list("collective__unit_id")
        .annotate(
            disciplined=Count(
                "pk",
                filter=Q(
                    person__party_member__disciplines__decided_on__gte=cycle.period_from,
                    person__party_member__disciplines__decided_on__lte=cycle.period_to,
                ),
            )
        )
    )
    return {unit_id: disciplined > 0 for unit_id, disciplined in seats}
