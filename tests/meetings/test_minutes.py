"""The record of a meeting: nothing typed is lost, nothing signed is changed."""

import datetime as dt
import hashlib
import json

import pytest
from django.db import IntegrityError, transaction

from tests.factories import meetings, people, units
from tests.factories.meetings import NOW
from tusoi.access.errors import NotPermitted
from tusoi.audit.models import AuditEvent
from tusoi.meetings import errors, operations, queries
from tusoi.meetings.enums import (
    CorrectionState,
    MinutesPart,
    MinutesState,
    Presence,
    SignerRole,
    Stance,
)
from tusoi.meetings.models import Minutes, MinutesTemplate, MinutesText, MinutesTextVersion
from tusoi.meetings.operations import MinutesEdit, PresenceEntry, Signer
from tusoi.meetings.operations import minutes as minutes_operations
from tusoi.meetings.queries import MinutesVote, VoteFigure
from tusoi.reviews.queries import Base, text_base


pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MINUTE = dt.timedelta(minutes=1)
OPENING, ITEM = MinutesPart.OPENING, MinutesPart.ITEM


@pytest.fixture
def live():
    scene = meetings.scene(more_members=2)
    meeting = meetings.under_way(scene)
    meetings.submit(meeting)
    return scene, meeting, queries.current_minutes(meeting)


def shown(minutes, part=OPENING, item_id=None):
    """Return what a page opened now would show, and its base."""
    for one in queries.texts_of(minutes, list(minutes.meeting.items.order_by("position"))):
        if (one.part, one.item_id) == (part, item_id):
            return one.text, text_base(one.text, one.version)
    raise AssertionError


def save(minutes, text, base, *, actor, part=OPENING, item_id=None, at=NOW):
    edit = MinutesEdit(part=part, text=text, base=base, item_id=item_id)
    return operations.save_minutes(minutes_id=minutes.pk, edits=[edit], actor=actor, at=at)


# Beginning


def test_opening_begins_the_record_with_words_and_names(live):
    scene, meeting, minutes = live
    assert (minutes.number, minutes.state) == (1, MinutesState.DRAFT)
    content = queries.minutes_content(minutes)
    assert "…………………" in content["opening"]

    meetings.name_officers(scene, meeting)
    content = queries.minutes_content(queries.current_minutes(type(meeting).objects.get()))

    assert "Đồng chí Lê Thị An tuyên bố lý do" in content["opening"]
    assert "đồng chí Trần Văn Bình làm thư ký" in content["opening"]
    assert "bản kiểm điểm của Lê Thị An" in content["items"][-1]["course"]
    assert not MinutesText.objects.exists()


def test_a_meeting_from_before_gets_its_record_once():
    scene = meetings.scene()
    meeting = meetings.plan(scene)

    def start(actor):
        return operations.start_minutes(meeting_id=meeting.pk, actor=actor, at=NOW)

    with pytest.raises(errors.MinutesMissing):
        start(scene.binh)
    operations.open_meeting(meeting_id=meeting.pk, actor=scene.binh, at=NOW)
    Minutes.objects.all().delete()
    with pytest.raises(NotPermitted):
        start(scene.people.an)
    assert start(scene.binh).pk == start(scene.binh).pk


def test_a_unit_writes_its_own_words_and_may_take_ours_back(live):
    scene, _meeting, minutes = live
    cell = scene.people.cell
    ours = queries.template_texts(cell)

    def store(text, actor=scene.binh):
        operations.save_minutes_templates(
            unit_id=cell.pk, texts={OPENING: text}, actor=actor, at=NOW
        )

    store("Chi bộ chào cờ. Đồng chí {chủ trì} chủ trì.")
    assert queries.minutes_content(minutes)["opening"].startswith("Chi bộ chào cờ.")
    store(ours[OPENING])
    assert not MinutesTemplate.objects.exists()
    store("Chi bộ chào cờ.")
    store(" ")
    assert queries.template_texts(cell) == ours
    with pytest.raises(NotPermitted):
        store("x", scene.people.dung)


def test_a_committee_has_words_of_its_own():
    scene = meetings.scene()

    cell = queries.template_texts(scene.people.cell)
    ward = queries.template_texts(scene.people.ward)

    assert set(cell) == set(ward) == set(MinutesPart.values)
    assert all(cell[part] != ward[part] for part in MinutesPart.values)


# Writing


def test_a_save_replaces_keeps_the_former_and_says_the_new_base(live):
    scene, meeting, minutes = live
    item = meetings.item_of(meeting, scene.people.an_person)
    _text, base = shown(minutes, ITEM, item.pk)

    def write(text, base, at=NOW):
        done = save(minutes, text, base, actor=scene.binh, part=ITEM, item_id=item.pk, at=at)
        assert not done.conflicts
        return done.bases[ITEM, item.pk]

    base = write("Một.\r\nHai.", base)
    assert shown(minutes, ITEM, item.pk) == ("Một.\nHai.", base)
    base = write("Một.\nHai. Ba.", base, NOW + MINUTE)
    assert MinutesTextVersion.objects.get().text == "Một.\nHai."
    # Kept once in ten minutes, and always when much is gone.
    base = write("Một.\nHai. Ba. Bốn.", base, NOW + 2 * MINUTE)
    assert MinutesTextVersion.objects.count() == 1
    base = write("Một.", base, NOW + 3 * MINUTE)
    assert MinutesTextVersion.objects.count() == 2
    base = write("", base, NOW + 4 * MINUTE)
    write("Lại.", base, NOW + 5 * MINUTE)
    assert MinutesTextVersion.objects.count() == 3


def test_two_people_editing_at_once_lose_nothing(live):
    scene, _meeting, minutes = live
    _text, base = shown(minutes)

    save(minutes, "Lời của Bình.", base, actor=scene.binh)
    answer = save(minutes, "Lời của Cúc.", base, actor=scene.people.cuc)
    save(minutes, "Lời của Cúc, viết tiếp.", base, actor=scene.people.cuc, at=NOW + MINUTE)

    assert shown(minutes)[0] == "Lời của Bình."
    kept = queries.open_text_conflicts(minutes).get()
    assert (kept.text, kept.saved_by) == ("Lời của Cúc, viết tiếp.", scene.people.cuc)
    assert answer.conflicts[OPENING, None].pk == kept.pk
    assert answer.bases[OPENING, None] == shown(minutes)[1]


def test_the_same_words_from_two_pages_are_no_conflict(live):
    scene, _meeting, minutes = live
    text, base = shown(minutes)
    save(minutes, "Mới.", base, actor=scene.binh)

    same = save(minutes, "Mới.", base, actor=scene.people.cuc)
    # A page that only sends back what it had shown changes nothing.
    untouched = save(minutes, text, base, actor=scene.people.cuc)

    assert not same.conflicts
    assert not untouched.conflicts
    assert shown(minutes)[0] == "Mới."


def test_words_that_were_not_touched_need_no_row(live):
    scene, _meeting, minutes = live
    text, base = shown(minutes)

    done = save(minutes, text, base, actor=scene.binh)

    assert done.bases[OPENING, None] == base
    assert not MinutesText.objects.exists()


@pytest.mark.parametrize(
    ("choice", "expected"), [("keep", "A"), ("use", "B"), ("append", "A\n\nB")]
)
def test_two_texts_are_settled(live, choice, expected):
    scene, _meeting, minutes = live
    _text, base = shown(minutes)
    save(minutes, "A", base, actor=scene.binh)
    save(minutes, "B", base, actor=scene.people.cuc)
    kept = queries.open_text_conflicts(minutes).get()

    def settle(actor):
        operations.resolve_minutes_conflict(version_id=kept.pk, choice=choice, actor=actor, at=NOW)

    with pytest.raises(NotPermitted):
        settle(scene.people.an)
    settle(scene.binh)

    assert shown(minutes)[0] == expected
    assert not queries.open_text_conflicts(minutes)
    with pytest.raises(errors.MinutesVersionUnknown):
        settle(scene.binh)


def test_the_later_of_two_who_settle_at_once_is_told(live, monkeypatch):
    scene, _meeting, minutes = live
    _text, base = shown(minutes)
    save(minutes, "A", base, actor=scene.binh)
    save(minutes, "B", base, actor=scene.people.cuc)
    kept = queries.open_text_conflicts(minutes).get()
    lock = minutes_operations._locked_draft

    def settle(actor):
        operations.resolve_minutes_conflict(
            version_id=kept.pk, choice="append", actor=actor, at=NOW
        )

    def wait_for_the_other(*found, **who):
        monkeypatch.setattr(minutes_operations, "_locked_draft", lock)
        settle(scene.people.cuc)
        return lock(*found, **who)

    monkeypatch.setattr(minutes_operations, "_locked_draft", wait_for_the_other)
    with pytest.raises(errors.MinutesVersionUnknown):
        settle(scene.binh)


def test_texts_of_other_records_and_people_outside_are_refused(live):
    scene, _meeting, minutes = live
    other = meetings.under_way(meetings.scene(mark="z"))
    strange = [
        {"part": ITEM, "item_id": None},
        {"part": ITEM, "item_id": other.items.first().pk},
        {"part": OPENING, "item_id": minutes.meeting.items.first().pk},
    ]
    for fields in strange:
        with pytest.raises(errors.MinutesTextUnknown):
            save(minutes, "x", Base(), actor=scene.binh, **fields)
    for who in ("an", "dung", "board", "authority", "inspector", "administrator", "outsider"):
        with pytest.raises(NotPermitted):
            save(minutes, "x", Base(), actor=getattr(scene.people, who))
    assert not MinutesText.objects.exists()


# What participants ask for


def asks(scene, minutes, actor=None, text="Tôi nói khác."):
    return operations.ask_minutes_change(
        minutes_id=minutes.pk, text=text, actor=actor or scene.people.an, at=NOW
    )


def settle_request(request, actor, state=CorrectionState.DONE, note=""):
    return operations.settle_minutes_request(
        request_id=request.pk, state=state, note=note, actor=actor, at=NOW
    )


def test_who_was_there_asks_for_another_wording(live):
    scene, meeting, minutes = live
    first = asks(scene, minutes)
    assert asks(scene, minutes).pk == first.pk
    with pytest.raises(errors.CorrectionIsEmpty):
        asks(scene, minutes, text=" ")
    for who in ("cuc", "dung", "board", "administrator", "outsider"):
        with pytest.raises(errors.NotAtThisMeeting):
            asks(scene, minutes, getattr(scene.people, who))
    row = meeting.attendances.get(person=scene.people.an_person)
    operations.record_attendance(
        meeting_id=meeting.pk,
        entries=[PresenceEntry(row.pk, Presence.ABSENT)],
        actor=scene.binh,
        at=NOW,
    )
    with pytest.raises(errors.NotAtThisMeeting):
        asks(scene, minutes, text="Vắng mà vẫn nói")


def test_a_wish_is_settled_once_with_a_reason_where_it_is_declined(live):
    scene, _meeting, minutes = live
    first, second = asks(scene, minutes), asks(scene, minutes, text="Ghi cả số liệu.")
    with pytest.raises(NotPermitted):
        settle_request(first, scene.people.an)
    with pytest.raises(errors.ReasonMissing):
        settle_request(first, scene.binh, CorrectionState.DECLINED)
    settle_request(first, scene.binh, CorrectionState.DECLINED, "Đã nghe lại")
    settle_request(second, scene.binh)

    for state in (CorrectionState.DONE, CorrectionState.ASKED):
        with pytest.raises(errors.CorrectionStateUnchanged):
            settle_request(first, scene.binh, state, "x")
    assert [
        (one["state"], one["note"]) for one in queries.minutes_content(minutes)["requests"]
    ] == [("không sửa", "Đã nghe lại"), ("đã sửa", "")]


def test_what_was_put_off_untouched_is_not_said_to_have_been_discussed(live):
    scene, meeting, minutes = live
    heard, untouched = meeting.items.order_by("position")[:2]
    told = {"actor": scene.binh, "at": NOW}
    operations.add_remark(item_id=heard.pk, text="Cần rõ người", **told)
    for item in (heard, untouched):
        operations.postpone_item(item_id=item.pk, reason="Hết giờ", **told)

    parts = queries.minutes_content(minutes)["items"]
    assert "thảo luận" in parts[0]["course"]
    assert (parts[1]["course"], parts[1]["postpone_reason"]) == ("", "Hết giờ")


# Approval


def test_approval_waits_for_the_end_the_wishes_and_the_two_texts(live):
    scene, meeting, minutes = live

    def approve():
        return meetings.approved(scene, meeting)

    with pytest.raises(errors.MeetingNotClosed):
        approve()
    meetings.name_officers(scene, meeting)
    for item in meeting.items.all():
        operations.postpone_item(item_id=item.pk, reason="x", actor=scene.binh, at=NOW)
    operations.close_meeting(meeting_id=meeting.pk, actor=scene.binh, at=NOW)
    request = asks(scene, minutes)
    with pytest.raises(errors.MinutesRequestsOpen):
        approve()
    settle_request(request, scene.binh)
    _text, base = shown(minutes)
    save(minutes, "A", base, actor=scene.binh)
    save(minutes, "B", base, actor=scene.people.cuc)
    with pytest.raises(errors.MinutesTextsDiffer):
        approve()
    operations.resolve_minutes_conflict(
        version_id=queries.open_text_conflicts(minutes).get().pk,
        choice="keep",
        actor=scene.binh,
        at=NOW,
    )

    assert approve().state == MinutesState.APPROVED
    with pytest.raises(errors.MinutesNotDraft):
        approve()
    for late in (
        lambda: save(minutes, "C", base, actor=scene.binh),
        lambda: asks(scene, minutes, text="Muộn"),
    ):
        with pytest.raises(errors.MinutesNotDraft):
            late()


@pytest.mark.parametrize(
    ("who", "may"),
    [
        # An chairs, Bình writes, Cúc looks after the cell from above.
        ("an", True),
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
def test_who_approves_and_who_takes_it_back(who, may):
    scene = meetings.scene()
    meeting = meetings.closed(scene)
    actor = getattr(scene.people, who)

    def withdraw(minutes, reason="Ghi sót"):
        return operations.withdraw_minutes(
            minutes_id=minutes.pk, reason=reason, actor=actor, at=NOW
        )

    if not may:
        with pytest.raises(errors.ApprovalNotYours):
            meetings.approved(scene, meeting, actor=actor)
        minutes = meetings.approved(scene, meeting)
        with pytest.raises(errors.ApprovalNotYours):
            withdraw(minutes)
        return
    minutes = meetings.approved(scene, meeting, actor=actor)
    assert (minutes.approved_by, minutes.signatures.count()) == (actor, 2)
    with pytest.raises(errors.ReasonMissing):
        withdraw(minutes, " ")
    back = withdraw(minutes)
    assert (back.state, back.content, back.approved_at) == (MinutesState.DRAFT, None, None)
    assert not back.signatures.exists()
    assert AuditEvent.objects.get(action="meetings.minutes_withdraw").note == "Ghi sót"
    with pytest.raises(errors.MinutesNotApproved):
        withdraw(minutes)


# Signing


def test_everybody_signs_for_themself_and_the_last_one_locks():
    scene = meetings.scene()
    minutes = meetings.approved(
        scene,
        signers=[
            Signer(SignerRole.TELLER, "Ông Ba"),
            Signer(SignerRole.TELLER, "Ông Ba"),
            Signer(SignerRole.TELLER, "Bà Tư"),
        ],
    )
    chair, secretary, *tellers = minutes.signatures.order_by("position")
    assert [one.name for one in tellers] == ["Ông Ba", "Bà Tư"]
    assert (chair.role, secretary.role) == (SignerRole.CHAIR, SignerRole.SECRETARY)

    def sign(signature, actor, **fields):
        return operations.sign_minutes(signature_id=signature.pk, actor=actor, at=NOW, **fields)

    for actor in (scene.binh, scene.people.cuc, scene.people.dung, scene.people.board):
        with pytest.raises(errors.SignatureNotYours):
            sign(chair, actor)
    with pytest.raises(errors.SignatureNotYours):
        sign(chair, scene.people.dung, on_paper=True)
    sign(chair, scene.people.an)
    with pytest.raises(errors.AlreadySigned):
        sign(chair, scene.people.an)
    sign(secretary, scene.binh)
    for one in tellers:
        locked = sign(one, scene.binh, on_paper=True)

    assert (locked.state, locked.locked_at, locked.locked_by) == (
        MinutesState.LOCKED,
        NOW,
        scene.binh,
    )
    assert [one["is_on_paper"] for one in locked.content["signatures"]] == [
        False,
        False,
        True,
        True,
    ]
    with pytest.raises(errors.MinutesNotApproved):
        sign(chair, scene.people.an)
    with pytest.raises(errors.MinutesNotApproved):
        operations.withdraw_minutes(minutes_id=locked.pk, reason="x", actor=scene.binh, at=NOW)


def test_the_digest_is_that_of_the_stored_words_and_any_change_shows():
    scene = meetings.scene()
    minutes = Minutes.objects.get(pk=meetings.locked(scene).pk)

    spelled = json.dumps(
        minutes.content, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    assert minutes.digest == hashlib.sha256(spelled.encode()).hexdigest()
    assert queries.verify(minutes).is_intact

    minutes.content["meeting"]["place"] = "Nơi khác"
    Minutes.objects.filter(pk=minutes.pk).update(content=minutes.content)
    changed = queries.verify(Minutes.objects.get(pk=minutes.pk))
    assert not changed.is_intact
    assert changed.stored == minutes.digest != changed.computed
    assert not queries.verify(Minutes()).is_intact


def test_what_happens_later_does_not_reach_signed_minutes():
    scene = meetings.scene()
    minutes = meetings.locked(scene)
    before = json.dumps(minutes.content, sort_keys=True)

    type(scene.people.cell).objects.filter(pk=scene.people.cell.pk).update(name="Tên mới")
    minutes.meeting.attendances.update(reason="sửa sau")

    fresh = Minutes.objects.get(pk=minutes.pk)
    assert json.dumps(queries.minutes_content(fresh), sort_keys=True) == before


@pytest.mark.parametrize(
    "fields",
    [
        {"state": MinutesState.LOCKED},
        {"state": MinutesState.APPROVED},
        {"digest": "x"},
        {"content": {}},
        {"number": 2},
    ],
)
def test_the_database_keeps_the_states_of_minutes_together(live, fields):
    _scene, _meeting, minutes = live

    with pytest.raises(IntegrityError), transaction.atomic():
        Minutes.objects.filter(pk=minutes.pk).update(**fields)


# Correcting


def test_a_correction_is_a_further_version_and_the_first_stays():
    scene = meetings.scene()
    meeting = meetings.closed(scene)
    first = queries.current_minutes(meeting)
    save(first, "Lời khai mạc.", shown(first)[1], actor=scene.binh)

    def correct(reason="Ghi sai giờ", actor=None):
        return operations.correct_minutes(
            meeting_id=meeting.pk, reason=reason, actor=actor or scene.binh, at=NOW
        )

    with pytest.raises(errors.MinutesNotLocked):
        correct()
    first = meetings.locked(scene, meeting)
    with pytest.raises(errors.ReasonMissing):
        correct(" ")
    with pytest.raises(NotPermitted):
        correct(actor=scene.people.an)
    second = correct()
    assert (second.number, second.state, second.reason) == (2, MinutesState.DRAFT, "Ghi sai giờ")
    assert shown(second)[0] == "Lời khai mạc."
    save(second, "Lời đã sửa.", shown(second)[1], actor=scene.binh)
    second = meetings.locked(scene, meeting)

    first.refresh_from_db()
    assert (first.content["opening"], second.content["opening"]) == (
        "Lời khai mạc.",
        "Lời đã sửa.",
    )
    assert second.content["reason"] == "Ghi sai giờ"
    assert queries.verify(first).is_intact
    assert queries.verify(second).is_intact
    assert [one.number for one in queries.minutes_of(meeting)] == [2, 1]


def test_there_is_nothing_to_correct_before_the_opening():
    scene = meetings.scene()
    meeting = meetings.plan(scene)

    with pytest.raises(errors.MinutesMissing):
        operations.correct_minutes(meeting_id=meeting.pk, reason="x", actor=scene.binh, at=NOW)


@pytest.mark.parametrize("state", ["none", "draft", "approved", "locked"])
def test_a_meeting_that_is_opened_again_has_a_record_that_can_be_written(state):
    scene = meetings.scene()
    meeting = meetings.closed(scene)
    if state == "none":
        Minutes.objects.all().delete()
    elif state == "approved":
        meetings.approved(scene, meeting)
    elif state == "locked":
        meetings.locked(scene, meeting)

    operations.reopen_meeting(
        meeting_id=meeting.pk, reason="Bỏ phiếu lại", actor=scene.binh, at=NOW
    )

    current = queries.current_minutes(meeting)
    assert current.state == MinutesState.DRAFT
    assert (current.number, current.reason) == (
        (2, "Bỏ phiếu lại") if state == "locked" else (1, "")
    )


# What flows into them


def test_nothing_is_typed_twice(live):
    scene, meeting, _minutes = live
    meeting = meetings.name_officers(scene, meeting)
    exempt = people.make_person("Được Miễn")
    units.membership(people.member(exempt), scene.people.cell)
    item = meetings.item_of(meeting, scene.people.an_person)
    remark = operations.add_remark(
        item_id=item.pk,
        text="Cần làm rõ.",
        attendance_id=meeting.attendances.get(person=scene.binh.person).pk,
        actor=scene.binh,
        at=NOW,
    )
    operations.add_answer(
        item_id=item.pk,
        remark_id=remark.pk,
        stance=Stance.ACCEPTED,
        actor=scene.binh,
        at=NOW,
    )
    operations.add_answer(
        item_id=item.pk,
        stance=Stance.EXPLAINED,
        text="Do thiếu kinh phí.",
        actor=scene.binh,
        at=NOW,
    )
    operations.ask_correction(
        item_id=item.pk, text="Bổ sung nguyên nhân.", actor=scene.binh, at=NOW
    )
    operations.take_up_item(item_id=item.pk, actor=scene.binh, at=NOW)
    row = meeting.attendances.get(person__full_name="Đảng viên 01")
    operations.record_attendance(
        meeting_id=meeting.pk,
        entries=[PresenceEntry(row.pk, Presence.EXCUSED, "Ốm")],
        actor=scene.binh,
        at=NOW,
    )
    meetings.conclude(scene, item, at=NOW + 9 * MINUTE)
    item.refresh_from_db()
    votes = [
        MinutesVote(
            obligation_id=item.obligation_id,
            title="Lần 1",
            opened_at=NOW + 8 * MINUTE,
            mode="Phiếu giấy",
            figures=(VoteFigure("Hoàn thành tốt", "3"),),
            void_reason="Đếm sót",
        ),
        MinutesVote(
            obligation_id=item.obligation_id,
            title="Lần 2",
            opened_at=NOW + 10 * MINUTE,
            outcome="Hoàn thành tốt nhiệm vụ",
            hides_figures=True,
        ),
        MinutesVote(obligation_id=0, title="của hồ sơ khác"),
    ]

    content = queries.minutes_content(queries.current_minutes(meeting), votes=votes)

    part = next(one for one in content["items"] if one["name"] == "Lê Thị An")
    assert part["remarks"] == [
        {
            "speaker": "Trần Văn Bình",
            "text": "Cần làm rõ.",
            "answers": [{"stance": "tiếp thu", "text": ""}],
        }
    ]
    assert part["answers"] == [{"stance": "giải trình", "text": "Do thiếu kinh phí."}]
    assert part["corrections"][0]["text"] == "Bổ sung nguyên nhân."
    assert (part["conclusion"], part["spent_minutes"]) == (
        "Hội nghị nhất trí với bản kiểm điểm.",
        9,
    )
    assert [(one["title"], one["is_of_earlier_discussion"]) for one in part["votes"]] == [
        ("Lần 1", True),
        ("Lần 2", False),
    ]
    assert part["votes"][0]["figures"] == [["Hoàn thành tốt", "3"]]
    assert part["votes"][1]["hides_figures"] is True
    assert [(one["name"], one["reason"]) for one in content["away"]] == [("Đảng viên 01", "Ốm")]
    assert len(content["present"]) == 3
    assert content["quorum"]["came"] == 3
    assert content["meeting"]["chair"] == "Lê Thị An"
    assert queries.canonical(content)


def test_an_open_item_has_no_vote_of_an_earlier_discussion(live):
    scene, meeting, minutes = live
    item = meetings.item_of(meeting, scene.people.an_person)
    vote = MinutesVote(obligation_id=item.obligation_id, title="Lần 1")

    content = queries.minutes_content(minutes, votes=[vote])

    part = next(one for one in content["items"] if one["name"] == "Lê Thị An")
    assert part["votes"][0]["is_of_earlier_discussion"] is False


@pytest.mark.parametrize("more", [1, 4])
def test_the_record_costs_the_same_for_many(more, django_assert_num_queries):
    scene = meetings.scene(more_members=more)
    meeting = meetings.under_way(scene)
    for item in meeting.items.all():
        remark = operations.add_remark(item_id=item.pk, text="Ý", actor=scene.binh, at=NOW)
        operations.add_answer(
            item_id=item.pk,
            remark_id=remark.pk,
            stance=Stance.ACCEPTED,
            actor=scene.binh,
            at=NOW,
        )
    minutes = queries.minutes_of(meeting).select_related(
        "meeting__unit__parent", "meeting__cycle", "meeting__chair", "meeting__secretary"
    )[0]
    queries.quorum_rule(minutes.meeting.cycle)

    with django_assert_num_queries(11):
        queries.minutes_content(minutes)


def test_minutes_wait_for_those_who_sign():
    scene = meetings.scene()
    minutes = meetings.approved(scene)

    waiting = queries.unsigned_minutes_for(scene.people.an_person.pk)
    assert [one.pk for one in waiting] == [minutes.pk]
    assert not queries.unsigned_minutes_for(scene.people.dung.person_id)
    operations.sign_minutes(
        signature_id=minutes.signatures.get(role=SignerRole.CHAIR).pk,
        actor=scene.people.an,
        at=NOW,
    )
    assert not queries.unsigned_minutes_for(scene.people.an_person.pk)
