"""How many have to come, how many came, and who is not counted and why."""

from dataclasses import dataclass
from typing import Final

from django.db.models import Count
from django.utils.translation import get_language
from django_stubs_ext import StrOrPromise

from tusoi.cycles.models import ReviewCycle
from tusoi.cycles.queries import rulebook_of
from tusoi.engine.citations import Citation
from tusoi.meetings.enums import FREE_KINDS, AttendeeKind, Presence, QuorumRule
from tusoi.meetings.models import ReviewMeeting
from tusoi.rulebooks.rulebook import localized


QUORUM_SETTING: Final = "meeting-quorum"


@dataclass(frozen=True)
class LeftOut:
    """People on the list who are not in the denominator, and why."""

    kind: AttendeeKind
    count: int


@dataclass(frozen=True)
class Quorum:
    """How many of those with a vote were summoned, are here, and must be."""

    summoned_count: int
    present_count: int
    needed_count: int
    rule: StrOrPromise
    needs_checking: bool
    unmarked_count: int = 0
    left_count: int = 0
    left_out: tuple[LeftOut, ...] = ()
    why: str = ""
    citations: tuple[Citation, ...] = ()

    @property
    def is_reached(self) -> bool:
        return self.present_count >= self.needed_count


def quorum_of(meeting: ReviewMeeting) -> Quorum:
    """Count who may vote and is here against the choice of the cycle's rulebook."""
    rows = list(
        meeting.attendances.order_by()
        .values_list("kind", "has_vote", "presence")
        .annotate(Count("pk"))
    )
    voting = [(presence, count) for _kind, has_vote, presence, count in rows if has_vote]
    summoned = sum(count for _presence, count in voting)
    rule, needs_checking = quorum_rule(meeting.cycle)
    why, citations = _grounds(meeting.cycle)
    return Quorum(
        summoned_count=summoned,
        present_count=_sum(voting, Presence.PRESENT),
        needed_count=_needed(rule, summoned),
        rule=rule.label,
        needs_checking=needs_checking,
        unmarked_count=sum(
            count
            for kind, _vote, presence, count in rows
            if presence == Presence.SUMMONED and kind not in FREE_KINDS
        ),
        left_count=_sum(voting, Presence.LEFT),
        left_out=tuple(
            LeftOut(kind, found)
            for kind in AttendeeKind
            if (found := sum(one[3] for one in rows if one[0] == kind and not one[1]))
        ),
        why=why,
        citations=citations,
    )


def quorum_rule(cycle: ReviewCycle) -> tuple[QuorumRule, bool]:
    """Return the rule and whether it still has to be compared with the original text.

    A rulebook without the setting leaves two thirds, by custom; that is always to be checked.
    """
    rulebook = rulebook_of(cycle)
    for setting in rulebook.settings:
        if setting.id == QUORUM_SETTING:
            chosen = rulebook.setting(QUORUM_SETTING, cycle.rulebook_settings)
            return QuorumRule(chosen), setting.needs_checking
    return QuorumRule.TWO_THIRDS, True


def _grounds(cycle: ReviewCycle) -> tuple[str, tuple[Citation, ...]]:
    rulebook = rulebook_of(cycle)
    for setting in rulebook.settings:
        if setting.id == QUORUM_SETTING:
            why = localized(setting.why, get_language() or "vi")
            return why, rulebook.citations(setting.cites)
    return "", ()


def _sum(rows: list[tuple[str, int]], wanted: Presence) -> int:
    return sum(count for presence, count in rows if presence == wanted)


def _needed(rule: QuorumRule, summoned: int) -> int:
    if rule is QuorumRule.MORE_THAN_HALF:
        return summoned // 2 + 1
    if rule is QuorumRule.NONE:
        return 0
    return -(-summoned * 2 // 3)
