"""No total before the count, to anybody, anywhere; nothing finer than the whole afterwards."""

import json
import math
from collections import Counter
from inspect import signature
from types import SimpleNamespace

import pytest

from tests.attacks import harness
from tests.attacks.harness import LEVELS, copy_of
from tests.factories import access, ballots, meetings, people
from tests.factories.meetings import NOW
from tusoi.access.enums import RoleKey
from tusoi.access.errors import NotPermitted
from tusoi.ballots import errors, operations, queries
from tusoi.ballots.models import PollQuestion
from tusoi.core.sealing import CODE_LENGTH, CODE_SIGNS, new_code
from tusoi.jobs.attacking.evidence import values


pytestmark = [pytest.mark.slow]


# No total before the count


def totals_in(copy):
    """Return every place where options stand beside numbers, in any table, in any spelling."""
    return {name for name, value in values(copy) if _has_totals(_decoded(value))}


def _decoded(value):
    if isinstance(value, str) and value[:1] in {"{", "["}:
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _has_totals(value):
    if isinstance(value, dict):
        counts = [one for key, one in value.items() if key in LEVELS and isinstance(one, int)]
        return bool(counts) or any(_has_totals(one) for one in value.values())
    if isinstance(value, list):
        return any(_has_totals(one) for one in value)
    return False


def test_totals_are_in_no_table_before_the_count(installed):
    """From the first ballot to the second sheet; a paper sheet is one person's word until then."""
    held = harness.vote(harness.open_poll(9))
    assert totals_in(copy_of(installed)) == set()

    harness.close(held)
    assert totals_in(copy_of(installed)) == set()

    sheet = ballots.TallyFigures(issued_count=9, slip_count=9)
    ballots.enter_twice(held.scene, held.poll, sheet)
    assert totals_in(copy_of(installed)) == set()

    ballots.open_urn(held.scene, held.made)
    assert totals_in(copy_of(installed)) == {"ballots_pollquestion.result"}
    chosen = Counter(held.choice.values())
    result = PollQuestion.objects.get(poll=held.poll).result
    assert result["options"] == {one: chosen[one] for one in LEVELS}


def test_after_the_count_there_is_one_total_for_the_whole_body(installed):
    """K1: by channel, by group or by ballot there is none; K4: no second one, ever."""
    held = harness.close(harness.vote(harness.open_poll(9)))
    harness.count_and_sign(held)

    assert totals_in(copy_of(installed)) == {"ballots_pollquestion.result"}
    with pytest.raises(errors.WrongState):
        ballots.open_urn(held.scene, held.made)
    with pytest.raises(errors.WrongState):
        ballots.enter(held.poll, held.scene.binh, ballots.TallyFigures(9, slip_count=8))
    before = PollQuestion.objects.get(poll=held.poll).result
    operations.check_count(
        poll_id=held.poll.pk, words=ballots.words(held.made), actor=held.scene.binh, at=NOW
    )
    assert PollQuestion.objects.get(poll=held.poll).result == before

    ballots.void(held.scene, held.poll)
    assert totals_in(copy_of(installed)) == set()


def test_the_roster_is_frozen(installed):
    """K5: who comes late, or goes, changes no vote; two totals less one person cannot be made."""
    held = harness.open_poll(6)
    late = people.make_person("Người đến muộn")
    with pytest.raises(errors.NotOnTheRoster):
        operations.mark_issued(
            poll_id=held.poll.pk, person_ids=[late.pk], actor=held.scene.binh, at=NOW
        )
    held.poll.meeting.attendances.update(presence="absent")
    harness.vote(held)
    held.poll.refresh_from_db()

    assert held.poll.voter_count == 6


def test_small_bodies_are_warned_and_unanimity_is_shown(db):
    """K2 and K7: arithmetic cannot be hidden, so it is said; before opening, and beside it."""
    scene = meetings.scene(more_members=1)
    poll = ballots.prepared(scene)

    with pytest.raises(errors.WarningNotRead):
        ballots.open_it(scene, poll, has_heard_warning=False)
    assert queries.small_body_odds(3).unanimous_percent == 35


# Nobody, with any role


# What each step needs beside the poll; a guard comes before all of it.
DUMMIES = {
    "draft": None,
    "mode": None,
    "meeting_id": None,
    "questions": (),
    "question_id": None,
    "teller_ids": (),
    "person_ids": (),
    "code": "0000000000",
    "figures": queries.TallyFigures(1),
    "words": ((0, ""), (1, "")),
    "reason": "Thử",
    "signer_ids": (),
}
# Of those who hold no office in the branch.
OUTSIDERS = ["superuser", "administrator", "member", "other_cell"]
# Takes nobody, or asks nobody: the code is the right to vote, and due keys are the system's.
WITHOUT_POLL = {"cast_ballot", "scrub_storage", "destroy_due_keys"}
STEPS = sorted(
    name
    for name in operations.__all__
    if name.islower() and name not in WITHOUT_POLL and callable(getattr(operations, name))
)


@pytest.fixture
def room(db):
    scene = meetings.scene(more_members=4)
    made = ballots.opened(scene, mode=ballots.CODES)
    superuser = people.account(username="the-superuser", is_superuser=True, is_staff=True)
    administrator = people.account(username="the-administrator")
    access.grant(administrator, RoleKey.ADMINISTRATOR, scene.people.district)
    return SimpleNamespace(
        scene=scene,
        made=made,
        superuser=superuser,
        administrator=administrator,
        member=people.account(username="a-member"),
        other_cell=people.account(people.make_person("Người ngoài"), username="an-outsider"),
    )


@pytest.mark.parametrize("who", OUTSIDERS)
def test_nobody_without_an_office_takes_any_step(room, who):
    """The whole room, so that a step written tomorrow is asked too."""
    poll = room.made.poll
    refused = []
    for name in STEPS:
        step = getattr(operations, name)
        given = {"poll_id": poll.pk, "actor": getattr(room, who), "at": NOW, **DUMMIES}
        given["question_id"] = poll.questions.get().pk
        given["meeting_id"] = poll.meeting_id
        wanted = {one: given[one] for one in signature(step).parameters if one in given}
        with pytest.raises(NotPermitted):
            step(**wanted)
        refused.append(name)

    assert len(refused) >= 20


def test_no_role_reads_a_result_before_the_count(room):
    """There is none to read: what the pages are given is the same for the superuser."""
    poll, scene = room.made.poll, room.scene
    harness.ballots.issue_all(scene, poll)
    for code in room.made.codes:
        ballots.cast(room.made, code, "good")
    ballots.close(scene, poll)
    poll.refresh_from_db()

    assert all(one.result is None for one in poll.questions.all())
    assert queries.progress_of(poll).cast_count is None
    obligation = poll.questions.get().obligation_id
    assert queries.counts_by_obligation([obligation], cycle=poll.meeting.cycle) == {}


# Codes


def test_codes_do_not_collide_and_use_every_sign_evenly():
    """A hundred thousand; by the birthday bound a million collide once in 2,000 runs.

    n² / 2 pairs of 50 bits: 10¹² / 2⁵¹ = 1/2252 for a million, 1/225,000 here. A generator of
    fewer than 33 bits would collide here all but surely.
    """
    count = 100_000
    codes = [new_code() for _ in range(count)]

    assert CODE_LENGTH * math.log2(len(CODE_SIGNS)) == 50
    assert len(set(codes)) == count
    assert {len(one) for one in codes} == {CODE_LENGTH}
    expected = count / len(CODE_SIGNS)
    for place in range(CODE_LENGTH):
        seen = Counter(one[place] for one in codes)
        assert set(seen) == set(CODE_SIGNS)
        # Eight standard deviations: never by chance.
        assert all(abs(n - expected) < 8 * math.sqrt(expected) for n in seen.values())


def test_codes_have_no_look_alikes_in_print():
    assert not set(CODE_SIGNS) & set("OILU")
    assert len(set(CODE_SIGNS)) == 32
