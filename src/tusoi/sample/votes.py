"""Writes the counted ballots by which cells and committees proposed levels."""

import random
from collections import Counter
from collections.abc import Sequence

from tusoi.ballots.enums import PollMode, PollState, QuestionKind
from tusoi.ballots.models import Poll, PollQuestion, Tally
from tusoi.meetings.models import ReviewMeeting
from tusoi.people.models import Account
from tusoi.rulebooks.schema import Level
from tusoi.sample.dossiers import Dossier, Writer


def write_vote(  # noqa: PLR0913, PLR0917 -- one place for all that a ballot needs
    dossier: Dossier,
    meeting: ReviewMeeting,
    present: int,
    levels: Sequence[Level],
    rng: random.Random,
    tellers: tuple[Account, Account],
    writer: Writer,
) -> PollQuestion:
    """Write one vote on paper, counted twice alike and signed; nearly all for the level proposed.

    Who counted is in the minutes on paper; the sample names no tellers.
    """
    invalid = min(rng.choice((0, 0, 0, 1)), present)
    other = min(rng.randint(0, 3), present - invalid)
    # After the conclusion: a vote before it would be one of an earlier discussion.
    opened_at = dossier.obligation.reviewed_at or meeting.meets_at
    closed_at = max(opened_at, meeting.closed_at or meeting.meets_at)
    poll = Poll(
        meeting=meeting,
        number=1,
        mode=PollMode.PAPER,
        state=PollState.SIGNED,
        entitled_count=present,
        voter_count=present,
        issued_count=present,
        returned_count=present,
        prepared_at=opened_at,
        prepared_by=tellers[0],
        opened_at=opened_at,
        opened_by=tellers[0],
        closed_at=closed_at,
        closed_by=tellers[0],
        counted_at=closed_at,
        counted_by=tellers[1],
        signed_at=closed_at,
        signed_by=tellers[0],
    )
    writer.add(poll)
    votes = Counter({dossier.level_rank: present - invalid - other})
    votes[(dossier.level_rank + 1) % 3] += other
    counts = {
        "options": {level.id: votes[rank] for rank, level in enumerate(levels)},
        "blank": 0,
        "invalid": invalid,
    }
    question = PollQuestion(
        poll=poll,
        position=1,
        kind=QuestionKind.LEVEL,
        obligation=dossier.obligation,
        text=dossier.obligation.name,
        options=[{"id": one.id, "title": one.title.vi} for one in levels],
        result=counts,
    )
    writer.add(question)
    for entry, teller in enumerate(tellers, start=1):
        writer.add(
            Tally(
                poll=poll,
                entry=entry,
                issued_count=present,
                returned_count=present,
                slip_count=0,
                unused_count=0,
                counts={},
                entered_at=closed_at,
                entered_by=teller,
            )
        )
    return question
