"""Counted by two, opened with two words, joined before anybody sees, signed when all adds up."""

import json
import logging

import pytest

from tests.factories import access, ballots, meetings, people
from tests.factories.ballots import (
    CODES,
    cast,
    choose,
    close,
    closed,
    coded,
    counted,
    enter,
    enter_twice,
    figures,
    issue_all,
    open_urn,
    opened,
    prepared,
    sign,
    signed,
    words,
    yes_no,
)
from tests.factories.meetings import NOW
from tusoi.access.enums import RoleKey
from tusoi.access.errors import NotPermitted
from tusoi.audit.models import AuditEvent
from tusoi.ballots import errors, operations, queries
from tusoi.ballots.enums import PollState
from tusoi.ballots.models import Poll, PollQuestion, PollRoster, Tally, Urn, UrnKey
from tusoi.ballots.queries import QuestionCounts, TallyFigures
from tusoi.core import sealing
from tusoi.cycles.models import Obligation
from tusoi.meetings.enums import ItemState
from tusoi.meetings.models import AgendaItem


pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def events(action):
    return AuditEvent.objects.filter(action=f"ballots.{action}")


@pytest.fixture
def scene():
    return meetings.scene(more_members=4)


# Closing


def test_closing_twice_is_harmless(scene):
    poll = closed(scene)
    again = close(scene, poll, at=meetings.MEETS)

    assert again.closed_at == NOW
    assert events("close").count() == 1
    enter_twice(scene, poll, figures(poll, 2, 4))
    assert close(scene, poll).state == PollState.COUNTED


def test_only_an_open_poll_is_closed(scene):
    poll = prepared(scene)
    with pytest.raises(errors.WrongState):
        close(scene, poll)
    ballots.void(scene, ballots.open_it(scene, poll).poll)
    with pytest.raises(errors.PollIsVoid):
        close(scene, poll)


def test_closing_takes_the_mark_of_the_urn(scene):
    made = opened(scene, mode=CODES)
    cast(made, made.codes[0], "good")

    poll = close(scene, made.poll)

    urn = Urn.objects.get()
    assert poll.urn_digest == sealing.digest(bytes(urn.sealed))
    assert bytes(urn.free_codes) == bytes(urn.spare_codes) == b""
    assert len(queries.pieces(urn.burnt_codes)) == 1


# Two sheets


def test_two_equal_sheets_of_papers_are_the_count(scene):
    poll = closed(scene)
    enter(poll, scene.binh, figures(poll, 1, 4, invalid=1))
    assert queries.results_of(poll) == ()
    assert queries.entry_count(poll) == 1
    assert queries.own_tally(poll, scene.binh).returned_count == 6
    assert queries.own_tally(poll, scene.teller) is None

    done = enter(poll, scene.teller, figures(poll, 1, 4, invalid=1))

    assert done.state == PollState.COUNTED
    (result,) = queries.results_of(done)
    assert [one.count for one in result.votes] == [1, 4, 0, 0]
    assert (result.invalid_count, result.returned_count, result.leading_level_id) == (1, 6, "good")
    assert str(Tally.objects.first()).startswith("Bỏ phiếu số 1")
    for one in (events("enter"), events("agree"), events("count")):
        assert set(one.values_list("note", flat=True)) == {""}


def test_unequal_sheets_stay_and_tell_nothing_of_the_other(scene):
    poll = closed(scene)
    enter(poll, scene.binh, figures(poll, 1, 5))
    assert queries.differing_rows(poll, scene.binh) == []
    enter(poll, scene.teller, figures(poll, 2, 4))
    question = poll.questions.get().pk

    rows = queries.differing_rows(poll, scene.teller)
    assert [(one.key, one.own_count) for one in rows] == [
        (f"{question}:option:excellent", 2),
        (f"{question}:option:good", 4),
    ]
    assert queries.differing_rows(poll, scene.people.cuc) == []
    assert events("differ").count() == 1
    with pytest.raises(errors.TwoPeopleEnteredAlready):
        enter(poll, scene.people.cuc, figures(poll, 1, 5))

    assert enter(poll, scene.teller, figures(poll, 1, 5)).state == PollState.COUNTED
    assert Tally.objects.get(entered_by=scene.teller).correction_count == 1
    assert events("reenter").count() == 1
    with pytest.raises(errors.WrongState):
        enter(poll, scene.teller, figures(poll, 1, 5))


def test_an_entry_can_be_taken_back_for_somebody_else(scene):
    poll = closed(scene)
    with pytest.raises(errors.NothingEntered):
        operations.withdraw_tally(poll_id=poll.pk, actor=scene.binh, at=NOW)
    enter(poll, scene.binh, figures(poll, 1, 5))
    enter(poll, scene.teller, figures(poll, 2, 4))

    operations.withdraw_tally(poll_id=poll.pk, actor=scene.binh, at=NOW)

    assert enter(poll, scene.people.cuc, figures(poll, 2, 4)).state == PollState.COUNTED
    assert sorted(Tally.objects.values_list("entry", flat=True)) == [1, 2]


def test_papers_are_entered_after_the_box_is_closed(scene):
    poll = opened(scene).poll

    with pytest.raises(errors.WrongState):
        enter(poll, scene.binh, figures(poll, 1, 5))


def test_a_conclusion_taken_back_stops_the_count(scene):
    poll = closed(scene)
    AgendaItem.objects.update(state=ItemState.OPEN, concluded_at=None, concluded_by=None)

    with pytest.raises(errors.ReviewNotConcluded):
        enter(poll, scene.binh, figures(poll, 1, 5))


@pytest.mark.parametrize(
    ("votes", "fields", "word"),
    [
        ((1, 5), {"issued": 7}, "nhiều hơn số người có mặt"),
        ((1, 5), {"issued": 5}, "đã đánh dấu nhận phiếu"),
        ((0, 0), {"issued": 0}, "Chưa phát phiếu nào"),
        ((1, 5), {"returned": 5, "issued": 6}, "Câu 1"),
        ((1, 4), {"returned": 6, "issued": 6}, "Câu 1"),
        ((1, 3), {"slips": 2}, "Số phiếu mã trong hòm"),
        ((1, 4), {"unused": 1}, "không dùng phiếu mã"),
        ((7, -1), {}, "số âm"),
    ],
)
def test_every_equation_of_a_sheet_of_papers(scene, votes, fields, word):
    made = opened(scene)
    issue_all(scene, made.poll)
    poll = close(scene, made.poll)

    with pytest.raises(errors.FiguresDoNotAddUp) as refusal:
        enter(poll, scene.binh, figures(poll, *votes, **fields))

    assert any(word in one for one in refusal.value.problems)
    assert word in str(refusal.value)
    assert not Tally.objects.exists()


def test_more_came_back_than_were_handed_out(scene):
    poll = closed(scene)
    sheet = figures(poll, 1, 4, issued=4)
    with pytest.raises(errors.FiguresDoNotAddUp) as refusal:
        enter(poll, scene.binh, sheet)
    assert any("thu về không được nhiều hơn" in one for one in refusal.value.problems)


def test_a_sheet_has_every_line_and_no_other(scene):
    poll = closed(scene)
    for counts in ({}, {poll.questions.get().pk: QuestionCounts({"good": 6})}):
        with pytest.raises(errors.FiguresDoNotAddUp) as refusal:
            enter(poll, scene.binh, TallyFigures(6, 6, counts=counts))
        assert "mọi phương án" in str(refusal.value)


def test_several_choices_lie_between_one_and_the_most_for_each_paper(scene):
    poll = closed(scene, more=[choose("a", "b", "c", most=2)])
    level, many = poll.questions.order_by("position")
    levels = QuestionCounts(dict.fromkeys(level.option_ids, 0) | {"good": 6})

    def problems(counts):
        sheet = TallyFigures(6, 6, counts={level.pk: levels, many.pk: counts})
        return queries.problems_with(sheet, queries.sheet_facts(poll))

    assert problems(QuestionCounts({"1": 5, "2": 4, "3": 1}, blank=1)) == []
    assert problems(QuestionCounts({"1": 4, "2": 4, "3": 3}, blank=1))
    assert problems(QuestionCounts({"1": 2, "2": 1, "3": 1}, blank=1))
    assert problems(QuestionCounts({"1": 6, "2": 0, "3": 0}, blank=1))


# The urn


def test_the_urn_is_opened_by_any_two_and_only_totals_stay(scene):
    made = coded(
        scene,
        more=[choose("a", "b", "c", most=2)],
        answers=[
            ("good", ["1", "2"]),
            ("good", "3"),
            ("excellent", ["1", "2", "3"]),
            (["good", "excellent"], ()),
            ("good", "2"),
        ],
        unused=1,
    )
    assert Poll.objects.get().state == PollState.CLOSED

    poll = open_urn(scene, made, 1, 3)

    assert poll.state == PollState.COUNTED
    level, many = queries.results_of(poll)
    assert [one.count for one in level.votes] == [1, 3, 0, 0]
    assert (level.invalid_count, level.blank_count, level.valid_count) == (1, 0, 4)
    assert [one.count for one in many.votes] == [1, 2, 1]
    assert (many.invalid_count, many.blank_count) == (1, 1)
    assert (poll.issued_count, poll.returned_count) == (6, 5)
    assert set(PollQuestion.objects.values_list("result", flat=True).first()) == {
        "options",
        "blank",
        "invalid",
    }


def test_one_holder_alone_never_opens(scene):
    made = coded(scene, answers=[("good",)] * 6)

    for wrong in (
        ((0, made.words[0].words), (0, made.words[0].words)),
        ((0, made.words[0].words), (1, made.words[0].words)),
        ((0, made.words[0].words), (1, "")),
    ):
        with pytest.raises(errors.WordsNotRight):
            operations.open_urn(poll_id=made.poll.pk, words=wrong, actor=scene.binh, at=NOW)

    assert Poll.objects.get().state == PollState.CLOSED
    assert PollQuestion.objects.get().result is None
    assert open_urn(scene, made).state == PollState.COUNTED
    assert UrnKey.objects.get().wrong_count == 0


def test_five_wrong_tries_lock_and_log_and_never_say_what_was_typed(scene, caplog):
    caplog.set_level(logging.DEBUG)
    made = coded(scene, answers=[("good",)] * 6)
    typed = "toa sen vang bay cao xa"
    wrong = ((0, typed), (1, made.words[1].words))

    def attempt(words):
        return operations.open_urn(poll_id=made.poll.pk, words=words, actor=scene.binh, at=NOW)

    for left in (4, 3, 2, 1):
        with pytest.raises(errors.WordsNotRight) as refusal:
            attempt(wrong)
        assert f"Còn {left} lần" in str(refusal.value)
    for words_ in (wrong, words(made)):
        with pytest.raises(errors.UrnLocked):
            attempt(words_)

    assert events("wrong_words").count() == 5
    kept = json.dumps(list(AuditEvent.objects.values("note", "action", "object_id")))
    for secret in (typed, made.words[1].words):
        assert secret not in caplog.text
        assert secret not in kept
    with pytest.raises(errors.ReasonMissing):
        operations.unlock_urn(poll_id=made.poll.pk, reason=" ", actor=scene.binh, at=NOW)
    operations.unlock_urn(
        poll_id=made.poll.pk, reason="Đọc nhầm phong bì", actor=scene.binh, at=NOW
    )
    assert attempt(words(made)).state == PollState.COUNTED
    with pytest.raises(errors.UrnNotLocked):
        operations.unlock_urn(poll_id=made.poll.pk, reason="x", actor=scene.binh, at=NOW)


def test_the_urn_waits_for_the_box_to_be_counted_by_two(scene):
    made = opened(scene, mode=CODES)
    issue_all(scene, made.poll)
    cast(made, made.codes[0], "good")
    close(scene, made.poll)
    with pytest.raises(errors.TalliesDoNotAgree):
        open_urn(scene, made)

    for slips, word in ((2, "Số phiếu mã trong hòm"), (0, "Số phiếu mã trong hòm")):
        with pytest.raises(errors.FiguresDoNotAddUp) as refusal:
            enter(made.poll, scene.binh, TallyFigures(6, slip_count=slips))
        assert word in str(refusal.value)
    with pytest.raises(errors.FiguresDoNotAddUp) as refusal:
        enter(made.poll, scene.binh, TallyFigures(5, slip_count=1))
    assert "đã đánh dấu nhận phiếu" in str(refusal.value)
    enter(made.poll, scene.binh, TallyFigures(6, slip_count=1, unused_count=2))
    with pytest.raises(errors.TalliesDoNotAgree):
        open_urn(scene, made)
    enter(made.poll, scene.teller, TallyFigures(6, slip_count=1, unused_count=2))

    assert open_urn(scene, made).state == PollState.COUNTED


def test_papers_have_no_urn(scene):
    poll = closed(scene)
    with pytest.raises(errors.TalliesDoNotAgree):
        operations.open_urn(poll_id=poll.pk, words=((0, "a"), (1, "b")), actor=scene.binh, at=NOW)


def test_papers_and_codes_are_joined_before_anybody_sees_either():
    scene = meetings.scene(more_members=10)
    made = opened(scene, mode=CODES, paper_count=5, more=[yes_no()])
    issue_all(scene, made.poll)
    for code in made.codes:
        cast(made, code, "excellent", "no")
    poll = close(scene, made.poll)
    with pytest.raises(errors.FiguresDoNotAddUp) as refusal:
        enter(poll, scene.binh, figures(poll, 0, 6, slips=7))
    assert "phiếu giấy đã in" in str(refusal.value)
    enter_twice(scene, poll, figures(poll, 0, 4, blank=1, slips=7))
    assert PollQuestion.objects.filter(result__isnull=False).count() == 0
    assert queries.reconciled_counts(poll.questions.first().obligation) is None

    done = open_urn(scene, made)

    level, agreed = queries.results_of(done)
    assert [one.count for one in level.votes] == [7, 4, 0, 0]
    assert [one.count for one in agreed.votes] == [0, 11]
    assert level.blank_count == agreed.blank_count == 1
    assert done.returned_count == 12
    stored = json.dumps(list(PollQuestion.objects.values("result")))
    assert '"good": 4' in stored
    assert stored.count("good") == 1


@pytest.mark.parametrize("damage", ["swap", "drop", "roster", "question", "seal"])
def test_a_damaged_urn_is_not_counted(scene, damage):
    made = coded(scene, answers=[("good",)] * 6)
    urn = Urn.objects.get()
    if damage in {"swap", "seal"}:
        forged = sealing.seal(bytes(urn.public_key), b"\x01\x02" if damage == "swap" else b"\x09")
        parts = queries.pieces(urn.sealed, urn.sealed_size)
        urn.sealed = b"".join(sorted([*parts[1:], forged.ljust(urn.sealed_size, b"0")]))
        urn.save()
        if damage == "seal":
            Poll.objects.update(urn_digest=sealing.digest(bytes(urn.sealed)))
    elif damage == "drop":
        Urn.objects.update(ballot_count=5)
    elif damage == "roster":
        PollRoster.objects.update(present=[1])
    else:
        PollQuestion.objects.update(text="Một câu hỏi khác")

    with pytest.raises((errors.UrnDamaged, errors.FiguresDoNotAddUp)):
        open_urn(scene, made)

    assert PollQuestion.objects.get().result is None


def test_what_is_no_ballot_is_not_counted(scene):
    """Somebody with the public key, the database and the digest still writes no ballot."""
    made = opened(scene, mode=CODES)
    question = made.poll.questions.get()
    for plain in (b"\x02\x01", b"\x01\x10", b"\x01", b"\x01\x01\x01"):
        with pytest.raises(queries.BallotNotReadable):
            queries.count_ballots([question], [plain])


# Once more, and signed


def test_the_count_can_be_checked_until_the_key_is_gone(scene):
    made = coded(scene, answers=[("good",)] * 4 + [("excellent",)] * 2)
    calls = {"poll_id": made.poll.pk, "words": words(made, 0, 2), "actor": scene.binh, "at": NOW}
    with pytest.raises(errors.WrongState):
        operations.check_count(**calls)
    open_urn(scene, made)
    assert operations.check_count(**calls).state == PollState.COUNTED
    sign(scene, made.poll)
    assert operations.check_count(**calls).state == PollState.SIGNED
    assert events("recount").count() == 2
    with pytest.raises(errors.WordsNotRight):
        operations.check_count(**{**calls, "words": ((0, "sai"), (1, "sai"))})

    PollQuestion.objects.update(
        result={
            "options": {**dict.fromkeys(ballots.LEVELS, 0), "good": 6},
            "blank": 0,
            "invalid": 0,
        }
    )
    with pytest.raises(errors.CountDiffers):
        operations.check_count(**calls)
    assert events("recount_differs").count() == 1
    UrnKey.objects.all().delete()
    with pytest.raises(errors.KeyDestroyed):
        operations.check_count(**calls)


def test_chair_and_tellers_sign_and_the_names_are_kept(scene):
    poll = counted(scene, 1, 5)
    roster = PollRoster.objects.get()
    for wrong in ([], [roster.chair], roster.tellers, [roster.chair, roster.tellers[0]]):
        with pytest.raises(errors.SignersMissing):
            operations.sign_poll(poll_id=poll.pk, signer_ids=wrong, actor=scene.binh, at=NOW)

    done = sign(scene, poll)

    assert done.state == PollState.SIGNED
    assert len(done.signers) == 3
    with pytest.raises(errors.WrongState):
        sign(scene, poll)


def test_what_was_changed_behind_is_not_signed(scene):
    poll = counted(scene, 1, 5)
    question = PollQuestion.objects.get()
    good = question.result
    tampered = [
        lambda: PollQuestion.objects.update(result={**good, "blank": 1}),
        lambda: PollQuestion.objects.update(result=None),
        lambda: Poll.objects.update(returned_count=5),
        lambda: Poll.objects.update(issued_count=7),
        lambda: Poll.objects.update(voter_count=5),
        lambda: Tally.objects.filter(entry=1).update(issued_count=7),
    ]
    for change in tampered:
        change()
        with pytest.raises(errors.FiguresDoNotAddUp):
            sign(scene, poll)
        PollQuestion.objects.update(result=good)
        Poll.objects.update(returned_count=6, issued_count=6, voter_count=6)
        Tally.objects.update(issued_count=6)

    assert sign(scene, poll).state == PollState.SIGNED


def test_a_roster_that_grew_behind_is_not_counted(scene):
    """The last equations are held again when the urn is opened."""
    made = coded(scene, answers=[("good",)] * 6)
    PollRoster.objects.update(issued=[])

    with pytest.raises(errors.FiguresDoNotAddUp):
        open_urn(scene, made)


# Who


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
def test_who_may_count(scene, who, may):
    actor = getattr(scene.people, who)
    made = opened(scene, mode=CODES)
    issue_all(scene, made.poll)
    calls = {"poll_id": made.poll.pk, "actor": actor, "at": NOW}
    roster = PollRoster.objects.get()
    sheet = TallyFigures(6)
    verbs = [
        lambda: operations.close_poll(**calls),
        lambda: operations.enter_tally(figures=sheet, **calls),
        lambda: operations.withdraw_tally(**calls),
        lambda: operations.open_urn(words=words(made), **calls),
        lambda: operations.check_count(words=words(made), **calls),
        lambda: operations.sign_poll(signer_ids=[roster.chair, *roster.tellers], **calls),
    ]
    for number, verb in enumerate(verbs):
        if may:
            verb()
        else:
            with pytest.raises(NotPermitted):
                verb()
        if number == 0:
            close(scene, made.poll)
        if number == 2:
            enter_twice(scene, made.poll, sheet)


def test_a_member_who_counts_needs_no_role(scene):
    poll = prepared(scene)
    tellers = ballots.tellers_for(poll.meeting)
    account = people.account(username="kiemphieu", person_id=tellers[0])
    with pytest.raises(NotPermitted):
        operations.close_poll(poll_id=poll.pk, actor=account, at=NOW)
    ballots.open_it(scene, poll, teller_ids=tellers)
    assert poll in queries.polls_for(account, on=NOW.date())

    operations.close_poll(poll_id=poll.pk, actor=account, at=NOW)

    enter(poll, account, figures(poll, 1, 5))
    assert enter(poll, scene.binh, figures(poll, 1, 5)).state == PollState.COUNTED
    # Until the tally minutes are signed: the count is theirs to see, and to say that it is void.
    assert poll in queries.polls_for(account, on=NOW.date())
    with pytest.raises(NotPermitted):
        operations.sign_poll(poll_id=poll.pk, signer_ids=[], actor=account, at=NOW)
    ballots.sign(scene, poll)
    assert poll not in queries.polls_for(account, on=NOW.date())
    account.is_active = False
    account.save()
    with pytest.raises(NotPermitted):
        operations.withdraw_tally(poll_id=poll.pk, actor=account, at=NOW)


def test_nobody_not_even_the_administrator_reads_a_result_before_the_count(scene):
    made = coded(scene, answers=[("good",)] * 6)
    obligation = Obligation.objects.get(pk=made.poll.questions.get().obligation_id)
    access.grant(scene.teller, RoleKey.ADMINISTRATOR, scene.people.district)

    assert queries.results_of(Poll.objects.get()) == ()
    assert queries.reconciled_counts(obligation) is None
    (minutes,) = queries.votes_for_minutes(made.poll.meeting)
    assert minutes.results == ()
    assert (minutes.issued_count, minutes.returned_count) == (None, None)
    open_urn(scene, made)
    assert queries.reconciled_counts(obligation).leading_level_id == "good"


def test_the_minutes_say_everything_of_every_poll(scene):
    void_one = counted(scene, 1, 5)
    ballots.void(scene, void_one, "Phiếu in thiếu một mức")
    again = operations.repeat_poll(poll_id=void_one.pk, actor=scene.binh, at=NOW)
    ballots.open_it(scene, again)
    close(scene, again)
    enter_twice(scene, again, figures(again, 2, 4))
    sign(scene, again)
    ballots.prepared(
        scene, meetings.conclude(scene, again.meeting.items.filter(state="open").first())
    )

    first, second = queries.votes_for_minutes(again.meeting)

    assert first.is_void
    assert first.void_reason == "Phiếu in thiếu một mức"
    assert (first.results, first.repeats_number) == ((), None)
    assert (second.repeats_number, second.mode_label) == (1, "phiếu giấy")
    assert second.not_returned_count == 0
    assert not second.is_small
    assert len(second.signers) == 3
    assert second.obligation_ids == (again.questions.get().obligation_id,)
    assert second.results == queries.results_of(again.__class__.objects.get(pk=again.pk))


def test_a_signed_vote_of_codes_is_the_same_in_the_minutes(scene):
    made = coded(scene, answers=[("good",)] * 6)
    open_urn(scene, made)
    sign(scene, made.poll)
    (minutes,) = queries.votes_for_minutes(made.poll.meeting)

    assert minutes.urn_digest
    assert minutes.config_digest == made.poll.config_digest
    assert minutes.spare_count == 2
    assert not minutes.has_paper_part


def test_every_kind_of_question_is_a_line_of_the_minutes():
    scene = meetings.scene(more_members=10)
    made = opened(scene, mode=CODES, paper_count=5, more=[yes_no(), choose("Chi bộ", "Công đoàn")])
    issue_all(scene, made.poll)
    for code in made.codes:
        cast(made, code, "excellent", "no", [])
    poll = close(scene, made.poll)
    enter_twice(scene, poll, figures(poll, 0, 4, blank=1, slips=7))
    sign(scene, open_urn(scene, made))

    level, agreed, chosen = queries.minutes_votes(poll.meeting)

    assert level.mode == "phiếu bốc mã, một phần bằng phiếu giấy"
    assert level.outcome.startswith("Mức được đề nghị: Hoàn thành xuất sắc")
    assert agreed.outcome == "Kết quả: Không đồng ý."
    assert chosen.outcome == "Không phương án nào đủ số phiếu."
    assert agreed.title == "Bỏ phiếu kín lần 1: Đồng ý với báo cáo kiểm điểm?"


def test_helpers_sign_in_one_go(scene):
    assert signed(scene, 1, 5).state == PollState.SIGNED
