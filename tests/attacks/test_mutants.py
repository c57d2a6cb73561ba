"""Leaks put back on purpose, in throw-away tables and patches: each must be caught.

A mutant that the attack does not find would mean that the attack finds nothing either where it
says so.
"""

import datetime as dt
from dataclasses import replace

import pytest
from django.db import connection

from tests.attacks import harness
from tests.attacks.harness import RARE, copy_of, execute, hits, table
from tests.factories.meetings import NOW
from tusoi.audit import operations as audit
from tusoi.ballots import operations
from tusoi.ballots.models import PollRoster, Urn, UrnKey
from tusoi.ballots.operations import casting, opening
from tusoi.core import sealing
from tusoi.jobs.attacking.chance import at_least
from tusoi.jobs.attacking.evidence import Stream, StreamKind, Told
from tusoi.jobs.attacking.run import attack


pytestmark = [pytest.mark.slow]

VOTERS = 12


def number():
    serial = connection.vendor == "postgresql"
    return "serial PRIMARY KEY" if serial else "integer PRIMARY KEY AUTOINCREMENT"


def binary():
    return "bytea" if connection.vendor == "postgresql" else "blob"


def moment():
    return "timestamp with time zone" if connection.vendor == "postgresql" else "datetime"


def paper(held, person):
    """A row for each ballot, without a name or a moment: what most would write."""
    execute(
        "INSERT INTO ballots_paper (poll_id, choice) VALUES (%s, %s)",
        [held.poll.pk, held.choice[person]],
    )


def sealed_paper(held, person):
    execute(
        "INSERT INTO ballots_paper (poll_id, sealed) VALUES (%s, %s)",
        [held.poll.pk, held.sealed[person]],
    )


def tick(held, person):
    execute(
        "INSERT INTO ballots_tick (poll_id, person_id) VALUES (%s, %s)", [held.poll.pk, person]
    )


def found(installed, held, *told):
    """Attack; return the findings of a sort that are alarms, and check them by the answers.

    Ballots that are in equally many versions are told apart by nothing: an alarm has to be right
    as often as it says, or more often than luck is.
    """
    report = attack(copy_of(installed), words=held.secrets)
    alarms = [one for one in report.alarms if one.told in told]
    assert alarms, report.findings
    for one in alarms:
        if one.links or (one.order and set(one.order) <= set(held.arrival)):
            right, of, chance = hits(one, held)
            assert right >= one.found or at_least(right, of, chance) < 10**3 * RARE, one
    return {one.method for one in alarms}


def run(installed, *told, **hooks):
    held = harness.vote(harness.open_poll(VOTERS), **hooks)
    harness.close(held)
    return found(installed, held, *told)


def test_ballot_and_tick_in_one_transaction_are_joined(installed):
    """E1: the usual anonymous schema; joined where the database shows who wrote what."""

    def both(held, person):
        tick(held, person)
        paper(held, person)

    with (
        table(f"CREATE TABLE ballots_paper (id {number()}, poll_id bigint, choice text)"),
        table(f"CREATE TABLE ballots_tick (id {number()}, poll_id bigint, person_id bigint)"),
    ):
        methods = run(installed, Told.VOTE, along=both)

    assert "rank beside rank" in methods
    assert ("same transaction" in methods) is (connection.vendor == "postgresql")


def test_ballot_and_tick_without_numbers_in_two_transactions_are_ranked(installed):
    """E2: random ids, no moments; the order in which the rows lie is enough."""
    with (
        table(f"CREATE TABLE ballots_paper (sealed {binary()}, poll_id bigint)"),
        table("CREATE TABLE ballots_tick (poll_id bigint, person_id bigint)"),
    ):
        methods = run(installed, Told.LINK, along=tick, after=sealed_paper)

    assert "rank beside rank" in methods


def test_a_row_for_each_ballot_shows_their_order(installed):
    with table(f"CREATE TABLE ballots_paper (id {number()}, poll_id bigint, choice text)"):
        assert run(installed, Told.ORDER, after=paper) == {"order of rows"}


def test_a_row_for_both_links_them(installed):
    def voted(held, person):
        execute(
            "INSERT INTO ballots_vote (voter_id, urn_id, sealed) VALUES (%s, %s, %s)",
            [person, held.poll.pk, held.sealed[person]],
        )

    columns = f"voter_id bigint, urn_id bigint, sealed {binary()}"
    with table(f"CREATE TABLE ballots_vote ({columns})"):
        assert "one row for both" in run(installed, Told.LINK, after=voted)


def test_a_row_for_each_voter_alone_tells_who_came_when(installed):
    """By itself a tick is no vote; beside an urn that is not sorted it is."""

    def unsorted(held, person):
        tick(held, person)
        Urn.objects.filter(poll=held.poll).update(sealed=b"".join(arrived(held, person)))

    def arrived(held, person):
        return [held.sealed[one] for one in held.queue[: held.queue.index(person) + 1]]

    with table("CREATE TABLE ballots_tick (poll_id bigint, person_id bigint)"):
        assert "rank beside rank" in run(installed, Told.LINK, along=unsorted)


def test_an_urn_that_is_not_sorted_shows_the_order(installed, monkeypatch):
    monkeypatch.setattr(casting, "run_of", b"".join)

    assert run(installed, Told.ORDER) >= {"order of rows"}


def test_a_roster_that_is_not_sorted_beside_such_an_urn_links(installed, monkeypatch):
    monkeypatch.setattr(casting, "run_of", b"".join)

    def appended(held, person):
        roster = PollRoster.objects.get(poll=held.poll)
        roster.issued = [*(one for one in roster.issued if one != person), person]
        roster.save()

    # The operation sorts; the mutant undoes that after each tick.
    held = harness.open_poll(VOTERS)
    harness.vote(held, after=appended, one_by_one=False)
    harness.close(held)

    assert "rank beside rank" in found(installed, held, Told.LINK)


def test_a_created_at_is_seen(installed):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE ballots_urn ADD COLUMN created_at {moment()}")
    try:
        assert "columns" in run(installed, Told.PLAIN)
    finally:
        execute("ALTER TABLE ballots_urn DROP COLUMN created_at")


def test_codes_kept_with_moments_are_seen(installed):
    def noted(held, person):
        hashed = sealing.hash_code(
            held.code[person], secret=bytes(UrnKey.objects.get(poll=held.poll).code_secret)
        )
        execute(
            "INSERT INTO ballots_code (code, used_at) VALUES (%s, %s)",
            [hashed, NOW + dt.timedelta(seconds=held.queue.index(person))],
        )

    with table(f"CREATE TABLE ballots_code (code {binary()}, used_at {moment()})"):
        assert run(installed, Told.ORDER, after=noted) >= {"order of rows"}


def test_codes_kept_in_clear_are_seen(installed):
    def noted(held, person):
        execute("INSERT INTO ballots_code (code) VALUES (%s)", [held.code[person]])

    with table("CREATE TABLE ballots_code (code text)"):
        assert "words" in run(installed, Told.PLAIN, after=noted)


def test_an_entry_in_the_log_on_casting_is_seen(installed):
    def logged(held, person):
        audit.record(
            actor=held.scene.binh,
            at=NOW + dt.timedelta(seconds=1 + held.queue.index(person)),
            action="ballots.cast",
            obj=held.poll,
            unit_id=held.poll.meeting.unit_id,
        )

    held = harness.vote(harness.open_poll(VOTERS), after=logged)
    operations.close_poll(
        poll_id=held.poll.pk, actor=held.scene.binh, at=NOW + dt.timedelta(hours=1)
    )

    assert "moments of casting" in found(installed, held, Told.ORDER)


def test_a_secret_key_kept_in_clear_opens_the_urn(installed, monkeypatch):
    kept = []
    pair = sealing.new_key_pair

    def keep():
        kept.append(pair())
        return kept[-1]

    monkeypatch.setattr(opening.sealing, "new_key_pair", keep)
    with (
        table(f"CREATE TABLE ballots_safe (key {binary()})"),
        table(f"CREATE TABLE ballots_paper (id {number()}, poll_id bigint, sealed {binary()})"),
        table("CREATE TABLE ballots_tick (poll_id bigint, person_id bigint)"),
    ):
        held = harness.open_poll(VOTERS)
        execute("INSERT INTO ballots_safe (key) VALUES (%s)", [kept[-1].secret])
        harness.close(harness.vote(held, along=tick, after=sealed_paper))
        methods = found(installed, held, Told.OPENED, Told.VOTE)

    assert methods >= {"secret key in the copy", "rank beside rank, opened"}


def test_a_key_that_was_not_destroyed_is_seen(installed, monkeypatch):
    held = harness.close(harness.vote(harness.open_poll(VOTERS)))
    harness.count_and_sign(held)
    kept = UrnKey.objects.values().get(poll=held.poll)
    harness.destroy(held)
    assert not attack(copy_of(installed)).alarms
    UrnKey.objects.create(**kept)

    assert found(installed, held, Told.KEY) == {"kept key"}


def test_storage_that_keeps_what_was_deleted_is_seen(installed, monkeypatch):
    """E3: without our settings and the cleaning at the close, older versions tell the order.

    PostgreSQL drops some of them at its own time, unless somebody might still look at them.
    """
    monkeypatch.setattr("tusoi.ballots.operations.counting.scrub_when_done", lambda: None)
    held = harness.open_poll(VOTERS)
    with harness.somebody_looking():
        harness.close(harness.vote(held))

        assert found(installed, held, Told.ORDER)


def test_a_log_of_requests_to_the_booth_is_seen(installed, tmp_path):
    harness.close(harness.vote(harness.open_poll(VOTERS)))
    copy = copy_of(installed)
    line = b'10.0.0.7 - - [25/Nov/2022:09:00:01] "POST /cast/ HTTP/1.1" 200\n'
    stream = Stream("log access.log", StreamKind.TEXT, line * VOTERS)

    report = attack(replace(copy, streams=[*copy.streams, stream]))

    assert [one.method for one in report.alarms] == ["requests to the booth"]
