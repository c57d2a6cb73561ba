"""What the room of ballots gives to the pages of a meeting."""

from tusoi.ballots.enums import PollState
from tusoi.ballots.queries import polls_of, tellers_in
from tusoi.meetings.enums import SignerRole
from tusoi.meetings.models import ReviewMeeting
from tusoi.meetings.operations import Signer


def signers_of(meeting: ReviewMeeting) -> list[Signer]:
    """Return who signs besides the chair and the secretary: the tellers of polls that count."""
    return [Signer(SignerRole.TELLER, one.full_name, one.pk) for one in tellers_in(meeting)]


def vote_under_way(meeting: ReviewMeeting) -> str:
    """Return on what the room is voting right now, and nothing else about it."""
    texts = polls_of(meeting).filter(state=PollState.OPEN).order_by("pk")
    return ", ".join(texts.values_list("questions__text", flat=True))
