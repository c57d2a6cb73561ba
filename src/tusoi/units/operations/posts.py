"""Posts in committees and seats in leadership collectives."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from tusoi.audit import operations as audit
from tusoi.core.clock import local_day
from tusoi.core.text import display_name, text_sort_key
from tusoi.people.enums import MemberStage
from tusoi.people.models import Account, PartyMember, Person
from tusoi.units.enums import COMMITTEE_POSITIONS, Permission, Position
from tusoi.units.errors import (
    AlreadyEnded,
    BeforeBirth,
    CodeTaken,
    CollectiveNeeded,
    DatesOutOfOrder,
    NotAFullMember,
    PostAlreadyHeld,
    PostTaken,
    WrongCollective,
)
from tusoi.units.models import LeadershipCollective, Post, Unit
from tusoi.units.operations.basis import check_exists, check_not_future
from tusoi.units.permissions import require


# Held by one person at a time.
_SINGLE = frozenset({Position.SECRETARY, Position.HEAD})


def _check_holder(person: Person, position: Position, *, on: dt.date) -> None:
    if person.birth_on is not None and on < person.birth_on:
        raise BeforeBirth
    if position not in COMMITTEE_POSITIONS:
        return
    member = PartyMember.objects.filter(person=person).first()
    if member is None or member.stage_on(on) != MemberStage.FULL:
        raise NotAFullMember


def _holders(unit: Unit, collective_id: int | None, *, since: dt.date) -> QuerySet[Post]:
    return Post.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=since), unit=unit, collective=collective_id
    ).select_related("person")


def _check_vacant(
    person: Person,
    unit: Unit,
    position: Position,
    collective_id: int | None,
    *,
    on: dt.date,
) -> None:
    same = _holders(unit, collective_id, since=on).filter(position=position)
    if same.filter(person=person).exists():
        raise PostAlreadyHeld
    holder = same.first()
    if position in _SINGLE and holder is not None:
        raise PostTaken(holder.person.full_name)


@transaction.atomic
def appoint(  # noqa: PLR0913 -- who, where, as what, under which title, from when, by whom, when
    *,
    person_id: int,
    unit_id: int,
    position: Position,
    valid_from: dt.date,
    actor: Account,
    at: dt.datetime,
    title: str = "",
) -> Post:
    """Record that somebody holds a post in an organisation's committee.

    Raises:
        NotPermitted: the actor may not edit people of the organisation.
        NotAFullMember: a member on probation, or no member, cannot sit in a committee.
        PostTaken: another person is secretary in that time.
        UnitError: the dates do not allow it, or the post belongs to a collective.
    """
    if position not in COMMITTEE_POSITIONS:
        raise CollectiveNeeded
    unit = Unit.objects.select_for_update().get(pk=unit_id)
    person = Person.objects.get(pk=person_id)
    post = Post(
        person=person, unit=unit, position=position, title=title.strip(), valid_from=valid_from
    )
    return _take_up(post, actor=actor, at=at)


def _take_up(post: Post, *, actor: Account, at: dt.datetime) -> Post:
    require(actor, Permission.PERSON_EDIT, unit_id=post.unit_id, on=local_day(at))
    position = Position(post.position)
    check_not_future(post.valid_from, at=at)
    check_exists(post.unit, on=post.valid_from)
    _check_holder(post.person, position, on=post.valid_from)
    _check_vacant(post.person, post.unit, position, post.collective_id, on=post.valid_from)
    post.save()
    audit.record(
        actor=actor,
        at=at,
        action="units.appoint",
        obj=post,
        unit_id=post.unit_id,
        to_state=position.value,
    )
    return post


@transaction.atomic
def end_post(*, post_id: int, on: dt.date, actor: Account, at: dt.datetime) -> Post:
    """End a post or a seat; `on` is the first day on which it is no longer held.

    Raises:
        NotPermitted: the actor may not edit people of the organisation.
        AlreadyEnded, DatesOutOfOrder: there is nothing to end on that day.
    """
    post = Post.objects.select_for_update(of=("self",)).select_related("person").get(pk=post_id)
    require(actor, Permission.PERSON_EDIT, unit_id=post.unit_id, on=local_day(at))
    check_not_future(on, at=at)
    if post.valid_to is not None:
        raise AlreadyEnded(post.valid_to)
    if on < post.valid_from:
        raise DatesOutOfOrder(post.valid_from)
    post.valid_to = on
    post.save(update_fields=["valid_to"])
    audit.record(
        actor=actor,
        at=at,
        action="units.end_post",
        obj=post,
        unit_id=post.unit_id,
        from_state=post.position,
    )
    return post


@transaction.atomic
def found_collective(  # noqa: PLR0913 -- of which unit, code, name, peers, from when, by whom, when
    *,
    unit_id: int,
    code: str,
    name: str,
    established_on: dt.date,
    actor: Account,
    at: dt.datetime,
    peer_group: str = "",
) -> LeadershipCollective:
    """Record a body that leads and is reviewed as one.

    Raises:
        NotPermitted: the actor may not edit people of the organisation.
        CodeTaken: another collective has the code.
        UnitError: the organisation did not exist on the day.
    """
    require(actor, Permission.PERSON_EDIT, unit_id=unit_id, on=local_day(at))
    unit = Unit.objects.select_for_update().get(pk=unit_id)
    check_not_future(established_on, at=at)
    check_exists(unit, on=established_on)
    if LeadershipCollective.objects.filter(code__iexact=code.strip()).exists():
        raise CodeTaken(code.strip())
    name = display_name(name)
    body = LeadershipCollective(
        unit=unit,
        code=code.strip(),
        name=name,
        sort_key=text_sort_key(name)[:600],
        peer_group=peer_group.strip(),
        established_on=established_on,
        is_sample=unit.is_sample,
    )
    try:
        with transaction.atomic():
            body.save()
    except IntegrityError as clash:
        # Somebody took the code between the look-up and here.
        raise CodeTaken(body.code) from clash
    audit.record(actor=actor, at=at, action="units.found_collective", obj=body, unit_id=unit.pk)
    return body


@transaction.atomic
def seat(  # noqa: PLR0913 -- who, in which body, as what, under which title, from when, by whom, when
    *,
    person_id: int,
    collective_id: int,
    position: Position,
    valid_from: dt.date,
    actor: Account,
    at: dt.datetime,
    title: str = "",
) -> Post:
    """Record that somebody sits in a leadership collective; `end_post` ends it.

    Raises:
        NotPermitted: the actor may not edit people of the organisation.
        WrongCollective: the body did not exist on that day.
        UnitError: the dates do not allow it, or the seat is taken.
    """
    body = (
        LeadershipCollective.objects.select_for_update(of=("self",))
        .select_related("unit")
        .get(pk=collective_id)
    )
    if body.closed_on is not None or valid_from < body.established_on:
        raise WrongCollective
    post = Post(
        person=Person.objects.get(pk=person_id),
        unit=body.unit,
        collective=body,
        position=position,
        title=title.strip(),
        valid_from=valid_from,
    )
    return _take_up(post, actor=actor, at=at)


@transaction.atomic
def close_collective(
    *, collective_id: int, on: dt.date, actor: Account, at: dt.datetime
) -> LeadershipCollective:
    """End a leadership collective and its seats.

    Raises:
        NotPermitted: the actor may not edit people of the organisation.
        AlreadyEnded, DatesOutOfOrder: there is nothing to end on that day.
    """
    body = LeadershipCollective.objects.select_for_update().get(pk=collective_id)
    require(actor, Permission.PERSON_EDIT, unit_id=body.unit_id, on=local_day(at))
    check_not_future(on, at=at)
    if body.closed_on is not None:
        raise AlreadyEnded(body.closed_on)
    latest = body.seats.order_by("-valid_from").values_list("valid_from", flat=True).first()
    start = max(filter(None, (body.established_on, latest)))
    if on < start:
        raise DatesOutOfOrder(start)
    body.closed_on = on
    body.save(update_fields=["closed_on"])
    body.seats.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on)).update(valid_to=on)
    audit.record(
        actor=actor, at=at, action="units.close_collective", obj=body, unit_id=body.unit_id
    )
    return body
