"""Never a lost, doubled or half vote: all at once, against a close, and when a process dies."""

import json
import os
import subprocess
import sys
import textwrap
import threading
from collections import Counter

import pytest
from django.conf import settings
from django.db import connections

from tests.attacks import harness
from tests.attacks.harness import ballots_in
from tests.factories.ballots import LEVELS, cast
from tests.factories.meetings import NOW
from tusoi.ballots import operations
from tusoi.ballots.enums import CastOutcome
from tusoi.ballots.errors import CodeUnknown, PollNotOpen
from tusoi.ballots.models import Urn
from tusoi.ballots.queries import pieces


pytestmark = [pytest.mark.slow]

SETTINGS = "tusoi.config.settings"


@pytest.fixture
def held(installed):
    return harness.open_poll(60)


def at_once(*steps):
    """Start all steps at one moment, each with a connection of its own; return what came of it."""
    start, outcomes = threading.Barrier(len(steps)), [None] * len(steps)

    def attempt(place, step):
        try:
            start.wait()
            outcomes[place] = step()
        except Exception as refusal:  # noqa: BLE001 -- looked at by the test
            outcomes[place] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=attempt, args=one) for one in enumerate(steps)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return outcomes


def patient(step):
    """Try again where the database was too busy, as a phone does; the vote counts once anyhow."""

    def attempt():
        for _time in range(20):
            try:
                return step()
            except Exception as refusal:
                if "locked" not in str(refusal):
                    raise
        raise TimeoutError

    return attempt


def vote(held, code, level="good"):
    return patient(lambda: cast(held.made, code, level))


def is_whole(poll):
    """Say whether ballots, codes and the number agree, and everything is in order."""
    urn = Urn.objects.get(poll=poll)
    sealed, burnt = ballots_in(poll), pieces(urn.burnt_codes)
    return (
        len(sealed) == len(set(sealed)) == len(burnt) == len(set(burnt)) == urn.ballot_count
        and sealed == sorted(sealed)
        and not set(burnt) & set(pieces(urn.free_codes))
    )


def test_sixty_at_once_are_sixty(held):
    outcomes = at_once(*(vote(held, code) for code in held.made.codes))

    assert Counter(outcomes) == {CastOutcome.CAST: 60}
    assert Urn.objects.get(poll=held.poll).ballot_count == 60
    assert is_whole(held.poll)


def test_the_same_code_fifty_times_at_once_is_one(held):
    code = held.made.codes[0]
    outcomes = at_once(*(vote(held, code, LEVELS[place % 4]) for place in range(50)))

    assert Counter(outcomes) == {CastOutcome.CAST: 1, CastOutcome.ALREADY_CAST: 49}
    assert Urn.objects.get(poll=held.poll).ballot_count == 1
    assert is_whole(held.poll)


def test_fifty_ballots_against_fifty_closes(held):
    """Every close finds the same urn, and what was said to be in is what is counted."""

    def close():
        poll = operations.close_poll(poll_id=held.poll.pk, actor=held.scene.binh, at=NOW)
        return poll.urn_digest

    votes = [vote(held, code) for code in held.made.codes[:50]]
    closes = [patient(close) for _time in range(50)]
    steps = [step for pair in zip(votes, closes, strict=True) for step in pair]
    outcomes = at_once(*steps)

    digests = {one for one in outcomes if type(one) is str}
    accepted = outcomes.count(CastOutcome.CAST)
    refused = [one for one in outcomes if isinstance(one, PollNotOpen | CodeUnknown)]
    assert len([one for one in outcomes if type(one) is str]) == 50
    assert len(digests) == 1
    assert accepted + len(refused) == 50
    assert Urn.objects.get(poll=held.poll).ballot_count == accepted
    assert is_whole(held.poll)
    assert close() in digests


# Killed at every step


# Runs in a process of its own: settings as in an installation, one fork for each death. Says for
# each what the urn held right after it, and what came of the same code sent again.
KILLED = textwrap.dedent(
    """
    import json, os, sys
    import django
    django.setup()
    from django.db import connection
    from tusoi.ballots import operations
    from tusoi.ballots.models import Urn

    poll, question, *codes = sys.argv[1:]

    def cast(code):
        marks = {int(question): ["good"]}
        return operations.cast_ballot(code=code, marks=marks, poll=poll).value

    def die():
        os.kill(os.getpid(), 9)

    def cast_and_die(code, moment, limit):
        count = 0

        def step(execute, *args):
            nonlocal count
            count += 1
            if moment == "before" and count == limit:
                die()
            result = execute(*args)
            if moment == "after" and count == limit:
                die()
            return result

        commit = connection.commit
        def ending():
            if moment == "before commit":
                die()
            commit()
            if moment == "after commit":
                die()
        connection.commit = ending
        with connection.execute_wrapper(step):
            cast(code)
        os._exit(0)

    moments = [("before commit", 0), ("after commit", 0)]
    moments += [(one, limit) for limit in range(1, 11) for one in ("before", "after")]
    for code, (moment, limit) in zip(codes, moments):
        connection.close()
        child = os.fork()
        if not child:
            cast_and_die(code, moment, limit)
        _pid, status = os.waitpid(child, 0)
        urn = Urn.objects.get()
        after = [urn.ballot_count, len(urn.sealed) // urn.sealed_size, len(urn.burnt_codes) // 32]
        again = cast(code)
        print(json.dumps({
            "moment": moment, "limit": limit, "killed": os.WIFSIGNALED(status),
            "after": after, "again": again, "count": Urn.objects.get().ballot_count,
        }))
    """
)


def test_killed_at_every_step_a_vote_is_in_or_out(installed):
    """And the voter, who cannot know which, sends it again: in the end it is in once."""
    made = harness.open_poll(22).made
    poll = made.poll
    secret = {"TUSOI_SECRET_KEY": settings.SECRET_KEY, "DJANGO_SETTINGS_MODULE": SETTINGS}
    where = {"TUSOI_DATABASE_URL": f"sqlite:///{installed}" if installed else harness.url()}
    done = subprocess.run(
        [sys.executable, "-c", KILLED, poll.public_id, str(poll.questions.get().pk), *made.codes],
        env={**os.environ, **secret, **where},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    cases = [json.loads(one) for one in done.stdout.splitlines()]

    assert len(cases) == 22
    for place, one in enumerate(cases):
        before, sealed, burnt = one["after"]
        assert before == sealed == burnt, one
        is_in = before == place + 1
        assert is_in or before == place, one
        assert one["again"] == ("already_cast" if is_in else "cast"), one
        assert one["count"] == place + 1, one
    killed = [(one["moment"], one["limit"]) for one in cases if one["killed"]]
    assert {("before commit", 0), ("after commit", 0)} <= set(killed)
    # The statements of a ballot: from the first look at the poll to the one that writes.
    assert max(limit for _moment, limit in killed) == (7 if installed else 4)
    assert cases[0]["again"] == "cast"
    assert cases[1]["again"] == "already_cast"
    assert is_whole(poll)
