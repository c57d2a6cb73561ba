"""What may be asked, by whom, and until when it may be changed."""

import pytest

from tests.factories import ballots, meetings
from tests.factories.ballots import CODES, choose, level, open_it, prepared, void, yes_no
from tests.factories.meetings import NOW
from tusoi.access.errors import NotPermitted
from tusoi.audit.models import AuditEvent
from tusoi.ballots import errors, operations, queries
from tusoi.ballots.enums import POLL_TRANSITIONS, PollMode, PollState, QuestionKind
from tusoi.ballots.models import Poll
from tusoi.ballots.operations import QuestionDraft
from tusoi.cycles.models import Obligation
from tusoi.meetings import operations as meeting_operations
from tusoi.meetings.models import ReviewMeeting


pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_every_state_is_in_the_table_of_transitions():
    assert set(POLL_TRANSITIONS) == set(PollState)
    assert set().union(*POLL_TRANSITIONS.values()) == set(PollState)


def test_a_poll_is_written_down_with_several_questions():
    scene = meetings.scene()

    poll = prepared(scene, more=[yes_no(), choose("Chị Lan", "Anh Hòa", "Anh Tú", most=2)])

    assert (poll.state, poll.number, poll.mode) == (PollState.PREPARED, 1, PollMode.PAPER)
    assert str(poll) == "Bỏ phiếu số 1"
    first, second, third = poll.questions.order_by("position")
    assert str(first) == first.obligation.name
    assert tuple(first.option_ids) == ballots.LEVELS
    assert second.option_ids == [queries.YES, queries.NO]
    assert [one["title"] for one in third.options] == ["Chị Lan", "Anh Hòa", "Anh Tú"]
    assert third.most_choices == 2
    assert AuditEvent.objects.get(action="ballots.prepare").to_state == PollState.PREPARED


def test_a_vote_waits_for_the_conclusion_and_the_meeting():
    scene = meetings.scene()
    meeting = meetings.plan(scene)
    item = meetings.item_of(meeting, scene.people.an_person)
    with pytest.raises(errors.MeetingNotUnderWay):
        prepared(scene, item)
    meetings.everybody_present(meeting, scene.binh)
    meeting_operations.open_meeting(meeting_id=meeting.pk, actor=scene.binh, at=NOW)
    with pytest.raises(errors.ReviewNotConcluded):
        prepared(scene, item)
    assert not Poll.objects.exists()


def test_a_subject_that_is_not_rated_is_not_voted_on():
    scene = meetings.scene()
    item = meetings.concluded(scene)
    Obligation.objects.filter(pk=item.obligation_id).update(is_rateable=False)

    with pytest.raises(errors.SubjectNotRated):
        prepared(scene, item)


def test_only_one_vote_on_a_subject_is_in_force():
    scene = meetings.scene()
    item = meetings.concluded(scene)
    poll = prepared(scene, item)
    with pytest.raises(errors.SubjectOnAnotherPoll):
        prepared(scene, item)
    with pytest.raises(errors.SubjectOnAnotherPoll):
        operations.add_question(poll_id=poll.pk, draft=level(item), actor=scene.binh, at=NOW)
    waiting = queries.obligations_to_vote_on(item.meeting)
    assert not waiting.filter(pk=item.obligation_id).exists()

    operations.discard_poll(poll_id=poll.pk, actor=scene.binh, at=NOW)

    assert queries.obligations_to_vote_on(item.meeting).filter(pk=item.obligation_id).exists()
    assert prepared(scene, item).number == 1


@pytest.mark.parametrize(
    "draft",
    [
        yes_no("  "),
        yes_no("x" * 301),
        choose("một"),
        choose("một", "một"),
        choose(*(str(n) for n in range(41))),
        choose("một", "hai", most=0),
        choose("một", "hai", most=3),
    ],
)
def test_what_cannot_be_counted_is_not_asked(draft):
    scene = meetings.scene()
    poll = prepared(scene)

    with pytest.raises(errors.QuestionNotUnderstood) as refusal:
        operations.add_question(poll_id=poll.pk, draft=draft, actor=scene.binh, at=NOW)

    assert str(refusal.value)
    assert poll.questions.count() == 1


def test_a_ballot_has_an_end(monkeypatch):
    monkeypatch.setattr("tusoi.ballots.operations.preparing.MOST_QUESTIONS", 2)
    scene = meetings.scene()

    with pytest.raises(errors.TooManyQuestions):
        prepared(scene, more=[yes_no(), yes_no("Và điều này?")])


def test_questions_and_mode_change_until_the_vote_is_opened():
    scene = meetings.scene()
    poll = prepared(scene, more=[yes_no(), yes_no("Điều thứ hai?")])
    operations.change_mode(poll_id=poll.pk, mode=CODES, actor=scene.binh, at=NOW)
    second = poll.questions.get(position=2)
    operations.remove_question(question_id=second.pk, actor=scene.binh, at=NOW)
    added = operations.add_question(
        poll_id=poll.pk, draft=choose("a", "b"), actor=scene.binh, at=NOW
    )
    poll.refresh_from_db()
    assert poll.mode == CODES
    assert [one.position for one in poll.questions.order_by("position")] == [1, 2, 3]

    open_it(scene, poll)

    for verb in (
        lambda: operations.change_mode(
            poll_id=poll.pk, mode=PollMode.PAPER, actor=scene.binh, at=NOW
        ),
        lambda: operations.remove_question(question_id=added.pk, actor=scene.binh, at=NOW),
        lambda: operations.add_question(poll_id=poll.pk, draft=yes_no(), actor=scene.binh, at=NOW),
        lambda: operations.discard_poll(poll_id=poll.pk, actor=scene.binh, at=NOW),
    ):
        with pytest.raises(errors.WrongState) as refusal:
            verb()
        assert "đang bỏ phiếu" in str(refusal.value)


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("an", False),
        ("binh", True),
        ("cuc", True),
        ("dung", False),
        ("board", False),
        ("authority", False),
        ("inspector", False),
        ("administrator", False),
        ("outsider", False),
    ],
)
def test_who_may_prepare(who, may):
    scene = meetings.scene()
    item = meetings.concluded(scene)
    actor = getattr(scene.people, who)
    poll = prepared(scene, item)
    question = poll.questions.get()
    verbs = [
        lambda: operations.change_mode(poll_id=poll.pk, mode=CODES, actor=actor, at=NOW),
        lambda: operations.add_question(poll_id=poll.pk, draft=yes_no(), actor=actor, at=NOW),
        lambda: operations.remove_question(question_id=question.pk, actor=actor, at=NOW),
        lambda: operations.discard_poll(poll_id=poll.pk, actor=actor, at=NOW),
        lambda: prepared(scene, item, actor=actor),
    ]
    for verb in verbs:
        if may:
            verb()
        else:
            with pytest.raises(NotPermitted):
                verb()


def test_a_void_poll_is_repeated_once_with_the_same_questions():
    scene = meetings.scene()
    made = ballots.opened(scene, mode=CODES, more=[choose("a", "b", "c", most=2), yes_no()])
    with pytest.raises(errors.PollNotVoid):
        operations.repeat_poll(poll_id=made.poll.pk, actor=scene.binh, at=NOW)
    void(scene, made.poll)

    again = operations.repeat_poll(poll_id=made.poll.pk, actor=scene.binh, at=NOW)

    assert (again.number, again.repeats, again.mode) == (2, made.poll, CODES)
    said = [
        list(poll.questions.order_by("position").values("kind", "text", "options", "most_choices"))
        for poll in (made.poll, again)
    ]
    assert said[0] == said[1]
    with pytest.raises(errors.PollNotVoid):
        operations.repeat_poll(poll_id=made.poll.pk, actor=scene.binh, at=NOW)
    item = again.meeting.items.get(obligation=again.questions.first().obligation)
    assert [one.poll.number for one in queries.questions_on(item.meeting, item.obligation_id)] == [
        1,
        2,
    ]


def test_nothing_is_repeated_once_the_meeting_is_over():
    scene = meetings.scene()
    poll = ballots.opened(scene).poll
    void(scene, poll)
    ReviewMeeting.objects.update(state="closed", closed_at=NOW, closed_by=scene.binh)

    with pytest.raises(errors.MeetingNotUnderWay):
        operations.repeat_poll(poll_id=poll.pk, actor=scene.binh, at=NOW)


def test_a_draft_of_a_level_needs_a_subject_of_the_meeting():
    scene = meetings.scene()
    poll = prepared(scene)

    with pytest.raises(errors.ReviewNotConcluded):
        operations.add_question(
            poll_id=poll.pk, draft=QuestionDraft(QuestionKind.LEVEL), actor=scene.binh, at=NOW
        )
