"""Polls in a meeting, taken as far as a test needs by the operations themselves."""

from tests.factories import meetings, people
from tests.factories.meetings import NOW
from tests.remembering import remembered
from tusoi.ballots import operations
from tusoi.ballots.enums import PollMode, QuestionKind
from tusoi.ballots.models import Poll, PollRoster
from tusoi.ballots.operations import QuestionDraft
from tusoi.ballots.queries import QuestionCounts, TallyFigures
from tusoi.meetings.enums import AttendeeKind, Presence
from tusoi.meetings.models import Attendance, ReviewMeeting
from tusoi.people.models import Account


LEVELS = ("excellent", "good", "satisfactory", "unsatisfactory")
CODES = PollMode.DRAWN_CODE


def level(item):
    return QuestionDraft(QuestionKind.LEVEL, obligation_id=item.obligation_id)


def yes_no(text="Đồng ý với báo cáo kiểm điểm?"):
    return QuestionDraft(QuestionKind.YES_NO, text=text)


def choose(*options, most=1, text="Giới thiệu khen thưởng"):
    return QuestionDraft(QuestionKind.CHOOSE, text=text, options=options, most_choices=most)


@remembered
def prepared(scene, item=None, *, mode=PollMode.PAPER, more=(), actor=None, at=NOW) -> Poll:
    item = item or meetings.concluded(scene)
    return operations.prepare_poll(
        meeting_id=item.meeting_id,
        mode=mode,
        questions=[level(item), *more],
        actor=actor or scene.binh,
        at=at,
    )


def tellers_for(meeting):
    """Name a chair and return two tellers without accounts; made up where too few are present."""
    here = list(
        meeting.attendances.filter(presence=Presence.PRESENT, person__isnull=False)
        .order_by("pk")
        .values_list("person_id", flat=True)
    )
    with_account = set(Account.objects.filter(person__in=here).values_list("person_id", flat=True))
    here.sort(key=lambda one: one not in with_account)
    while len(here) < 3:
        person = people.make_person(f"Kiểm phiếu {len(here)}")
        Attendance.objects.create(
            meeting=meeting,
            person=person,
            kind=AttendeeKind.PROBATIONARY,
            has_vote=False,
            presence=Presence.PRESENT,
        )
        here.append(person.pk)
    if meeting.chair_id is None:
        ReviewMeeting.objects.filter(pk=meeting.pk).update(chair=here[0])
        meeting.chair_id = here[0]
    return [one for one in here if one != meeting.chair_id][-2:]


@remembered
def open_it(scene, poll, *, actor=None, at=NOW, **fields):
    return operations.open_poll(
        poll_id=poll.pk,
        teller_ids=fields.pop("teller_ids", None) or tellers_for(poll.meeting),
        actor=actor or scene.binh,
        at=at,
        has_heard_warning=fields.pop("has_heard_warning", True),
        **fields,
    )


@remembered
def opened(scene, item=None, *, mode=PollMode.PAPER, more=(), **fields):
    return open_it(scene, prepared(scene, item, mode=mode, more=more), **fields)


@remembered
def issue_all(scene, poll, *, leave_out=0):
    ids = PollRoster.objects.get(poll=poll).present
    operations.mark_issued(
        poll_id=poll.pk, person_ids=ids[: len(ids) - leave_out], actor=scene.binh, at=NOW
    )


def cast(opened_poll, code, *answers):
    """Put a ballot in; answers are options by question, a list for several."""
    questions = list(opened_poll.poll.questions.order_by("position"))
    marks = {
        question.pk: [one] if isinstance(one, str) else one
        for question, one in zip(questions, answers, strict=False)
    }
    return operations.cast_ballot(code=code, marks=marks, poll=opened_poll.poll.public_id)


def close(scene, poll, *, at=NOW):
    return operations.close_poll(poll_id=poll.pk, actor=scene.binh, at=at)


@remembered
def closed(scene, item=None, **fields) -> Poll:
    return close(scene, opened(scene, item, **fields).poll)


def figures(poll, *votes, blank=0, invalid=0, issued=None, returned=None, slips=0, unused=0):
    """Make a sheet that adds up unless told otherwise; votes in the order of the options."""
    questions = list(poll.questions.order_by("position"))
    total = sum(votes) + blank + invalid
    returned = total if returned is None else returned
    counts = {}
    for question in questions[: len(questions) if poll.has_papers else 0]:
        padded = [*votes, *([0] * len(question.option_ids))][: len(question.option_ids)]
        counts[question.pk] = QuestionCounts(
            dict(zip(question.option_ids, padded, strict=True)), blank, invalid
        )
    return TallyFigures(
        issued_count=returned + slips + unused if issued is None else issued,
        returned_count=returned,
        slip_count=slips,
        unused_count=unused,
        counts=counts,
    )


def enter(poll, actor, sheet, *, at=NOW):
    return operations.enter_tally(poll_id=poll.pk, figures=sheet, actor=actor, at=at)


@remembered
def enter_twice(scene, poll, sheet):
    enter(poll, scene.binh, sheet)
    return enter(poll, scene.teller, sheet)


@remembered
def counted(scene, *votes, item=None, more=(), **sheet) -> Poll:
    """Count a vote on paper; the sheet is made for its questions."""
    poll = closed(scene, item, more=more)
    return enter_twice(scene, poll, figures(poll, *votes, **sheet))


@remembered
def sign(scene, poll, *, at=NOW) -> Poll:
    roster = PollRoster.objects.get(poll=poll)
    return operations.sign_poll(
        poll_id=poll.pk, signer_ids=[roster.chair, *roster.tellers], actor=scene.binh, at=at
    )


@remembered
def signed(scene, *votes, item=None, **sheet) -> Poll:
    return sign(scene, counted(scene, *votes, item=item, **sheet))


@remembered
def coded(scene, item=None, *, answers=(), more=(), unused=0, **fields):
    """Hold a vote with codes up to two equal counts of the box; return what was opened."""
    made = opened(scene, item, mode=CODES, more=more, **fields)
    issue_all(scene, made.poll)
    for code, answer in zip(made.codes, answers, strict=False):
        cast(made, code, *answer)
    close(scene, made.poll)
    made.poll.refresh_from_db()
    slips = min(len(answers), len(made.codes))
    sheet = TallyFigures(issued_count=made.poll.voter_count, slip_count=slips, unused_count=unused)
    if not made.poll.has_papers:
        enter_twice(scene, made.poll, sheet)
    return made


@remembered
def open_urn(scene, made, first=0, second=1, *, at=NOW):
    return operations.open_urn(
        poll_id=made.poll.pk, words=words(made, first, second), actor=scene.binh, at=at
    )


def words(made, first=0, second=1):
    return ((first, made.words[first].words), (second, made.words[second].words))


def void(scene, poll, reason="Đếm sót phiếu", *, at=NOW):
    operations.ask_void(poll_id=poll.pk, reason=reason, actor=scene.binh, at=at)
    return operations.agree_void(poll_id=poll.pk, actor=scene.teller, at=at)
