"""Places of people in a unit on a day: what several reads of this room rest on."""

import datetime as dt
from typing import Final, TypeVar

from django.db.models import Case, IntegerField, Min, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from tusoi.people.models import MemberStanding
from tusoi.units.enums import Position
from tusoi.units.models import Membership, Post


M = TypeVar("M", Membership, Post)

HEAD: Final = 0
DEPUTY: Final = 1
_LAST_RANK: Final = 9
_RANKS: Final = {
    Position.SECRETARY: HEAD,
    Position.HEAD: HEAD,
    Position.DEPUTY_SECRETARY: DEPUTY,
    Position.DEPUTY_HEAD: DEPUTY,
    Position.STANDING_MEMBER: 2,
    Position.COMMITTEE_MEMBER: 3,
    Position.LEADER: 3,
}


def post_rank(posts: QuerySet[Post], *, on: dt.date) -> Coalesce:
    """Return the best rank among posts of one person; `posts` is bound to an outer row."""
    ranks = (
        in_force(posts, on=on)
        .order_by()
        .values("person")
        .annotate(
            rank=Min(
                Case(
                    *(When(position=key, then=Value(rank)) for key, rank in _RANKS.items()),
                    default=Value(_LAST_RANK),
                    output_field=IntegerField(),
                )
            )
        )
        .values("rank")
    )
    return Coalesce(Subquery(ranks, output_field=IntegerField()), Value(_LAST_RANK))


def rank_in_unit(person: OuterRef, unit: OuterRef, *, on: dt.date) -> Coalesce:
    return post_rank(Post.objects.filter(person=person, unit=unit), on=on)


def in_force(rows: QuerySet[M], *, on: dt.date) -> QuerySet[M]:
    return rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on), valid_from__lte=on)


def standings(*, on: dt.date) -> QuerySet[MemberStanding]:
    return MemberStanding.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on
    )
