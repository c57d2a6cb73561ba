"""No model links a voter to a choice: what may be stored about a vote is listed here, whole.

A new field, a key into these tables, or a row per paper fails this test, and has to be argued
for in docs/adr before it is added to the list.
"""

import ast
from collections import Counter

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from tests.house.source import python_files, shown
from tusoi.people.models import Account


WHO_DID = "people.Account"

POLL = "ballots.Poll"

# Every field that the room may have, by model; with the model a key points at.
ALLOWED = {
    "ballots.Poll": {
        **dict.fromkeys(
            [
                "id",
                "public_id",
                "number",
                "mode",
                "state",
                "entitled_count",
                "voter_count",
                "paper_count",
                "pass_rule",
                "base_rule",
                "tie_rule",
                "config_digest",
                "urn_digest",
                "spare_count",
                "spoiled_count",
                "issued_count",
                "returned_count",
                "signers",
                "void_reason",
            ],
            "",
        ),
        "meeting": "meetings.ReviewMeeting",
        "repeats": POLL,
        # Moments of the poll as a whole, each with the officer who did it.
        **{
            f"{stem}_{part}": WHO_DID if part == "by" else ""
            for stem in [
                "prepared",
                "opened",
                "closed",
                "counted",
                "signed",
                "spares_asked",
                "spares_active",
                "void_asked",
                "voided",
                "key_destroyed",
            ]
            for part in ("at", "by")
        },
    },
    "ballots.PollQuestion": {
        "id": "",
        "poll": POLL,
        "position": "",
        "kind": "",
        # Whose level is voted on; never who votes.
        "obligation": "cycles.Obligation",
        "text": "",
        "options": "",
        "most_choices": "",
        # Totals of all ballots together.
        "result": "",
    },
    # Sorted sets of persons in one row: no moment, no order, nothing of a choice or a code.
    "ballots.PollRoster": {
        "poll": POLL,
        "entitled": "",
        "present": "",
        "tellers": "",
        "chair": "",
        "issued": "",
    },
    # Sorted runs of sealed ballots and of hashes in one row: no moment, no person.
    "ballots.Urn": {
        "poll": POLL,
        "public_key": "",
        "sealed": "",
        "sealed_size": "",
        "ballot_count": "",
        "free_codes": "",
        "spare_codes": "",
        "void_codes": "",
        "burnt_codes": "",
    },
    "ballots.UrnKey": {
        "poll": POLL,
        "wrapped": "",
        "code_secret": "",
        "holders": "",
        "wrong_count": "",
    },
    "ballots.Tally": {
        "id": "",
        "poll": POLL,
        "entry": "",
        "issued_count": "",
        "returned_count": "",
        "slip_count": "",
        "unused_count": "",
        "counts": "",
        "correction_count": "",
        "entered_at": "",
        # Who typed the totals of all papers.
        "entered_by": WHO_DID,
    },
}
# The tables that the booth touches: in these not even an officer or a moment.
OF_THE_BOOTH = {"ballots.Urn", "ballots.UrnKey", "ballots.PollRoster"}
PLAIN = (
    models.BinaryField,
    models.JSONField,
    models.OneToOneField,
    models.PositiveBigIntegerField,
    models.PositiveIntegerField,
    models.PositiveSmallIntegerField,
    models.TextField,
)
# Rooms that point at a vote as a whole, to say on which one they rest.
KEYS_INTO_THE_ROOM = {
    "ratings.RatingRecord.question",
    "ballots.Poll.repeats",
    "ballots.PollQuestion.poll",
    "ballots.PollRoster.poll",
    "ballots.Urn.poll",
    "ballots.UrnKey.poll",
    "ballots.Tally.poll",
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
    if label in OF_THE_BOOTH and type(field) not in PLAIN:
        yield f"{label}.{field.name} is a {type(field).__name__}"


def ballot_models():
    return list(apps.get_app_config("ballots").get_models())


def test_nothing_in_the_schema_leads_from_a_voter_to_a_choice():
    others = [one for one in apps.get_models() if one._meta.app_label != "ballots"]

    assert leaks(ballot_models(), others) == []
    assert {one._meta.label for one in ballot_models()} == set(ALLOWED)


def test_a_poll_has_one_row_for_its_ballots_and_one_for_its_voters():
    """The poll is the primary key: a second row is impossible, and no row has a number."""
    for name in OF_THE_BOOTH:
        model = apps.get_model(name)
        assert model._meta.pk.name == "poll"
        assert not model._meta.indexes


def test_at_most_two_sheets_exist_for_a_vote():
    tally = apps.get_model("ballots", "Tally")
    unique = Counter(
        tuple(sorted(one.fields))
        for one in tally._meta.constraints
        if isinstance(one, models.UniqueConstraint)
    )

    assert {("entry", "poll"), ("entered_by", "poll")} <= set(unique)
    assert "tally_poll_entry_one_or_two" in {one.name for one in tally._meta.constraints}


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

    class Urn(models.Model):  # noqa: DJ008 -- lives for one test
        sealed = models.BinaryField()
        created_at = models.DateTimeField()
        public_key = models.UUIDField()

        class Meta:
            app_label = "ballots"

    found = leaks([Paper, Roster, Urn], [])

    for wanted in (
        "ballots.Paper.choice is not on the list",
        "ballots.Paper.cast_at is not on the list",
        "ballots.Roster.voter is a person who did nothing",
        "ballots.Roster.paper points into the room",
        "ballots.Urn.id is not on the list",
        "ballots.Urn.created_at is not on the list",
        "ballots.Urn.created_at is a DateTimeField",
        "ballots.Urn.public_key is a UUIDField",
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


# K3: no totals but those of one vote by its whole body

# What gives or stores totals, and who reads it: each shows one vote of one body, by itself.
TOTALS = {
    "Tally",
    "PollQuestion",
    "QuestionResult",
    "counts_by_obligation",
    "minutes_votes",
    "reconciled_counts",
    "result_of",
    "results_of",
    "votes_for_minutes",
}
READS_TOTALS = {
    # Whether a vote was signed, and on which question a proposal rests.
    "src/tusoi/ratings/models.py": {"PollQuestion"},
    "src/tusoi/ratings/operations/checks.py": {"PollQuestion"},
    # Whose sheet is missing.
    "src/tusoi/reports/home.py": {"Tally"},
    "src/tusoi/web/ballots/forms.py": {"PollQuestion"},
    "src/tusoi/web/ballots/views/printing.py": {"votes_for_minutes"},
    "src/tusoi/web/meetings/views/items.py": {"counts_by_obligation"},
    "src/tusoi/web/meetings/views/minutes.py": {"minutes_votes"},
    "src/tusoi/web/ratings/reading.py": {"reconciled_counts"},
    "src/tusoi/web/ratings/views.py": {"reconciled_counts"},
    "src/tusoi/web/votes.py": {"QuestionResult"},
}
# Below these, not above: what the room itself does, and what writes or attacks data.
_OWN = ("src/tusoi/ballots/", "src/tusoi/sample/", "src/tusoi/jobs/", "src/tusoi/web/booth/")


def _taken_from_ballots(path):
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tusoi.ballots"):
            found |= {one.name for one in node.names}
    return found


def test_totals_are_read_only_where_one_vote_of_a_whole_body_is_shown():
    """K3: a page that sums ballots over bodies, or parts a body's, must be argued for first."""
    reads = {
        shown(path): taken & TOTALS
        for path in python_files()
        if not shown(path).startswith(_OWN) and (taken := _taken_from_ballots(path)) & TOTALS
    }

    assert reads == READS_TOTALS


def test_no_statement_over_ballots_adds_up():
    """Nor does the database: no aggregate is asked of sheets, results or counts of polls."""
    counts = {"returned_count", "issued_count", "slip_count", "unused_count", "counts", "result"}
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"Sum", "Avg"}:
                named = {one.value for one in node.args if isinstance(one, ast.Constant)}
                assert not {str(one).split("__")[-1] for one in named} & counts, shown(path)
