"""A ballot is in the urn once, whole, and nothing says whose it is."""

import inspect

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import ballots, meetings
from tests.factories.ballots import CODES, cast, choose, opened, void, yes_no
from tusoi.audit.models import AuditEvent
from tusoi.ballots import errors, operations, queries
from tusoi.ballots.enums import CastOutcome
from tusoi.ballots.models import Poll, Urn, UrnKey


pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def scene():
    return meetings.scene(more_members=4)


@pytest.fixture
def made(scene):
    return opened(scene, mode=CODES, more=[yes_no(), choose("a", "b", "c", most=2)])


def urn_of(made):
    return Urn.objects.get(poll=made.poll)


def test_a_ballot_burns_its_code_and_is_sealed(made):
    assert cast(made, made.codes[0], "good", "yes", ["1", "3"]) is CastOutcome.CAST

    urn = urn_of(made)
    assert urn.ballot_count == 1
    assert len(urn.sealed) == urn.sealed_size
    assert len(queries.pieces(urn.burnt_codes)) == 1
    assert len(queries.pieces(urn.free_codes)) == 5


def test_the_same_code_again_changes_nothing_whatever_is_marked(made):
    cast(made, made.codes[0], "good")
    before = bytes(urn_of(made).sealed)

    for answer in ("good", "excellent"):
        assert cast(made, made.codes[0], answer) is CastOutcome.ALREADY_CAST
    typed = made.codes[0].lower().replace("0", "o")
    assert operations.cast_ballot(code=typed, marks={}) is CastOutcome.ALREADY_CAST

    assert bytes(urn_of(made).sealed) == before
    assert urn_of(made).ballot_count == 1


def test_every_choice_makes_a_ballot_of_the_same_length(made):
    choices = [
        (),
        ("good",),
        (["good", "excellent"], "yes", ["1", "2", "3"]),
        ("unsatisfactory", "no", "2"),
    ]
    for code, choice in zip(made.codes, choices, strict=False):
        cast(made, code, *choice)
        urn = urn_of(made)
        assert len(urn.sealed) == urn.ballot_count * urn.sealed_size


def test_ballots_and_codes_lie_in_an_order_that_says_nothing(made):
    for code in made.codes:
        cast(made, code, "good")
    urn = urn_of(made)

    for run, size in ((urn.sealed, urn.sealed_size), (urn.burnt_codes, 32)):
        parts = queries.pieces(run, size)
        assert parts == sorted(parts)
        assert len(parts) == 6


def test_nothing_else_is_written(made):
    """One row changes; no event, no session, no second table."""
    events = AuditEvent.objects.count()
    with CaptureQueriesContext(connection) as statements:
        cast(made, made.codes[0], "good", "yes", "1")

    writes = [
        one["sql"]
        for one in statements
        if one["sql"].split()[0] not in {"SELECT", "SAVEPOINT", "RELEASE"}
    ]
    assert len(writes) == 1
    assert writes[0].startswith('UPDATE "ballots_urn" SET')
    assert "good" not in writes[0]
    assert made.codes[0] not in writes[0]
    assert AuditEvent.objects.count() == events


def test_the_operation_takes_nobody_and_no_moment():
    assert set(inspect.signature(operations.cast_ballot).parameters) == {"code", "marks", "poll"}


def test_unknown_codes_and_marks_are_refused(made):
    question = made.poll.questions.first().pk
    for code, poll in (("AAAAAAAAAA", ""), ("", ""), (made.codes[0], "nowhere")):
        with pytest.raises(errors.CodeUnknown):
            operations.cast_ballot(code=code, marks={}, poll=poll)
    for marks in ({question: ["best"]}, {question + 1000: ["good"]}):
        with pytest.raises(errors.MarksNotUnderstood):
            operations.cast_ballot(code=made.codes[0], marks=marks, poll=made.poll.public_id)
    assert urn_of(made).ballot_count == 0


def test_a_closed_poll_takes_nothing_in_but_still_answers_a_retry(scene, made):
    cast(made, made.codes[0], "good")
    # As if the closing had come between the look and the lock.
    Poll.objects.filter(pk=made.poll.pk).update(
        state="closed", closed_at=made.poll.opened_at, closed_by=scene.binh
    )
    with pytest.raises(errors.PollNotOpen):
        cast(made, made.codes[1], "good")
    Poll.objects.filter(pk=made.poll.pk).update(state="open", closed_at=None, closed_by=None)

    ballots.close(scene, made.poll)

    assert cast(made, made.codes[0], "good") is CastOutcome.ALREADY_CAST
    with pytest.raises(errors.CodeUnknown):
        cast(made, made.codes[1], "good")
    with pytest.raises(errors.CodeUnknown):
        operations.cast_ballot(code=made.codes[1], marks={})


def test_a_void_poll_knows_no_code(scene, made):
    cast(made, made.codes[0], "good")
    void(scene, made.poll)

    for code in made.codes[:2]:
        with pytest.raises(errors.CodeUnknown):
            cast(made, code, "good")


def test_the_booth_learns_questions_and_nothing_else(made):
    booth = queries.poll_for_code(made.codes[0], poll=made.poll.public_id)

    assert booth == queries.poll_for_code(made.codes[0].lower())
    assert (booth.is_open, booth.is_burnt, booth.is_rehearsal) == (True, False, False)
    assert [one.kind for one in booth.questions] == ["level", "yes_no", "choose"]
    assert [one.most_choices for one in booth.questions] == [1, 1, 2]
    assert booth.questions[1].options == (("yes", "Đồng ý"), ("no", "Không đồng ý"))
    cast(made, made.codes[0], "good")
    burnt = queries.poll_for_code(made.codes[0])
    assert burnt.is_burnt
    assert burnt.questions == booth.questions
    assert queries.poll_for_code(made.spares[0]) is None
    assert queries.poll_for_code("AAAAAAAAAA", poll=made.poll.public_id) is None


def test_codes_of_other_polls_do_not_fit(made):
    other_scene = meetings.scene(more_members=3, mark="other")
    other = opened(other_scene, mode=CODES)

    with pytest.raises(errors.CodeUnknown):
        cast(made, other.codes[0], "good")

    assert queries.poll_for_code(other.codes[0]).public_id == other.poll.public_id
    assert operations.cast_ballot(code=other.codes[0], marks={}) is CastOutcome.CAST
    assert Urn.objects.get(poll=other.poll).ballot_count == 1
    assert UrnKey.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_sqlite_waits_for_the_disk_while_a_ballot_goes_in(made):
    with CaptureQueriesContext(connection) as statements:
        cast(made, made.codes[0], "good")

    asked = [one["sql"] for one in statements if "synchronous" in one["sql"]]
    expected = ["PRAGMA synchronous=FULL", "PRAGMA synchronous=NORMAL"]
    assert asked == (expected if connection.vendor == "sqlite" else [])
