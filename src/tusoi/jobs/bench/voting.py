"""A district votes within a minute in one booth on PostgreSQL, beside as many bare inserts.

Ballots come when people press the button, not when the server is ready for the next: each has its
moment, and what it waits is counted from there.
"""

import datetime as dt
import http.client
import random
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final
from urllib.parse import urlencode

from django.core.management.base import CommandError
from django.db import connection

from tusoi.ballots.enums import PollMode, PollState, QuestionKind
from tusoi.ballots.models import Poll, PollQuestion, Urn, UrnKey
from tusoi.ballots.queries import ballot_size, run_of
from tusoi.core import clock, sealing
from tusoi.cycles import operations as cycles
from tusoi.jobs.bench.inside import prepare
from tusoi.jobs.bench.measure import Measure, share_at
from tusoi.jobs.bench.serving import wait_for
from tusoi.meetings.enums import MeetingState
from tusoi.meetings.models import ReviewMeeting
from tusoi.people.models import Account
from tusoi.people.queries import system_account
from tusoi.rulebooks.library import available
from tusoi.units.enums import UnitKind
from tusoi.units.models import Unit


_POLLS, _VOTERS, _SECONDS, _BURST = 172, 30, 60.0, 60
# Phones that press at nearly the same moment; the booth has its usual threads.
_PHONES: Final = 32
_BAR, _BURST_BAR = 500, 2_000
_OPTIONS: Final = ("excellent", "good", "satisfactory", "unsatisfactory")
Step = Callable[[], object]


@dataclass(frozen=True)
class _Poll:
    public_id: str
    question: int
    codes: tuple[str, ...]


def must_be_empty() -> None:
    """Refuse a database that anybody could miss."""
    if connection.introspection.table_names():
        raise CommandError("the database for measuring ballots is not empty; name an empty one.")


def measure_voting() -> list[Measure]:
    """Fill an empty database with polls, hold the vote of a district in it, and count."""
    must_be_empty()
    prepare(0)
    meeting = _meeting()
    polls = [_poll(meeting, number, _VOTERS) for number in range(1, _POLLS + 1)]
    burst = _poll(meeting, _POLLS + 1, _BURST)
    votes = [(one, code) for one in polls for code in one.codes]
    random.shuffle(votes)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_bare (id bigserial PRIMARY KEY, sealed bytea)")
    floor, _took = _spread([_insert] * len(votes), threads=_PHONES)
    with _booth() as port:
        took, seconds = _spread(
            [partial(_vote, port, one, code) for one, code in votes], threads=_PHONES
        )
        at_once, whole = _spread(
            [partial(_vote, port, burst, code) for code in burst.codes],
            threads=_BURST,
            seconds=0,
        )
    counted = sum(Urn.objects.values_list("ballot_count", flat=True))
    if counted != len(votes) + _BURST:
        raise RuntimeError(f"{counted} ballots are in the urns, not {len(votes) + _BURST}")
    p95, least = share_at(took, 0.95), share_at(floor, 0.95)
    return [
        Measure(
            what=f"{_POLLS} branches of {_VOTERS} vote within {_SECONDS:.0f} s, p95",
            value=p95,
            unit="ms",
            bar=f"under {_BAR} ms, no error",
            ok=p95 < _BAR,
            floor=least,
            ratio=p95 / least,
            note=f"{len(votes)} ballots over HTTP to one booth on PostgreSQL, all in after "
            f"{seconds:.1f} s; floor: as many bare inserts at the same moments",
        ),
        Measure(
            what=f"{_BURST} press at the same moment in one room",
            value=whole * 1000,
            unit="ms",
            bar=f"all in under {_BURST_BAR} ms, no error",
            ok=whole * 1000 < _BURST_BAR,
            note=f"p95 {share_at(at_once, 0.95):.0f} ms",
        ),
    ]


def _meeting() -> ReviewMeeting:
    actor, at, day = system_account(), clock.now(), dt.date(2022, 1, 1)
    unit = Unit.objects.create(
        code="X", name="X", kind=UnitKind.GRASSROOTS_CELL, established_on=day
    )
    cycle = cycles.create_cycle(
        root_id=unit.pk,
        draft=cycles.CycleDraft(
            name="Thử tốc độ",
            year=2022,
            period_from=day,
            period_to=dt.date(2022, 12, 31),
            rulebook_identity=available()[0].identity,
        ),
        actor=actor,
        at=at,
    )
    return ReviewMeeting.objects.create(
        cycle=cycle, unit=unit, name="Thử tốc độ", meets_at=at, created_at=at,
        created_by=actor, state=MeetingState.UNDER_WAY, opened_at=at, opened_by=actor,
    )  # fmt: skip


def _poll(meeting: ReviewMeeting, number: int, voters: int) -> _Poll:
    """Set up a poll as opening one does, without the people: a ballot does not know them."""
    actor, at = system_account(), clock.now()
    poll = _opened(meeting, number, actor, at)
    question = PollQuestion.objects.create(
        poll=poll,
        position=1,
        kind=QuestionKind.CHOOSE,
        text="Thử tốc độ",
        options=[{"id": one, "title": one} for one in _OPTIONS],
    )
    pair, code_secret = sealing.new_key_pair(), secrets.token_bytes(sealing.HASH_SIZE)
    codes = tuple(sealing.new_code() for _ in range(voters))
    Urn.objects.create(
        poll=poll,
        public_key=pair.public,
        sealed_size=ballot_size([question]) + sealing.SEAL_SIZE,
        free_codes=run_of(sealing.hash_code(one, secret=code_secret) for one in codes),
    )
    UrnKey.objects.create(poll=poll, wrapped="", code_secret=code_secret, holders=[])
    return _Poll(poll.public_id, question.pk, codes)


def _opened(meeting: ReviewMeeting, number: int, actor: Account, at: dt.datetime) -> Poll:
    return Poll.objects.create(
        meeting=meeting,
        number=number,
        mode=PollMode.DRAWN_CODE,
        state=PollState.OPEN,
        prepared_at=at,
        prepared_by=actor,
        opened_at=at,
        opened_by=actor,
    )


@contextmanager
def _booth() -> Iterator[int]:
    """Serve the booth in a process of its own, as `tusoi booth` does; give its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(  # noqa: S603 -- this very program
        [sys.executable, "-m", "tusoi", "booth", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def _vote(port: int, poll: _Poll, code: str) -> None:
    """Send a ballot as a phone does: on a connection of its own, one sign for each option."""
    chosen = secrets.randbelow(len(_OPTIONS))
    signs = "".join("1" if place == chosen else "0" for place in range(len(_OPTIONS)))
    form = {"code": code, "poll": poll.public_id, f"q{poll.question}": signs}
    phone = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        phone.request(
            "POST",
            "/cast/",
            urlencode(form),
            {"Content-Type": "application/x-www-form-urlencoded"},
        )
        answer = phone.getresponse()
        answer.read()
    finally:
        phone.close()
    if answer.status != http.client.OK:
        raise RuntimeError(f"the booth answered {answer.status}")


def _insert() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bench_bare (sealed) VALUES (%s)", [secrets.token_bytes(sealing.SEAL_SIZE)]
        )


def _spread(
    steps: Sequence[Step], *, threads: int, seconds: float | None = None
) -> tuple[list[float], float]:
    """Do each step at a moment of its own; return what each waited in ms, and how long all took.

    An error of a single one ends the measuring: the bar is none.
    """
    span = _SECONDS if seconds is None else seconds
    moments = sorted(random.uniform(0, span) for _ in steps)  # noqa: S311 -- moments of a bench
    begin = time.perf_counter()

    def timed(step: Step, moment: float) -> float:
        time.sleep(max(begin + moment - time.perf_counter(), 0))
        step()
        return (time.perf_counter() - begin - moment) * 1000

    with ThreadPoolExecutor(threads) as pool:
        waiting = [
            pool.submit(timed, step, moment) for step, moment in zip(steps, moments, strict=True)
        ]
        took = [one.result() for one in waiting]
    return took, time.perf_counter() - begin
