"""The attack on real files, by somebody who does not know the answers; the tester does."""

import io
import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from tools import postgres

from tests.attacks import harness
from tests.attacks.harness import VOTERS, backup_of, copy_of, hits, is_luck
from tests.factories import ballots
from tusoi.ballots.models import UrnKey
from tusoi.ballots.queries import pieces
from tusoi.core import sealing
from tusoi.jobs.attacking.evidence import Stream, StreamKind, Told, urns_of
from tusoi.jobs.attacking.run import attack, forced_guesses


pytestmark = [pytest.mark.slow]


def check_luck(copy, report, held):
    """Hold what the attack claims and what it leaves alone against the answers."""
    guesses = forced_guesses(copy)
    assert guesses
    own = [one for one in report.findings if not one.is_residual]
    assert all(is_luck(one, held) for one in [*guesses, *own] if one.links or one.order)


def test_copies_of_a_closed_poll_tell_nothing(installed, tmp_path):
    """Pages, hidden columns, older versions, the log beside the file, a backup."""
    held = harness.close(harness.vote(harness.open_poll()))

    for copy in (copy_of(installed), backup_of(installed, tmp_path / "copy")):
        report = attack(copy, words=held.secrets)
        assert report.ballots == VOTERS
        assert not copy.blind
        assert report.alarms == []
        check_luck(copy, report, held)


def test_copies_of_a_poll_under_way_read_nothing(installed, tmp_path):
    """Somebody who takes copies again and again sees whose sealed ballot is whose; reads none.

    This is what is left: with copies from before the key is destroyed, and the words of two of
    its holders, these ballots could be read.
    """
    held, copies = harness.open_poll(9), []

    def copied(held, person):
        copies.append(backup_of(installed, tmp_path / f"copy-{person}"))

    harness.vote(held, after=copied)
    *earlier, last = copies
    report = attack(last, earlier=earlier, words=held.secrets)

    assert report.alarms == []
    assert {one.told for one in report.traces} <= {Told.LINK, Told.ORDER}
    linked = next(one for one in report.traces if one.told is Told.LINK)
    assert hits(linked, held)[0] == 8
    # The same copies once the poll is closed: still nothing that can be read.
    harness.close(held)
    assert attack(copy_of(installed), earlier=copies).alarms == []


def test_one_backup_during_the_vote_holds_no_history(installed, tmp_path, on_sqlite):
    """A backup is made of the last version of each page, and the rest of a page is overwritten."""
    held = harness.vote(harness.open_poll())

    report = attack(backup_of(installed, tmp_path / "copy"), words=held.secrets)

    assert [one for one in report.findings if one.found] == []


def test_what_a_long_read_kept_from_being_emptied_goes_with_tidying(installed, on_sqlite):
    """SQLite does not empty its log while somebody reads an older state."""
    held = harness.open_poll(9)
    with closing(sqlite3.connect(installed, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM ballots_urn").fetchone()
        harness.vote(held)
        harness.execute("PRAGMA busy_timeout=50")
        harness.close(held)
        assert attack(copy_of(installed)).alarms

    call_command("tidy", stdout=io.StringIO())

    assert attack(copy_of(installed)).alarms == []


def test_what_others_are_at_keeps_no_older_version(installed, on_postgres):
    """PostgreSQL keeps what a transaction under way might look at, even if it never does."""
    held = harness.open_poll(9)
    with harness.somebody_looking():
        harness.close(harness.vote(held))

        assert attack(copy_of(installed)).alarms == []


def test_slips_given_out_together_leave_no_order_of_people(installed):
    held = harness.vote(harness.open_poll(9), one_by_one=False)

    report = attack(copy_of(installed), words=held.secrets)

    assert report.alarms == []
    assert not [one for one in report.findings if one.links]


def test_after_the_key_is_destroyed_nothing_opens(installed, tmp_path):
    """Neither a copy from the middle of the vote nor one from the end, with all keys in them."""
    held = harness.open_poll(9)
    copies = {}

    def copied(held, person):
        if held.queue.index(person) == 4:
            copies["middle"] = backup_of(installed, tmp_path / "middle")

    harness.close(harness.vote(held, after=copied))
    harness.destroy(harness.count_and_sign(held))
    copies["end"] = backup_of(installed, tmp_path / "end")
    copies["files"] = copy_of(installed)

    for copy in copies.values():
        report = attack(copy, words=held.secrets)
        assert report.alarms == []
    (urn,) = urns_of(copies["files"])
    assert len(urn.ballots) == 9
    assert not urn.codes
    assert not copies["files"].tables["ballots_urnkey"].rows
    assert not UrnKey.objects.exists()


def test_what_is_left_a_copy_from_the_vote_and_the_words_of_two(installed, tmp_path):
    """The residual that the pages and ADRs name, so that nobody believes more than is true."""
    held = harness.open_poll(9)
    copies = []

    def copied(held, person):
        copies.append(backup_of(installed, tmp_path / f"copy-{person}"))

    harness.vote(held, after=copied)
    harness.close(held)
    harness.destroy(harness.count_and_sign(held))

    (kept,) = copies[-1].tables["ballots_urnkey"].rows
    with pytest.raises(sealing.NotOpened):
        sealing.unwrap(kept.values["wrapped"], (0, held.made.words[0].words), (1, "không biết"))
    secret = sealing.unwrap(kept.values["wrapped"], *ballots.words(held.made))
    assert [sealing.unseal(secret, one) for one in urns_of(copies[-1])[0].ballots]


def test_a_dump_tells_nothing(installed, tmp_path, on_postgres):
    """What `pg_dump` writes, as the document on backups recommends."""
    held = harness.close(harness.vote(harness.open_poll()))
    # Under root the programs may be out of reach of other users, not of us.
    program = postgres.installed() / "bin" / "pg_dump"
    dump = tmp_path / "dump.sql"
    subprocess.run(
        [program, "--no-owner", "-f", dump, harness.url()],
        check=True,
        env={"PATH": os.defpath},
    )
    copy = copy_of(None)
    stream = Stream("dump", StreamKind.TEXT, dump.read_bytes())
    assert held.arrival[0].hex().encode() in stream.content

    report = attack(replace(copy, streams=[stream]), words=held.secrets)

    assert [one for one in report.findings if one.found] == []


def test_pages_hold_what_the_attack_looks_for(installed):
    """A check of the attack's eyes: every sealed ballot is in the files once, where it belongs."""
    held = harness.close(harness.vote(harness.open_poll()))
    copy = copy_of(installed)
    pages = [one.content for one in copy.streams if one.kind is StreamKind.PAGES]

    for one in held.arrival:
        assert sum(page.count(one[:16]) for page in pages) == 1
    assert len(pieces(b"".join(sorted(held.arrival)), len(held.arrival[0]))) == VOTERS


def attacked(*words):
    """Run the command; return what it printed, and how it refused if it did."""
    out, refusal = io.StringIO(), None
    try:
        call_command("ballots", "attack", "--database", *words, stdout=out)
    except CommandError as error:
        refusal = error
    return out.getvalue(), refusal


def address(installed):
    return str(installed) if installed else harness.url()


def test_the_command_says_that_nothing_is_told(installed, tmp_path):
    harness.close(harness.vote(harness.open_poll(5)))

    out, refusal = attacked(address(installed))
    data = json.loads(attacked(address(installed), "--json")[0])

    assert refusal is None
    assert "Không có gì cho biết ai bỏ phiếu thế nào" in out
    assert "Nothing tells who voted how" in attacked(address(installed), "--lang", "en")[0]
    assert (data["polls"], data["ballots"], data["above_chance"]) == (1, 5, 0)


def test_the_command_reads_logs_dumps_and_words(installed, tmp_path):
    held = harness.close(harness.vote(harness.open_poll(5)))
    logs, words, wal = tmp_path / "logs", tmp_path / "words", tmp_path / "wal"
    logs.mkdir()
    (logs / "access.log").write_text('"POST /cast/ HTTP/1.1"\n' * 5)
    (tmp_path / "dump.sql").write_text(held.made.codes[0])
    words.write_text("\n".join(held.secrets))
    wal.write_bytes(b"".join(b"".join(held.arrival[:place]) for place in range(1, 6)))
    more = ["--logs", str(logs), "--dump", str(tmp_path / "dump.sql"), "--words", str(words)]

    out, refusal = attacked(address(installed), *more)
    assert refusal.returncode == 1
    assert all(one in out for one in ("access.log", "dump.sql"))

    words.write_text("\r\n".join(held.secrets), encoding="utf-8-sig")
    found = attacked(
        address(installed), "--dump", str(tmp_path / "dump.sql"), "--words", str(words)
    )
    assert found[1].returncode == 1
    words.write_text(held.made.codes[0], encoding="utf-16")
    not_text = attacked(address(installed), "--words", str(words))[1]
    assert (not_text.returncode, "UTF-8" in str(not_text)) == (3, True)

    words.write_text("\n".join(held.secrets))
    only_traces = attacked(address(installed), "--wal", str(wal), "--files", str(words))[0]
    assert "Dấu vết không đọc được phiếu nào" in only_traces


def test_the_command_names_nobody_unless_asked(installed):
    held = harness.open_poll(5)
    with harness.table(
        "CREATE TABLE ballots_vote (poll_id bigint, person_id bigint, choice text)"
    ):
        harness.close(harness.vote(held, after=_row_for_both))
        plain, _refusal = attacked(address(installed))
        shown, _refusal = attacked(address(installed), "--show")
        data, refusal = attacked(address(installed), "--show", "--json")

    assert refusal.returncode == 1
    assert "→" not in plain
    assert f"{held.queue[0]} → {held.choice[held.queue[0]]}" in shown
    assert '"links"' in data


def _row_for_both(held, person):
    harness.execute(
        "INSERT INTO ballots_vote (poll_id, person_id, choice) VALUES (%s, %s, %s)",
        [held.poll.pk, person, held.choice[person]],
    )


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\x00 and nothing else"])
def test_what_is_no_copy_is_refused(tmp_path, content):
    path = tmp_path / "copy"
    path.write_bytes(content)

    for name in (str(path), str(tmp_path / "none"), "postgresql://nobody@127.0.0.1:1/none"):
        assert attacked(name)[1].returncode == 3


def test_an_empty_database_is_refused(tmp_path):
    with closing(sqlite3.connect(tmp_path / "copy")) as copy:
        copy.execute("CREATE TABLE other (id integer)")
        copy.commit()

    assert attacked(str(tmp_path / "copy"))[1].returncode == 3


def test_a_user_who_may_only_read_tables_is_told_what_was_not_seen(installed, on_postgres):
    harness.close(harness.vote(harness.open_poll(5)))
    harness.execute("CREATE ROLE looker LOGIN PASSWORD 'looker'")
    try:
        harness.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO looker")
        one = connection.settings_dict
        name = f"postgresql://looker:looker@{one['HOST']}:{one['PORT']}/{one['NAME']}"
        out, refusal = attacked(name)
    finally:
        harness.execute("DROP OWNED BY looker")
        harness.execute("DROP ROLE looker")

    assert refusal is None
    assert "Chưa xem được" in out


def test_a_copy_is_not_touched(installed, tmp_path, on_sqlite):
    """SQLite would write the log beside the copy back and delete it, and with it what it shows."""
    harness.vote(harness.open_poll(5))
    folder = tmp_path / "taken"
    folder.mkdir()
    for path in installed.parent.glob("tusoi.sqlite3*"):
        shutil.copyfile(path, folder / path.name)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert before["tusoi.sqlite3-wal"]

    attacked(str(folder / "tusoi.sqlite3"))

    assert {path.name: path.read_bytes() for path in Path(folder).iterdir()} == before
