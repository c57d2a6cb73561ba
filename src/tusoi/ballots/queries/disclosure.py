"""What may be shown to whom and when: warnings to small bodies, progress of a vote.

Ballots are never summed over bodies or split into parts of one (K3): each vote is shown for its
whole body or not at all. tests/house/test_secrecy.py holds all rooms to that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from tusoi.ballots.enums import PollState
from tusoi.ballots.models import Poll, PollRoster, Urn


# How opinions usually fall, to show what arithmetic alone gives away: in hundredths.
LEVEL_MIX: Final = (20, 70, 8, 2)
YES_NO_MIX: Final = (85, 15)
# Up to this many voters the body is told before the vote is opened.
WARNED_BODY: Final = 8
FIRST_SHOWN: Final = 3


@dataclass(frozen=True)
class SmallBodyOdds:
    """How often a secret vote of so many is no secret, whatever is done."""

    voter_count: int
    unanimous: Fraction
    others_agree: Fraction

    @property
    def unanimous_percent(self) -> int:
        return percent(self.unanimous)

    @property
    def others_agree_percent(self) -> int:
        return percent(self.others_agree)


def small_body_odds(voter_count: int, mix: Sequence[int] = LEVEL_MIX) -> SmallBodyOdds:
    """Return how often all agree, and how often all others do, so that one is found out."""
    shares = [Fraction(one, sum(mix)) for one in mix]
    return SmallBodyOdds(
        voter_count=voter_count,
        unanimous=sum((one**voter_count for one in shares), Fraction()),
        others_agree=sum((one ** max(voter_count - 1, 0) for one in shares), Fraction()),
    )


def percent(share: Fraction) -> int:
    """Round to the nearest whole percent, a half upwards."""
    return int(share * 100 + Fraction(1, 2))


def is_warned(voter_count: int) -> bool:
    return voter_count <= WARNED_BODY


@dataclass(frozen=True)
class Progress:
    """How many ballots of the whole room are in the urn; None while that would tell."""

    cast_count: int | None
    issued_count: int


def progress_of(poll: Poll) -> Progress:
    """Return a number for the room, never a name, never the first ones, never "one left"."""
    roster = PollRoster.objects.filter(poll=poll).first()
    issued = len(roster.issued) if roster else 0
    urn = Urn.objects.filter(poll=poll).first()
    if urn is None or poll.state != PollState.OPEN:
        return Progress(None, issued)
    shown: int | None = urn.ballot_count
    expected = issued - poll.paper_count
    if urn.ballot_count == expected - 1:
        shown = urn.ballot_count - 1
    return Progress(shown if (shown or 0) >= FIRST_SHOWN else None, issued)
