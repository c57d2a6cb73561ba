"""No model links a voter to a choice: what may be stored about a vote is listed here, whole.

A new field, a key into these tables, or a row per paper fails this test, and has to be argued
for in docs/adr before it is added to the list.
"""

from collections import Counter

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from tusoi.people.models import Account


WHO_DID = "people.Account"

# Every field that the room may have, by model; with the model a key points at.
ALLOWED = {
    "ballots.BallotRound": {
        "id": "",
        "meeting": "meetings.ReviewMeeting",
        # Whose level is voted on; never who votes.
        "obligation": "cycles.Obligation",
        "number": "",
        "state": "",
        "voter_count": "",
        "opened_at": "",
        "opened_by": WHO_DID,
        "reconciled_at": "",
        "reconciled_by": WHO_DID,
        "void_asked_at": "",
        "void_asked_by": WHO_DID,
        "voided_at": "",
        "voided_by": WHO_DID,
        "void_reason": "",
    },
    "ballots.Tally": {
        "id": "",
        "round": "ballots.BallotRound",
        "entry": "",
        "issued_count": "",
        "returned_count": "",
        "valid_count": "",
        "invalid_count": "",
        "correction_count": "",
        "entered_at": "",
        # Who typed the totals of all papers.
        "entered_by": WHO_DID,
    },
    # No moment, no person, and by its constraint no second row for the same level.
    "ballots.LevelCount": {"id": "", "tally": "ballots.Tally", "level_id": "", "vote_count": ""},
}
# Rooms that point at a vote as a whole, to say on which one they rest.
KEYS_INTO_THE_ROOM = {
    "ratings.RatingRecord.round",
    "ballots.Tally.round",
    "ballots.LevelCount.tally",
}


def leaks(ballot_models, other_models):
    """Return everything that is not on the list, as sentences."""
    found = [
        sentence for model in ballot_models for field in keys(model) for sentence in wrong(field)
    ]
    labels = {model._meta.label for model in ballot_models}
    into = {
        f"{model._meta.label}.{field.name}"
        for model in [*ballot_models, *other_models]
        for field in keys(model)
        if target_of(field) in labels
    }
    return found + [f"{name} points into the room" for name in sorted(into - KEYS_INTO_THE_ROOM)]


def keys(model):
    return [*model._meta.fields, *model._meta.many_to_many]


def target_of(field):
    return field.remote_field.model._meta.label if field.remote_field else ""


def wrong(field):
    label, target = field.model._meta.label, target_of(field)
    allowed = ALLOWED.get(label, {})
    if field.name not in allowed:
        yield f"{label}.{field.name} is not on the list"
    elif allowed[field.name] != target:
        yield f"{label}.{field.name} points at {target or 'nothing'}"
    if target == WHO_DID and not field.name.endswith("_by"):
        yield f"{label}.{field.name} is a person who did nothing"


def ballot_models():
    return list(apps.get_app_config("ballots").get_models())


def test_nothing_in_the_schema_leads_from_a_voter_to_a_choice():
    others = [one for one in apps.get_models() if one._meta.app_label != "ballots"]

    assert leaks(ballot_models(), others) == []
    assert {one._meta.label for one in ballot_models()} == set(ALLOWED)


def test_a_level_has_one_row_however_many_chose_it():
    level_count = apps.get_model("ballots", "LevelCount")
    unique = [
        sorted(one.fields)
        for one in level_count._meta.constraints
        if isinstance(one, models.UniqueConstraint) and one.condition is None
    ]

    assert ["level_id", "tally"] in unique


def test_at_most_two_sheets_exist_for_a_vote():
    tally = apps.get_model("ballots", "Tally")
    unique = Counter(
        tuple(sorted(one.fields))
        for one in tally._meta.constraints
        if isinstance(one, models.UniqueConstraint)
    )

    assert {("entry", "round"), ("entered_by", "round")} <= set(unique)
    assert "tally_entry_one_or_two" in {one.name for one in tally._meta.constraints}


@isolate_apps("tusoi.ballots")
def test_the_search_finds_what_it_looks_for():
    """Each of these was shipped by somebody who meant well; each must be caught."""

    class Paper(models.Model):  # noqa: DJ008 -- lives for one test
        choice = models.CharField(max_length=10)
        cast_at = models.DateTimeField()

        class Meta:
            app_label = "ballots"

    class Roster(models.Model):  # noqa: DJ008 -- lives for one test
        voter = models.ForeignKey(Account, models.PROTECT, related_name="+")
        paper = models.OneToOneField(Paper, models.PROTECT)

        class Meta:
            app_label = "ballots"

    found = leaks([Paper, Roster], [])

    for wanted in (
        "ballots.Paper.choice is not on the list",
        "ballots.Paper.cast_at is not on the list",
        "ballots.Roster.voter is a person who did nothing",
        "ballots.Roster.paper points into the room",
    ):
        assert wanted in found


@pytest.mark.parametrize("word", ["ballot", "vote", "choice", "phieu"])
def test_no_other_room_keeps_papers(word):
    """Outside the room a field may say that a person may vote, and no more."""
    allowed = {"meetings.Attendance.has_vote"}
    found = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("tusoi.") and model._meta.app_label != "ballots"
        for field in model._meta.fields
        if word in field.name
    }

    assert found <= allowed
