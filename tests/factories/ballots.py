"""Votes on a review that a meeting has concluded."""

from tests.factories import meetings
from tests.factories.meetings import NOW
from tusoi.ballots import operations
from tusoi.ballots.queries import TallyFigures


LEVELS = ("excellent", "good", "satisfactory", "unsatisfactory")


def figures(*votes, issued=None, returned=None, invalid=0, valid=None):
    """Make a sheet that adds up unless told otherwise; votes in the order of the levels."""
    counts = [*votes, *([0] * (len(LEVELS) - len(votes)))]
    valid = sum(counts) if valid is None else valid
    returned = valid + invalid if returned is None else returned
    return TallyFigures(
        issued_count=returned if issued is None else issued,
        returned_count=returned,
        valid_count=valid,
        invalid_count=invalid,
        votes=dict(zip(LEVELS, counts, strict=True)),
    )


def open_round(scene, item=None, **fields):
    item = item or meetings.concluded(scene)
    return operations.open_round(
        meeting_id=item.meeting_id,
        obligation_id=item.obligation_id,
        actor=fields.pop("actor", scene.binh),
        at=NOW,
    )


def enter(ballot_round, actor, sheet):
    return operations.enter_tally(round_id=ballot_round.pk, figures=sheet, actor=actor, at=NOW)


def reconciled(scene, sheet, item=None):
    ballot_round = open_round(scene, item)
    enter(ballot_round, scene.binh, sheet)
    return enter(ballot_round, scene.teller, sheet)
