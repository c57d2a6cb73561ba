"""What has to be decided before what, as far as the rulebook orders it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tusoi.cycles.enums import ORGANIZATION_KINDS, SubjectKind
from tusoi.cycles.models import CycleClosure, Obligation, ReviewCycle
from tusoi.cycles.queries import rulebook_of
from tusoi.engine import Severity
from tusoi.ratings.enums import RatingStep
from tusoi.ratings.queries.facts import Assessment
from tusoi.rulebooks.rulebook import localized
from tusoi.rulebooks.schema import OrderRule


# The words of a rulebook's order rules that this room can look after. What has to lie on the
# table before anything is rated (the state's rating, a verification) are preconditions.
_LOWER_FIRST: Final = ("rating-of-lower-organization", "rating-of-upper-organization")
_MEMBERS_FIRST: Final = ("rating-of-member", "rating-of-organization")
_COLLECTIVE_FIRST: Final = ("rating-of-collective", "rating-of-leader")
_HEAD_LAST: Final = ("rating-of-leader", "rating-of-head")


@dataclass(frozen=True)
class Ahead:
    """Ratings that come first and are not decided."""

    rule: str
    title: str
    count: int
    needs_checking: bool
    warns_only: bool = False

    @property
    def is_binding(self) -> bool:
        """Say whether a decision waits for these, or is only warned."""
        return not (self.warns_only or self.needs_checking)

    @property
    def sentence(self) -> str:
        return _("%(title)s (còn %(count)d đối tượng chưa quyết định).") % {
            "title": self.title,
            "count": self.count,
        }


def ratings_ahead(
    cycle: ReviewCycle, assessments: Sequence[Assessment]
) -> dict[int, tuple[Ahead, ...]]:
    """Return, by obligation id, what the rulebook wants decided before; at most four statements.

    The page warns of all of these; a decision is refused only for those whose rule was compared
    with the text.
    """
    rules = {(one.before, one.after): one for one in rulebook_of(cycle).orders}
    found: dict[int, list[Ahead]] = {one.obligation.pk: [] for one in assessments}
    open_ones = Obligation.objects.filter(
        cycle=cycle, is_rateable=True, cancelled_on__isnull=True
    ).exclude(rating__step=RatingStep.DECIDED)
    _lower(rules.get(_LOWER_FIRST), open_ones, cycle, assessments, found)
    _members(rules.get(_MEMBERS_FIRST), open_ones, cycle, assessments, found)
    leaders = [one for one in assessments if one.obligation.subject_kind == SubjectKind.LEADER]
    bodies = open_ones.filter(subject_kind=SubjectKind.COLLECTIVE)
    _same_collective(rules.get(_COLLECTIVE_FIRST), bodies, leaders, found)
    heads = [one for one in leaders if is_head(one)]
    members = open_ones.filter(subject_kind=SubjectKind.LEADER).exclude(
        pk__in=[one.obligation.pk for one in heads]
    )
    _same_collective(rules.get(_HEAD_LAST), members, heads, found)
    return {pk: tuple(ones) for pk, ones in found.items()}


def is_head(assessment: Assessment) -> bool:
    entry = assessment.sheet.get("is-head")
    return entry is not None and entry.value is True


def _lower(
    rule: OrderRule | None,
    open_ones: QuerySet[Obligation],
    cycle: ReviewCycle,
    assessments: Sequence[Assessment],
    found: dict[int, list[Ahead]],
) -> None:
    upper = [one for one in assessments if one.obligation.subject_kind in ORGANIZATION_KINDS]
    if rule is None or not upper:
        return
    rows = (
        open_ones.filter(
            subject_kind__in=ORGANIZATION_KINDS,
            unit__cycle_units__cycle=cycle,
            unit__cycle_units__parent__in=[one.obligation.unit_id for one in upper],
        )
        .order_by()
        .values_list(F("unit__cycle_units__parent_id"))
        .annotate(Count("pk"))
    )
    counts = dict(rows)
    for one in upper:
        _put(found, rule, one, counts.get(one.obligation.unit_id, 0))


def _members(
    rule: OrderRule | None,
    open_ones: QuerySet[Obligation],
    cycle: ReviewCycle,
    assessments: Sequence[Assessment],
    found: dict[int, list[Ahead]],
) -> None:
    upper = [one for one in assessments if one.obligation.subject_kind in ORGANIZATION_KINDS]
    if rule is None or not upper:
        return
    rows = (
        CycleClosure.objects.filter(
            cycle=cycle, ancestor__in=[one.obligation.unit_id for one in upper]
        )
        .order_by()
        .values_list("ancestor_id")
        .annotate(
            waiting=Count(
                "descendant__obligations",
                filter=Q(
                    descendant__obligations__in=open_ones.filter(
                        subject_kind=SubjectKind.MEMBER
                    ).values("pk")
                ),
            )
        )
    )
    counts = dict(rows)
    for one in upper:
        _put(found, rule, one, counts.get(one.obligation.unit_id, 0))


def _same_collective(
    rule: OrderRule | None,
    open_ones: QuerySet[Obligation],
    later: Sequence[Assessment],
    found: dict[int, list[Ahead]],
) -> None:
    if rule is None or not later:
        return
    rows = (
        open_ones.filter(collective__in=[one.obligation.collective_id for one in later])
        .order_by()
        .values_list("collective_id")
        .annotate(Count("pk"))
    )
    counts = dict(rows)
    for one in later:
        _put(found, rule, one, counts.get(one.obligation.collective_id, 0))


def _put(
    found: dict[int, list[Ahead]], rule: OrderRule, assessment: Assessment, count: int
) -> None:
    if count:
        title = localized(rule.title, get_language() or "vi")
        warns = rule.severity is Severity.WARN
        found[assessment.obligation.pk].append(
            Ahead(rule.id, title, count, rule.needs_checking, warns)
        )
