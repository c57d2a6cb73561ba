"""A vote whose answers the tester knows, and the score of an attack that does not."""

import datetime as dt
import io
import random
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from urllib.parse import quote

import psycopg
from django.core.management import call_command
from django.db import connection, transaction

from tests.factories import ballots, meetings, people
from tests.factories.ballots import CODES, LEVELS
from tests.factories.meetings import NOW
from tusoi.ballots import operations
from tusoi.ballots.models import PollRoster, Urn
from tusoi.ballots.queries import pieces, write_ballot
from tusoi.jobs.attacking.chance import at_least
from tusoi.jobs.attacking.evidence import Copy
from tusoi.jobs.attacking.postgres import read_postgres
from tusoi.jobs.attacking.sqlite import read_sqlite
from tusoi.meetings.enums import AttendeeKind, Presence
from tusoi.meetings.models import Attendance


VOTERS = 30
# The attack makes dozens of guesses, in every run of the suite: luck must not turn it red.
RARE = Fraction(1, 10**6)


@dataclass
class Vote:
    """What happened in the room: who came when, with which code, and what went into the urn."""

    scene: object
    made: object
    queue: list[int] = field(default_factory=list)
    sealed: dict[int, bytes] = field(default_factory=dict)
    choice: dict[int, str] = field(default_factory=dict)
    code: dict[int, str] = field(default_factory=dict)

    @property
    def poll(self):
        return self.made.poll

    @property
    def arrival(self):
        return [self.sealed[one] for one in self.queue]

    def true_of(self, person):
        """Return what a right guess about somebody may look like: sealed, opened or chosen."""
        if person not in self.sealed:
            return ()
        question = self.poll.questions.get()
        plain = write_ballot([question], {question.pk: [self.choice[person]]})
        return self.sealed[person], self.choice[person], plain.hex()

    @property
    def secrets(self):
        """What must be nowhere: codes, the tellers' words."""
        return [*self.made.codes, *self.made.spares, *(one.words for one in self.made.words)]


Hook = Callable[[Vote, int], None]


def open_poll(voters=VOTERS, seed=1) -> Vote:
    """Open a vote of so many; most of them are only names at the meeting, which is quicker."""
    scene = meetings.scene()
    item = meetings.concluded(scene)
    meeting = item.meeting
    for number in range(voters - meeting.attendances.filter(has_vote=True).count()):
        Attendance.objects.create(
            meeting=meeting,
            person=people.make_person(f"Đảng viên {number + 1:02}"),
            kind=AttendeeKind.FULL,
            has_vote=True,
            presence=Presence.PRESENT,
        )
    made = ballots.opened(scene, item, mode=CODES)
    queue = list(PollRoster.objects.get(poll=made.poll).present)
    random.Random(seed).shuffle(queue)  # noqa: S311 -- a queue at a box
    assert len(queue) == voters
    return Vote(scene, made, queue)


def vote(
    held: Vote, *, along: Hook | None = None, after: Hook | None = None, one_by_one=True, seed=2
) -> Vote:
    """Let everybody take a slip and vote; the worst way: each votes before the next takes one.

    `along` runs inside the transaction of a ballot, `after` in one that follows.
    """
    rng = random.Random(seed)  # noqa: S311 -- the votes of a test
    codes = list(held.made.codes)
    rng.shuffle(codes)
    if not one_by_one:
        ballots.issue_all(held.scene, held.poll)
    for person, code in zip(held.queue, codes, strict=True):
        if one_by_one:
            operations.mark_issued(
                poll_id=held.poll.pk, person_ids=[person], actor=held.scene.binh, at=NOW
            )
        held.code[person] = code
        held.choice[person] = rng.choice(LEVELS)
        before = set(ballots_in(held.poll))
        if along is None:
            ballots.cast(held.made, code, held.choice[person])
        else:
            with transaction.atomic():
                ballots.cast(held.made, code, held.choice[person])
                (held.sealed[person],) = set(ballots_in(held.poll)) - before
                along(held, person)
        (held.sealed[person],) = set(ballots_in(held.poll)) - before
        if after is not None:
            after(held, person)
    return held


def ballots_in(poll):
    urn = Urn.objects.get(poll=poll)
    return pieces(urn.sealed, urn.sealed_size)


def close(held: Vote) -> Vote:
    ballots.close(held.scene, held.poll)
    return held


def count_and_sign(held: Vote) -> Vote:
    sheet = ballots.TallyFigures(issued_count=len(held.queue), slip_count=len(held.queue))
    ballots.enter_twice(held.scene, held.poll, sheet)
    ballots.open_urn(held.scene, held.made)
    ballots.sign(held.scene, held.poll)
    return held


def destroy(held: Vote) -> Vote:
    at = NOW + dt.timedelta(days=60)
    operations.destroy_key(poll_id=held.poll.pk, actor=held.scene.binh, at=at)
    return held


def copy_of(installed: Path | None) -> Copy:
    """Take a copy as a thief would: the files, or what a user who may read all sees."""
    if installed is not None:
        return read_sqlite(installed)
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
    return read_postgres(url())


def backup_of(installed: Path | None, folder: Path) -> Copy:
    """Take a copy as an operator would: `tusoi backup`, or a dump."""
    if installed is None:
        return copy_of(None)
    call_command("backup", folder, json=True, stdout=io.StringIO())
    return read_sqlite(folder / "tusoi.sqlite3")


def url() -> str:
    one = connection.settings_dict
    password = quote(one["PASSWORD"])
    return f"postgresql://{one['USER']}:{password}@{one['HOST']}:{one['PORT']}/{one['NAME']}"


def hits(finding, held: Vote) -> tuple[int, int, Fraction]:
    """Return how many of the attack's guesses are right, of how many, and the chance of each."""
    links = finding.links or dict(zip(held.queue, finding.order, strict=False))
    right = sum(what in held.true_of(person) for person, what in links.items())
    is_read = any(isinstance(what, str) for what in links.values())
    chance = Fraction(max(map(list(held.choice.values()).count, LEVELS)), len(held.queue))
    return right, len(links), chance if is_read else Fraction(1, len(held.queue))


def is_luck(finding, held: Vote) -> bool:
    right, of, chance = hits(finding, held)
    return at_least(right, of, chance) > RARE


@contextmanager
def table(statement: str):
    """Make a table for one test; the name follows CREATE TABLE."""
    name = statement.split()[2]
    with connection.cursor() as cursor:
        cursor.execute(statement)
    try:
        yield name
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {name}")


@contextmanager
def somebody_looking():
    """Hold a transaction open beside the test on PostgreSQL; on SQLite nothing is held."""
    if connection.vendor != "postgresql":
        yield
        return
    with psycopg.connect(url()) as other:
        other.execute("CREATE TEMPORARY TABLE something ()")
        yield


def execute(statement: str, values=()) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
