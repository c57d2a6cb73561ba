"""The pages of replies, conduct, projector and minutes, as the people of a meeting use them."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from tests.factories import ballots, meetings
from tests.factories.meetings import NOW
from tusoi.meetings import operations, queries
from tusoi.meetings.enums import (
    CorrectionState,
    MinutesState,
    Presence,
    Reply,
    SpeakerNaming,
)
from tusoi.meetings.models import MinutesRequest, RequestedCorrection


pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _on_that_day(settings):
    settings.TUSOI_CLOCK = "2022-11-25"


def address(name, *args):
    return reverse(f"meetings:{name}", args=args)


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.fixture
def live(client):
    scene = meetings.scene(more_members=2)
    meeting = meetings.under_way(scene)
    meetings.submit(meeting)
    client.force_login(scene.binh)
    return scene, meeting, meetings.item_of(meeting, scene.people.an_person)


# Replies


def test_a_member_answers_the_invitation_on_a_phone(client):
    scene = meetings.scene()
    meeting = meetings.plan(scene)
    client.force_login(scene.people.an)
    assert "Đồng chí có dự hội nghị không?" in text(
        client.get(address("detail", meeting.public_id))
    )
    place = address("reply", meeting.public_id)

    refused = client.post(place, {"reply": "away", "reason": " "})
    assert refused.status_code == 422
    assert "Xin vắng thì hãy ghi lý do." in text(refused)
    assert client.post(place, {"reply": "maybe"}).status_code == 422
    done = client.post(place, {"reply": "away", "reason": "Đi công tác"}, follow=True)

    assert "Đồng chí đã trả lời: xin vắng" in text(done)
    assert "Đi công tác" in text(client.get(place))
    client.force_login(scene.binh)
    page = text(client.get(address("invitations", meeting.public_id)))
    assert "sẽ dự 0, xin vắng 1, chưa trả lời 1" in page
    # Who asked to be excused is excused when the secretary marks the rest as present.
    row = meeting.attendances.get(person=scene.people.an_person)
    client.post(
        address("attendance", meeting.public_id),
        {"rest": "present", f"reason-{row.pk}": row.reply_reason},
    )
    row = meeting.attendances.get(person=scene.people.an_person)
    assert (row.presence, row.reason) == (Presence.EXCUSED, "Đi công tác")
    client.force_login(scene.people.cuc)
    assert client.post(place, {"reply": "coming"}).status_code == 404


def test_the_secretary_enters_replies_and_documents(client):
    scene = meetings.scene()
    meeting = meetings.plan(scene)
    client.force_login(scene.binh)
    row = meeting.attendances.get(person=scene.people.an_person)
    place = address("enter_reply", meeting.public_id, row.pk)
    assert client.post(place, {"reply": "away"}).status_code == 422
    assert client.post(place, {"reply": "coming"}).status_code == 302
    row.refresh_from_db()
    assert (row.reply, row.replied_by) == (Reply.COMING, scene.binh)

    sent = address("documents", meeting.public_id)
    assert client.post(sent, {"note": ""}).status_code == 422
    ahead = {"note": "Báo cáo", "sent_at": "26/11/2022 08:00"}
    assert "không thể ở sau lúc này" in text(client.post(sent, ahead))
    assert client.post(sent, {**ahead, "sent_at": "21/11/2022 08:00"}).status_code == 302
    page = text(client.get(address("detail", meeting.public_id)))
    assert "đã gửi 08:00 21/11/2022" in page
    letters = text(client.get(address("letters", meeting.public_id)))
    assert letters.count("trân trọng kính mời đồng chí") == 2


# The agenda


def test_an_agenda_out_of_order_asks_why(client):
    scene = meetings.scene()
    client.force_login(scene.binh)
    place = address("plan", scene.cycle.public_id, scene.people.cell.public_id)
    page = client.get(place)
    assert "Trình tự theo quy định của đợt" in text(page)
    ids = [line["obligation"].pk for line in page.context["form"].lines]
    data = {
        "name": "Hội nghị",
        "meets_at": "28/11/2022 08:00",
        "speaker_naming": "none",
        **{f"on-{one}": "on" for one in ids},
        **{f"place-{one}": str(len(ids) - index) for index, one in enumerate(ids)},
    }

    refused = client.post(place, data)
    assert refused.status_code == 422
    assert "Kiểm điểm tập thể trước, cá nhân sau" in text(refused)
    client.post(place, {**data, "order_note": "Đại biểu cấp trên về sớm"})

    meeting = scene.cycle.meetings.get()
    assert meeting.order_note == "Đại biểu cấp trên về sớm"
    assert meeting.speaker_naming == SpeakerNaming.NONE
    edited = text(client.get(address("edit", meeting.public_id)))
    assert "Đại biểu cấp trên về sớm" in edited


# Attendance


def test_one_tap_for_who_leaves_and_who_comes_back(client, live):
    scene, meeting, _item = live
    row = meeting.attendances.get(person=scene.people.an_person)
    mark = address("mark", meeting.public_id, row.pk)

    client.post(mark, {"presence": "left"})
    row.refresh_from_db()
    assert row.presence == Presence.LEFT
    page = text(client.get(address("attendance", meeting.public_id)))
    assert "Đến bây giờ" in page
    assert "Đã về trước" in page
    # Saving the whole list keeps who has left.
    client.post(
        address("attendance", meeting.public_id), {f"presence-{row.pk}": "left", "rest": "present"}
    )
    row.refresh_from_db()
    assert row.presence == Presence.LEFT
    client.post(mark, {"presence": "present"})
    row.refresh_from_db()
    assert (row.presence, row.left_at) == (Presence.PRESENT, None)
    assert client.post(mark, {"presence": "x"}).status_code == 422

    times = address("times", meeting.public_id, row.pk)
    assert client.get(times).status_code == 200
    assert client.post(times, {"arrived_at": "x"}).status_code == 422
    wrong = client.post(times, {"arrived_at": "00:03", "left_at": "00:01"})
    assert "Giờ về phải sau giờ đến" in text(wrong)
    assert client.post(times, {"arrived_at": "00:01"}).status_code == 302
    assert "đến lúc 00:01" in text(client.get(address("attendance", meeting.public_id)))


def test_the_quorum_says_why(client, live):
    _scene, meeting, _item = live

    page = text(client.get(address("attendance", meeting.public_id)))

    assert "Vì sao tính như vậy" in page
    assert "Chưa tìm thấy quy định về số người dự" in page


# Discussion


def test_answers_and_corrections_are_taken_down_beside_the_remark(client, live):
    scene, meeting, item = live
    remark = operations.add_remark(item_id=item.pk, text="Làm rõ.", actor=scene.binh, at=NOW)
    answer = address("add_answer", meeting.public_id, item.pk)
    assert client.post(answer, {"stance": "x"}).status_code == 422
    assert client.post(answer, {"stance": "explained"}).status_code == 422
    client.post(answer, {"stance": "accepted", "remark": remark.pk})
    client.post(answer, {"stance": "explained", "text": "Do thiếu kinh phí."})
    ask = address("ask_correction", meeting.public_id, item.pk)
    assert client.post(ask, {"text": ""}).status_code == 422
    client.post(ask, {"text": "Bổ sung nguyên nhân."})

    page = text(client.get(address("item", meeting.public_id, item.pk)))
    assert "Do thiếu kinh phí." in page
    assert "Bổ sung nguyên nhân." in page
    (kept, gone) = item.answers.order_by("pk")
    client.post(address("delete_answer", meeting.public_id, gone.pk))
    assert list(item.answers.all()) == [kept]

    correction = RequestedCorrection.objects.get()
    settle = address("settle_correction", meeting.public_id, correction.pk)
    client.force_login(scene.people.an)
    assert client.post(settle, {"state": "x"}).status_code == 422
    assert "Hãy ghi lý do." in text(client.post(settle, {"state": "declined"}))
    assert client.post(settle, {"state": "done"}).status_code == 302
    correction.refresh_from_db()
    assert (correction.state, correction.settled_by) == (CorrectionState.DONE, scene.people.an)


def test_an_item_that_must_wait_says_for_what(client, live):
    _scene, meeting, item = live

    page = text(client.get(address("item", meeting.public_id, item.pk)))

    assert "Chưa kiểm điểm: Chi bộ Khu vực 1." in page
    assert "Hướng dẫn 21-HD/BTCTW" in page


# At the front and on the wall


def test_the_clock_moves_with_the_agenda(client, live):
    scene, meeting, item = live
    meetings.name_officers(scene, meeting)
    conduct = address("conduct", meeting.public_id)
    assert "chưa tính giờ" in text(client.get(conduct))

    client.post(conduct, {"item": item.pk})
    page = text(client.get(conduct))
    assert f'<h2 class="conduct-title" id="now-title">{item.obligation.name}</h2>' in page
    assert "data-running" in page
    client.post(conduct, {"item": ""})
    assert "data-running" not in text(client.get(conduct))
    back = client.post(conduct, {"item": item.pk, "to": "projector"})
    assert back.url == address("projector", meeting.public_id)
    assert client.post(conduct, {"item": "999999"}).status_code == 404
    meetings.conclude(scene, item)
    assert client.post(conduct, {"item": item.pk}).status_code == 422


def test_the_wall_shows_the_item_the_quorum_and_of_a_vote_only_that_it_goes_on(client, live):
    scene, meeting, item = live
    meetings.name_officers(scene, meeting)
    wall = address("projector", meeting.public_id)
    operations.take_up_item(item_id=item.pk, actor=scene.binh, at=NOW)
    page = text(client.get(wall))
    assert "<h2>Lê Thị An</h2>" in page
    assert "Có mặt 4/4 người có quyền biểu quyết, cần 3" in page
    assert "navbar" not in page

    part = text(client.get(wall, headers={"HX-Request": "true"}))
    assert part.strip().startswith("<main")
    meetings.conclude(scene, item)
    ballots.opened(scene, item)
    voting = text(client.get(wall))
    assert "Đang bỏ phiếu kín" in voting
    assert "phiếu phát ra" not in voting
    # Not at once another item as the one under way.
    assert "aria-current" in page
    assert "aria-current" not in voting
    client.force_login(scene.people.an)
    assert 'data-step="next"' not in text(client.get(wall))


# Minutes


def write(client, meeting, name, words, base, **headers):
    return client.post(
        address("write", meeting.public_id), {name: words, f"b-{name}": base}, headers=headers
    )


def bases(page):
    return dict(re.findall(r'name="b-(t-[\w-]+)"\s+value="([^"]*)"', page))


def test_two_pages_write_the_minutes_and_both_texts_are_kept(client, live):
    scene, meeting, _item = live
    place = address("write", meeting.public_id)
    base = bases(client.get(place).content.decode())["t-opening"]
    json_only = {"Accept": "application/json"}

    first = write(client, meeting, "t-opening", "Bình viết.", base, **json_only).json()
    assert first["stale"] == []
    assert first["conflicts"] == {}
    client.force_login(scene.people.cuc)
    found = write(client, meeting, "t-opening", "Cúc viết.", base, **json_only).json()
    assert found["stale"] == ["b-t-opening"]
    assert "Bình viết." in found["conflicts"]["t-opening"]
    assert "Cúc viết." in found["conflicts"]["t-opening"]

    kept = queries.open_text_conflicts(queries.current_minutes(meeting)).get()
    client.post(place, {"action": f"settle:{kept.pk}:append"})
    page = client.get(place).content.decode()
    assert "Bình viết.\n\nCúc viết." in page
    assert 'class="alert alert-warning conflict"' not in page


def test_without_a_script_a_button_saves(client, live):
    _scene, meeting, item = live
    base = bases(client.get(address("write", meeting.public_id)).content.decode())
    name = f"t-item-{item.pk}"

    done = write(client, meeting, name, "Đồng chí An trình bày.", base[name])

    assert done.status_code == 302
    assert "Đồng chí An trình bày." in text(client.get(address("minutes", meeting.public_id)))
    strange = write(client, meeting, "t-item-999999", "x", "")
    assert strange.status_code == 422
    refused = write(client, meeting, "t-item-999999", "x", "", Accept="application/json")
    assert refused.status_code == 409
    assert client.post(address("write", meeting.public_id), {"t-nothing": "x"}).status_code == 302


def test_wishes_are_settled_before_the_chair_approves(client):
    scene = meetings.scene()
    meeting = meetings.closed(scene)
    ask, approve = (address(name, meeting.public_id) for name in ("ask_change", "approve"))
    client.force_login(scene.people.an)
    assert client.post(ask, {"text": ""}).status_code == 422
    client.post(ask, {"text": "Ghi lại ý kiến của tôi."})
    refused = client.post(approve)
    assert refused.status_code == 422
    assert "Còn 1 đề nghị sửa biên bản chưa xử lý." in text(refused)

    client.force_login(scene.binh)
    settle = address("settle_request", meeting.public_id, MinutesRequest.objects.get().pk)
    assert client.post(settle, {"state": "x"}).status_code == 422
    assert client.post(settle, {"state": "done"}).status_code == 302
    client.force_login(scene.people.an)
    assert client.post(approve).status_code == 302
    assert queries.current_minutes(meeting).approved_by == scene.people.an
    client.post(address("withdraw", meeting.public_id), {"reason": "Sai giờ"})
    assert queries.current_minutes(meeting).state == MinutesState.DRAFT


def test_two_names_lock_the_minutes_and_the_code_can_be_compared(client):
    scene = meetings.scene()
    meeting = meetings.closed(scene)
    minutes = meetings.approved(scene, meeting)
    place = address("minutes", meeting.public_id)
    chair, secretary = minutes.signatures.order_by("position")
    client.force_login(scene.people.an)
    assert "Tôi ký biên bản này" in text(client.get(place))
    client.post(address("sign", meeting.public_id, chair.pk))
    assert client.post(address("sign", meeting.public_id, secretary.pk)).status_code == 422
    client.force_login(scene.binh)
    client.post(address("sign", meeting.public_id, secretary.pk), {"on_paper": "1"})

    minutes.refresh_from_db()
    assert minutes.state == MinutesState.LOCKED
    assert minutes.digest in text(client.get(place))
    check = address("verify", meeting.public_id, 1)
    assert "đúng là nội dung đã ký" in text(client.get(check))
    asked = f"{minutes.digest[:32]} {minutes.digest[32:].upper()}"
    assert "Trùng: bản giấy này" in text(client.get(check, {"digest": asked}))
    assert "Không trùng" in text(client.get(check, {"digest": "x"}))


def test_a_correction_leaves_the_signed_version_readable(client):
    scene = meetings.scene()
    minutes = meetings.locked(scene)
    meeting = minutes.meeting
    client.force_login(scene.binh)
    correct = address("correct", meeting.public_id)
    assert client.post(correct, {"reason": ""}).status_code == 422
    client.post(correct, {"reason": "Ghi sai giờ"})

    assert "Bản sửa số 2" in text(client.get(address("minutes", meeting.public_id)))
    first = text(client.get(address("minutes_version", meeting.public_id, 1)))
    assert "Đã có bản sửa sau bản này." in first
    assert minutes.digest in first
    assert client.get(address("verify", meeting.public_id, 2)).status_code == 404
    assert client.get(address("minutes_version", meeting.public_id, 3)).status_code == 404
    assert client.get(address("write", meeting.public_id)).status_code == 200


def test_a_reason_without_end_is_kept_as_far_as_reasons_go(client):
    scene = meetings.scene()
    minutes = meetings.locked(scene)
    client.force_login(scene.binh)

    client.post(address("correct", minutes.meeting.public_id), {"reason": "Sai giờ. " * 50_000})

    assert len(queries.current_minutes(minutes.meeting).reason) <= 2000


def test_changed_content_is_told_as_such(client):
    scene = meetings.scene()
    minutes = meetings.locked(scene)
    minutes.content["conclusion"] = "khác"
    minutes.save()
    client.force_login(scene.people.an)

    page = text(client.get(address("verify", minutes.meeting.public_id, 1)))

    assert "không còn là nội dung đã ký" in page


def test_a_meeting_from_before_gets_a_record(client):
    scene = meetings.scene()
    meeting = meetings.closed(scene)
    queries.current_minutes(meeting).delete()
    client.force_login(scene.binh)
    assert "Lập biên bản" in text(client.get(address("minutes", meeting.public_id)))
    assert client.get(address("write", meeting.public_id)).status_code == 302
    assert client.post(address("approve", meeting.public_id)).status_code == 404

    client.post(address("start_minutes", meeting.public_id))

    assert queries.current_minutes(meeting).state == MinutesState.DRAFT


def test_the_minutes_of_a_planned_meeting_are_a_draft_of_what_is_known(client):
    scene = meetings.scene()
    meeting = meetings.plan(scene)
    client.force_login(scene.people.an)

    page = text(client.get(address("minutes", meeting.public_id)))

    assert "Bản dự thảo: hội nghị chưa kết thúc." in page


def test_a_unit_writes_its_standard_words(client):
    scene = meetings.scene()
    place = address("words", scene.people.cell.public_id)
    client.force_login(scene.binh)
    assert "{chủ trì}" in text(client.get(place))
    too_long = client.post(place, {"opening": "x" * 20_001})
    assert too_long.status_code == 422

    client.post(place, {"opening": "Chi bộ chào cờ.", "item": "", "closing": ""})

    assert queries.template_texts(scene.people.cell)["opening"] == "Chi bộ chào cờ."
    client.force_login(scene.people.dung)
    assert client.get(place).status_code == 404


def test_the_vote_of_an_earlier_discussion_is_marked_in_the_minutes(client, live):
    scene, meeting, item = live
    meetings.conclude(scene, item)
    ballots.counted(scene, 1, 3, item=item)
    assert "thuộc lần thảo luận trước" not in text(
        client.get(address("minutes", meeting.public_id))
    )
    operations.reopen_item(item_id=item.pk, reason="Bổ sung", actor=scene.binh, at=NOW)
    meetings.conclude(scene, item, at=NOW + dt.timedelta(minutes=5))

    page = text(client.get(address("minutes", meeting.public_id)))

    assert "thuộc lần thảo luận trước, trước khi nội dung này được mở lại" in page
