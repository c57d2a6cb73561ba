"""Opening freezes who votes, on what and by which rules; codes and words are seen once."""

import pytest
from django.core import serializers

from tests.factories import ballots, meetings, people
from tests.factories.ballots import CODES, cast, issue_all, open_it, opened, prepared, yes_no
from tests.factories.meetings import NOW
from tusoi.access.errors import NotPermitted
from tusoi.audit.models import AuditEvent
from tusoi.ballots import errors, operations, queries
from tusoi.ballots.enums import CastOutcome, PollState
from tusoi.ballots.models import Poll, PollQuestion, PollRoster, Urn, UrnKey
from tusoi.ballots.queries.results import PollRules
from tusoi.cycles.models import Obligation
from tusoi.meetings.enums import ItemState, Presence
from tusoi.meetings.models import AgendaItem, ReviewMeeting


pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_opening_takes_those_present_and_freezes_the_roster():
    scene = meetings.scene(more_members=4)
    made = opened(scene)

    poll = Poll.objects.get()
    roster = PollRoster.objects.get()
    assert (poll.state, poll.voter_count, poll.entitled_count) == (PollState.OPEN, 6, 6)
    assert roster.present == sorted(roster.present)
    assert len(roster.tellers) == 2
    assert roster.chair not in roster.tellers
    assert poll.config_digest
    assert (made.codes, made.spares, made.words) == ((), (), ())
    assert not Urn.objects.exists()
    assert str(roster) == str(poll)
    assert [one.pk for one in queries.tellers_of(poll)] == sorted(
        roster.tellers, key=[one.person.pk for one in queries.roster_lines(poll)].index
    )


def test_those_excused_do_not_count_as_entitled():
    scene = meetings.scene(more_members=4)
    poll = prepared(scene)
    away, other = poll.meeting.attendances.order_by("-pk")[:2]
    poll.meeting.attendances.filter(pk=away.pk).update(presence=Presence.EXCUSED, reason="ốm")
    poll.meeting.attendances.filter(pk=other.pk).update(presence=Presence.ABSENT)

    open_it(scene, poll)

    poll.refresh_from_db()
    assert (poll.entitled_count, poll.voter_count) == (5, 4)


def test_codes_are_handed_out_once_and_kept_as_hashes_only():
    scene = meetings.scene(more_members=4)

    made = opened(scene, mode=CODES, more=[yes_no()])

    urn, key = Urn.objects.get(), UrnKey.objects.get()
    assert (len(made.codes), len(made.spares)) == (6, 2)
    assert len({*made.codes, *made.spares}) == 8
    assert len(queries.pieces(urn.free_codes)) == 6
    assert queries.pieces(urn.free_codes) == sorted(queries.pieces(urn.free_codes))
    assert len(key.holders) == len(made.words) == 4
    assert str(urn) == str(key) == str(made.poll)
    stored = serializers.serialize(
        "json", [*Poll.objects.all(), urn, key, *PollRoster.objects.all()]
    ) + serializers.serialize("json", AuditEvent.objects.all())
    for secret in [*made.codes, *made.spares, *(one.words for one in made.words)]:
        assert secret not in stored
        assert secret not in repr(made)
        assert secret not in repr(made.words)
    with pytest.raises(errors.WrongState):
        open_it(scene, made.poll)


def test_the_config_digest_knows_every_question():
    scene = meetings.scene(more_members=4)
    made = opened(scene, mode=CODES)
    questions = list(made.poll.questions.all())
    roster = PollRoster.objects.get()
    from tusoi.ballots.operations.opening import config_digest

    before = config_digest(made.poll, questions, roster)
    assert before == made.poll.config_digest
    questions[0].text += "!"
    assert config_digest(made.poll, questions, roster) != before


def refused(scene, poll, error, **fields):
    with pytest.raises(error) as refusal:
        open_it(scene, poll, **fields)
    assert str(refusal.value)
    assert Poll.objects.get(pk=poll.pk).state == PollState.PREPARED
    assert not PollRoster.objects.exists()


def test_a_poll_without_questions_is_not_opened():
    scene = meetings.scene()
    poll = prepared(scene)
    poll.questions.all().delete()

    refused(scene, poll, errors.NoQuestions)


def test_a_conclusion_taken_back_stops_the_opening():
    scene = meetings.scene()
    poll = prepared(scene)
    AgendaItem.objects.filter(obligation__in=poll.questions.values("obligation")).update(
        state=ItemState.OPEN, concluded_at=None, concluded_by=None
    )

    refused(scene, poll, errors.ReviewNotConcluded)


def test_a_meeting_that_was_closed_opens_nothing():
    scene = meetings.scene()
    poll = prepared(scene)
    ReviewMeeting.objects.update(state="closed", closed_at=NOW, closed_by=scene.binh)

    refused(scene, poll, errors.MeetingNotUnderWay)


def test_attendance_comes_first():
    scene = meetings.scene(more_members=3)
    poll = prepared(scene)
    tellers = ballots.tellers_for(poll.meeting)
    one = poll.meeting.attendances.exclude(person__in=tellers).last()
    poll.meeting.attendances.filter(pk=one.pk).update(presence=Presence.SUMMONED)
    refused(scene, poll, errors.AttendanceNotTaken, teller_ids=tellers)

    poll.meeting.attendances.update(has_vote=False)
    refused(scene, poll, errors.NobodyMayVote, teller_ids=tellers)


def test_chair_and_two_tellers_who_are_present():
    scene = meetings.scene(more_members=3)
    poll = prepared(scene)
    tellers = ballots.tellers_for(poll.meeting)
    chair = poll.meeting.chair_id
    absent = people.make_person("Người Vắng")
    for wrong in (
        [tellers[0]],
        [tellers[0], tellers[0]],
        [chair, tellers[0]],
        [*tellers, absent.pk],
    ):
        refused(scene, poll, errors.TellersMissing, teller_ids=wrong)
    ReviewMeeting.objects.update(chair=None)
    refused(scene, Poll.objects.get(), errors.NoChair, teller_ids=tellers)


def test_a_teller_is_not_rated_where_the_rules_say_so(monkeypatch):
    scene = meetings.scene(more_members=3)
    poll = prepared(scene)
    rated = poll.questions.get().obligation.person_id
    meeting = poll.meeting
    other = meeting.attendances.exclude(person=rated).order_by("pk").first().person_id
    ReviewMeeting.objects.update(chair=other)
    third = meeting.attendances.exclude(person__in=[rated, other]).first().person_id
    strict = PollRules(**{**vars(queries.rules_of(scene.cycle)), "tellers_not_rated": True})
    monkeypatch.setattr("tusoi.ballots.operations.opening.rules_of", lambda _cycle: strict)
    refused(scene, poll, errors.TellerIsRated, teller_ids=[rated, third])
    monkeypatch.undo()

    assert open_it(scene, poll, teller_ids=[rated, third]).poll.state == PollState.OPEN


def test_fewer_than_five_hear_the_warning_first():
    scene = meetings.scene(more_members=2)
    poll = prepared(scene)

    refused(scene, poll, errors.WarningNotRead, has_heard_warning=False)

    open_it(scene, poll, has_heard_warning=True)
    big = meetings.scene(more_members=3, mark="b")
    open_it(big, prepared(big), has_heard_warning=False)


@pytest.mark.parametrize("papers", [1, 4, 8, 12])
def test_neither_way_of_voting_has_fewer_than_five(papers):
    scene = meetings.scene(more_members=10)
    poll = prepared(scene, mode=CODES)

    refused(scene, poll, errors.PaperPartTooSmall, paper_count=papers)


def test_papers_beside_codes_take_the_place_of_codes():
    scene = meetings.scene(more_members=10)

    made = opened(scene, mode=CODES, paper_count=5)

    assert (len(made.codes), made.poll.paper_count, made.poll.has_papers) == (7, 5, True)


# Rehearsal


def test_practice_leaves_nothing_behind():
    scene = meetings.scene(more_members=3)
    poll = prepared(scene, mode=CODES)
    codes = operations.start_rehearsal(poll_id=poll.pk, actor=scene.binh, at=NOW)
    assert operations.cast_ballot(code=codes[0], marks={}) is CastOutcome.CAST
    booth = queries.poll_for_code(codes[1])
    assert booth.is_rehearsal
    assert booth.is_open
    assert UrnKey.objects.get().wrapped == ""
    with pytest.raises(errors.WrongState):
        open_it(scene, poll)
    with pytest.raises(errors.WrongState):
        operations.start_rehearsal(poll_id=poll.pk, actor=scene.binh, at=NOW)

    operations.end_rehearsal(poll_id=poll.pk, actor=scene.binh, at=NOW)

    assert not Urn.objects.exists()
    assert not UrnKey.objects.exists()
    assert queries.poll_for_code(codes[1]) is None
    made = open_it(scene, poll)
    assert not set(codes) & set(made.codes)
    with pytest.raises(errors.CodeUnknown):
        operations.cast_ballot(code=codes[1], marks={}, poll=poll.public_id)
    with pytest.raises(errors.WrongState):
        operations.end_rehearsal(poll_id=poll.pk, actor=scene.binh, at=NOW)


def test_papers_need_no_practice():
    scene = meetings.scene()
    with pytest.raises(errors.RehearsalNeedsCodes):
        operations.start_rehearsal(poll_id=prepared(scene).pk, actor=scene.binh, at=NOW)


# Handing out


def test_ticks_are_a_sorted_set_without_a_trace():
    scene = meetings.scene(more_members=4)
    poll = opened(scene).poll
    roster = PollRoster.objects.get()
    before = AuditEvent.objects.count()
    one, two, three = roster.present[:3]

    for ids in ([three], [one], [three, two]):
        operations.mark_issued(poll_id=poll.pk, person_ids=ids, actor=scene.binh, at=NOW)

    roster.refresh_from_db()
    assert roster.issued == sorted([one, two, three])
    assert [line.person.pk for line in queries.roster_lines(poll) if line.is_issued].sort() == [
        one,
        two,
        three,
    ].sort()
    assert AuditEvent.objects.count() == before
    operations.mark_issued(
        poll_id=poll.pk, person_ids=[two], actor=scene.binh, at=NOW, is_issued=False
    )
    roster.refresh_from_db()
    assert roster.issued == sorted([one, three])


def test_nobody_is_added_after_the_opening():
    """K5: neither one who comes late nor one who has no vote draws a slip."""
    scene = meetings.scene(more_members=3)
    poll = opened(scene).poll
    late = people.make_person("Đến Muộn")
    poll.meeting.attendances.create(person=late, presence=Presence.PRESENT, has_vote=True)

    with pytest.raises(errors.NotOnTheRoster):
        operations.mark_issued(poll_id=poll.pk, person_ids=[late.pk], actor=scene.binh, at=NOW)

    ballots.close(scene, poll)
    with pytest.raises(errors.WrongState):
        issue_all(scene, poll)


def test_a_spoiled_slip_is_void_and_a_spare_takes_its_place():
    scene = meetings.scene(more_members=3)
    made = opened(scene, mode=CODES)
    poll_id = made.poll.pk

    def void_code(code):
        return operations.void_code(poll_id=poll_id, code=code, actor=scene.binh, at=NOW)

    assert void_code(made.codes[0]).spoiled_count == 1
    cast(made, made.codes[1], "good")
    with pytest.raises(errors.CodeUsed):
        void_code(made.codes[1])
    for unknown in (made.codes[0], made.spares[0], "AAAAAAAAAA"):
        with pytest.raises(errors.CodeUnknown):
            void_code(unknown)
    for useless in (made.codes[0], made.spares[0]):
        with pytest.raises(errors.CodeUnknown):
            cast(made, useless, "good")
    with pytest.raises(errors.SparesNotAsked):
        operations.activate_spares(poll_id=poll_id, actor=scene.binh, at=NOW)
    operations.ask_spares(poll_id=poll_id, actor=scene.binh, at=NOW)
    with pytest.raises(errors.SparesAsked):
        operations.ask_spares(poll_id=poll_id, actor=scene.teller, at=NOW)
    with pytest.raises(errors.SparesNeedSecondPerson):
        operations.activate_spares(poll_id=poll_id, actor=scene.binh, at=NOW)

    operations.activate_spares(poll_id=poll_id, actor=scene.teller, at=NOW)

    assert cast(made, made.spares[0], "good") is CastOutcome.CAST
    with pytest.raises(errors.SparesAsked):
        operations.activate_spares(poll_id=poll_id, actor=scene.teller, at=NOW)


def test_papers_have_neither_codes_nor_spares():
    scene = meetings.scene(more_members=3)
    poll = opened(scene).poll

    with pytest.raises(errors.CodeUnknown):
        operations.void_code(poll_id=poll.pk, code="AAAAAAAAAA", actor=scene.binh, at=NOW)
    with pytest.raises(errors.NoSpares):
        operations.ask_spares(poll_id=poll.pk, actor=scene.binh, at=NOW)


def test_codes_drawn_twice_are_drawn_again(monkeypatch):
    from tusoi.ballots.operations import opening

    drawn = iter(["A", "A", "B"])
    monkeypatch.setattr(opening.sealing, "new_code", lambda: next(drawn))

    assert opening._codes(2) == ("A", "B")


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("an", False),
        ("binh", True),
        ("dung", False),
        ("board", False),
        ("authority", False),
        ("inspector", False),
        ("administrator", False),
        ("outsider", False),
    ],
)
def test_who_may_open_and_hand_out(who, may):
    scene = meetings.scene(more_members=3)
    actor = getattr(scene.people, who)
    poll = prepared(scene, mode=CODES)
    tellers = ballots.tellers_for(poll.meeting)
    calls = {"poll_id": poll.pk, "actor": actor, "at": NOW}
    before = [
        lambda: operations.start_rehearsal(**calls),
        lambda: operations.end_rehearsal(**calls),
        lambda: operations.open_poll(teller_ids=tellers, has_heard_warning=True, **calls),
    ]
    after = [
        lambda: operations.mark_issued(person_ids=[], **calls),
        lambda: operations.void_code(code=made.codes[0], **calls),
        lambda: operations.ask_spares(**calls),
    ]
    if may:
        before[0]()
        before[1]()
        made = before[2]()
    else:
        for verb in before:
            with pytest.raises(NotPermitted):
                verb()
        made = open_it(scene, poll)
    for verb in after:
        if may:
            verb()
        else:
            with pytest.raises(NotPermitted):
                verb()


def test_the_row_of_an_obligation_is_not_a_voter():
    assert {one.name for one in PollQuestion._meta.fields if one.remote_field} == {
        "poll",
        "obligation",
    }
    assert PollQuestion._meta.get_field("obligation").remote_field.model is Obligation
