"""The pages of a meeting, used as on one laptop: by plain forms, and with htmx where it helps."""

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import ballots, files, meetings, people, units
from tests.factories.cycles import moment
from tests.factories.meetings import NOW
from tusoi.cycles.models import Obligation
from tusoi.meetings import operations
from tusoi.meetings.enums import ItemState, MeetingState, Presence
from tusoi.meetings.models import Remark, ReviewMeeting
from tusoi.meetings.operations import PresenceEntry
from tusoi.units.enums import Position


pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MOST_STATEMENTS = 30


@pytest.fixture(autouse=True)
def _on_the_day_of_the_meeting(settings):
    settings.TUSOI_CLOCK = "2022-11-25"


def sign_in(client, account):
    client.force_login(account)
    return client


def get(client, name, *args, **query):
    return client.get(reverse(f"meetings:{name}", args=args), query)


def post(client, name, *args, data=None, **headers):
    return client.post(reverse(f"meetings:{name}", args=args), data or {}, **headers)


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


# From the list to a planned meeting


def test_the_list_filters_and_searches(client):
    scene = meetings.scene()
    meeting = meetings.plan(scene)
    other = meetings.plan(scene, unit=scene.people.ward, actor=scene.people.cuc)
    sign_in(client, scene.people.cuc)

    assert list(get(client, "list").context["page_obj"]) == [meeting, other]
    assert list(get(client, "list", q="khu vuc").context["page_obj"]) == [meeting]
    assert list(get(client, "list", state="closed").context["page_obj"]) == []
    assert "Chưa có hội nghị nào" in text(get(client, "list", state="closed"))
    assert list(get(client, "list", state="planned").context["page_obj"]) == [meeting, other]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("an", 200),
        ("binh", 200),
        ("cuc", 200),
        ("dung", 404),
        ("inspector", 200),
        ("administrator", 403),
        ("outsider", 403),
    ],
)
@pytest.mark.parametrize("name", ["detail", "summons", "minutes", "item"])
def test_who_reads_a_meeting(client, who, status, name):
    scene = meetings.scene()
    meeting = meetings.plan(scene)
    sign_in(client, getattr(scene.people, who))
    args = [meeting.public_id] + ([meeting.items.first().pk] if name == "item" else [])

    assert get(client, name, *args).status_code == status


@pytest.mark.parametrize(
    ("who", "status"), [("an", 403), ("binh", 302), ("dung", 404), ("inspector", 403)]
)
@pytest.mark.parametrize(
    "name", ["open", "close", "cancel", "reopen", "officers", "add_guest", "remove_guest"]
)
def test_who_may_act_and_a_get_changes_nothing(client, who, status, name):
    scene = meetings.scene()
    meeting = meetings.plan(scene)
    sign_in(client, getattr(scene.people, who))
    args = [meeting.public_id] + ([1] if name == "remove_guest" else [])

    assert get(client, name, *args).status_code == status
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.PLANNED


def test_planning_from_the_units_that_wait(client):
    scene = meetings.scene()
    sign_in(client, scene.binh)
    page = get(client, "plan_choose")
    assert "Chi bộ Khu vực 1" in text(page)
    assert "Chi bộ Khu vực 9" not in text(page)
    address = [scene.cycle.public_id, scene.people.cell.public_id]
    form = get(client, "plan", *address)
    assert "Triệu tập 2 người có quyền biểu quyết và 0 người dự" in text(form)
    ids = [one.pk for one in form.context["form"].candidates]

    answer = post(
        client,
        "plan",
        *address,
        data={
            "name": "Hội nghị",
            "meets_at": "2022-11-28T08:00",
            "place": "Nhà văn hóa",
            f"on-{ids[0]}": "on",
            f"place-{ids[0]}": "2",
            f"on-{ids[2]}": "on",
            f"place-{ids[2]}": "1",
            f"place-{ids[1]}": "x",
            "order_note": "Báo cáo chi bộ nộp sau",
        },
    )

    meeting = ReviewMeeting.objects.get()
    assert answer.url == reverse("meetings:detail", args=[meeting.public_id])
    assert [one.obligation_id for one in meeting.items.order_by("position")] == [ids[2], ids[0]]
    assert meeting.meets_at.isoformat() == "2022-11-28T01:00:00+00:00"


def test_a_plan_without_agenda_or_time_comes_back_as_it_was(client):
    scene = meetings.scene()
    sign_in(client, scene.binh)
    address = [scene.cycle.public_id, scene.people.cell.public_id]

    empty = post(client, "plan", *address, data={"name": "H", "meets_at": "2022-11-28T08:00"})
    wrong = post(client, "plan", *address, data={"name": "H", "meets_at": "mai"})

    assert (empty.status_code, wrong.status_code) == (422, 422)
    assert "Hãy chọn ít nhất một bản kiểm điểm" in text(empty)
    assert not ReviewMeeting.objects.exists()


def test_a_plan_for_a_unit_elsewhere_is_not_found(client):
    scene = meetings.scene()
    sign_in(client, scene.binh)
    outside = units.unit("Chi bộ Mới", parent=scene.people.cell)

    for unit in (scene.people.other_cell, outside):
        assert get(client, "plan", scene.cycle.public_id, unit.public_id).status_code == 404


def test_editing_before_the_opening(client):
    scene = meetings.scene()
    first, *_rest = Obligation.objects.filter(unit=scene.people.cell).order_by("pk")
    meeting = meetings.plan(scene, obligation_ids=[first.pk])
    sign_in(client, scene.binh)
    page = get(client, "edit", meeting.public_id)
    assert [one["is_on"] for one in page.context["form"].lines] == [True, False, False]
    data = {"name": "Tên mới", "meets_at": "2022-11-29T14:00", f"on-{first.pk}": "on"}

    refused = post(client, "edit", meeting.public_id, data={**data, f"on-{first.pk}": ""})
    assert refused.status_code == 302
    del data[f"on-{first.pk}"]
    assert post(client, "edit", meeting.public_id, data=data).status_code == 422
    operations.open_meeting(meeting_id=meeting.pk, meets_at=NOW, actor=scene.binh, at=NOW)

    assert get(client, "edit", meeting.public_id).status_code == 302
    meeting.refresh_from_db()
    assert meeting.name == "Tên mới"


def test_opening_before_the_day_warns_and_takes_the_true_time(client):
    scene = meetings.scene()
    meeting = meetings.plan(scene, meets_at=moment(2022, 11, 28, 8))
    sign_in(client, scene.binh)
    place = meeting.public_id

    page = text(get(client, "detail", place))
    assert "Chưa đến ngày họp: hội nghị được triệu tập vào 08:00 28/11/2022" in page
    assert "Chưa điểm danh ai có mặt" in page
    refused = post(client, "open", place)
    unreadable = post(client, "open", place, data={"meets_at": "sáng nay"})
    assert (refused.status_code, unreadable.status_code) == (422, 422)
    assert "chưa đến ngày họp" in text(refused)
    assert "Hãy ghi ngày và giờ họp thực tế." in text(unreadable)

    assert post(client, "open", place, data={"meets_at": "2022-11-25T07:30"}).status_code == 302
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.UNDER_WAY
    assert meeting.meets_at == moment(2022, 11, 25, 7) + dt.timedelta(minutes=30)


def test_the_empty_list_speaks_of_a_filter_only_where_there_is_one(client):
    scene = meetings.scene()
    sign_in(client, scene.binh)

    assert "điều kiện đang chọn" not in text(get(client, "list"))
    assert "Lập hội nghị khi đã có bản kiểm điểm" in text(get(client, "list"))
    assert "điều kiện đang chọn" in text(get(client, "list", state="closed"))
    sign_in(client, scene.people.an)
    assert "khi đơn vị đã triệu tập" in text(get(client, "list"))


# Holding it


def test_a_whole_meeting_by_plain_forms(client):
    scene = meetings.scene(more_members=1)
    meeting = meetings.plan(scene)
    meetings.submit(meeting)
    sign_in(client, scene.binh)
    place = meeting.public_id
    assert "Khai mạc hội nghị" in text(get(client, "detail", place))

    post(client, "open", place)
    assert "Còn 3 người chưa điểm danh" in text(get(client, "detail", place))
    rows = {one.name: one for one in meeting.attendances.all()}
    away = rows["Lê Thị An"]
    post(
        client,
        "attendance",
        place,
        data={
            f"presence-{away.pk}": "excused",
            f"reason-{away.pk}": "Đi công tác",
            "rest": "present",
        },
    )
    page = get(client, "attendance", place)
    assert "Có mặt 2/3 người có quyền biểu quyết, cần 2." in text(page)
    assert "chưa đối chiếu văn bản gốc" in text(page)
    binh = scene.people.binh.person
    post(client, "officers", place, data={"chair": binh.pk, "secretary": binh.pk})
    for item in meeting.items.order_by("position"):
        page = get(client, "item", place, item.pk)
        assert page.status_code == 200
        post(client, "add_remark", place, item.pk, data={"text": "Cần nêu rõ nguyên nhân."})
        answer = post(client, "conclude", place, item.pk, data={"conclusion": "Nhất trí."})
        assert answer.status_code == 302
    page = text(get(client, "detail", place))
    assert "Kết thúc hội nghị" in page
    answer = post(client, "close", place, data={"conclusion": "Hoàn thành chương trình."})

    assert answer.status_code == 302
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.CLOSED
    minutes = text(get(client, "minutes", place))
    for words in (
        "Có mặt (2)",
        "Lê Thị An: vắng có lý do – Đi công tác",
        "Cần nêu rõ nguyên nhân.",
        "Nhất trí.",
        "Hoàn thành chương trình.",
        "(ký, ghi rõ họ tên)",
    ):
        assert words in minutes
    assert "Bản nháp" not in minutes


def test_before_closing_the_page_names_what_nobody_has_voted_on(client):
    scene = meetings.scene()
    meeting = meetings.under_way(scene)
    meetings.submit(meeting)
    first, *others = meeting.items.order_by("position")
    for item in (first, *others):
        meetings.conclude(scene, item)
    binh = scene.people.binh.person
    officers = {"chair": binh.pk, "secretary": binh.pk}
    post(sign_in(client, scene.binh), "officers", meeting.public_id, data=officers)

    page = get(client, "detail", meeting.public_id)

    assert f"Còn {1 + len(others)} nội dung đã kết luận mà chưa bỏ phiếu xếp loại" in text(page)
    assert reverse("ballots:prepare", args=[meeting.public_id]) in text(page)

    ballots.opened(scene, first)

    page = text(get(client, "detail", meeting.public_id))
    assert f"Còn {len(others)} nội dung đã kết luận mà chưa bỏ phiếu xếp loại" in page
    assert "Còn 1 lần bỏ phiếu chưa ký biên bản kiểm phiếu" in page


def test_closing_too_early_names_what_is_open(client):
    scene = meetings.scene()
    meeting = meetings.under_way(scene)
    sign_in(client, scene.binh)
    binh = scene.people.binh.person
    post(client, "officers", meeting.public_id, data={"chair": binh.pk, "secretary": binh.pk})

    answer = post(client, "close", meeting.public_id)

    assert answer.status_code == 422
    assert "Còn 3 nội dung chưa kết luận" in text(answer)


def test_cancelling_and_reopening_ask_for_a_reason(client):
    scene = meetings.scene()
    meeting = meetings.plan(scene)
    sign_in(client, scene.binh)

    assert post(client, "cancel", meeting.public_id).status_code == 422
    answer = post(client, "cancel", meeting.public_id, data={"reason": "Mưa lũ"})
    assert answer.status_code == 302
    assert "Mưa lũ" in text(get(client, "detail", meeting.public_id))
    again = post(client, "reopen", meeting.public_id, data={"reason": "x"})
    assert again.status_code == 422
    assert "Chỉ mở lại được hội nghị đã kết thúc" in text(again)


def test_attendance_refused_keeps_what_was_typed(client):
    scene = meetings.scene()
    meeting = meetings.plan(scene)
    row = meeting.attendances.get(person=scene.people.an_person)
    sign_in(client, scene.binh)

    excused = post(client, "attendance", meeting.public_id, data={f"presence-{row.pk}": "excused"})
    nonsense = post(client, "attendance", meeting.public_id, data={f"presence-{row.pk}": "maybe"})

    assert (excused.status_code, nonsense.status_code) == (422, 422)
    assert "Hãy ghi lý do vắng mặt của: Lê Thị An." in text(excused)
    assert re.search(rf'id="p-{row.pk}-excused"[^>]*checked', text(excused))
    assert not meeting.attendances.exclude(presence=Presence.SUMMONED).exists()


def test_officers_and_guests_are_refused_in_place(client):
    scene = meetings.scene()
    above = people.make_person("Bí Thư Đảng Ủy")
    units.post(above, scene.people.ward, Position.SECRETARY)
    meeting = meetings.plan(scene)
    sign_in(client, scene.binh)
    place = meeting.public_id
    an = scene.people.an_person

    absent = post(client, "officers", place, data={"chair": an.pk, "secretary": an.pk})
    nobody = post(client, "add_guest", place)
    stranger = post(client, "add_guest", place, data={"person": scene.people.dung.person.pk})
    assert [one.status_code for one in (absent, nobody, stranger)] == [422, 422, 422]
    post(client, "add_guest", place, data={"person": above.pk})
    post(client, "add_guest", place, data={"guest_name": "Bà Lan, Mặt trận"})
    page = text(get(client, "attendance", place))
    assert "Bí Thư Đảng Ủy" in page
    assert "Bà Lan, Mặt trận" in page
    guest = meeting.attendances.get(guest_name="Bà Lan, Mặt trận")
    assert post(client, "remove_guest", place, guest.pk).status_code == 302
    member = meeting.attendances.get(person=an)
    assert post(client, "remove_guest", place, member.pk).status_code == 422
    operations.cancel_meeting(meeting_id=meeting.pk, reason="x", actor=scene.binh, at=NOW)
    assert "Lưu điểm danh" not in text(get(client, "attendance", place))
    binh = scene.people.binh.person
    meeting.attendances.filter(person=binh).update(presence=Presence.PRESENT)
    over = post(client, "officers", place, data={"chair": binh.pk, "secretary": binh.pk})
    assert over.status_code == 422
    late = post(client, "attendance", place, data={"rest": "present"})
    assert late.status_code == 422


# One review


def live(client, *, more_members=0):
    scene = meetings.scene(more_members=more_members)
    meeting = meetings.under_way(scene)
    meetings.submit(meeting)
    sign_in(client, scene.binh)
    return scene, meeting, meetings.item_of(meeting, scene.people.an_person)


def test_a_remark_with_htmx_brings_back_the_list_only(client):
    scene, meeting, item = live(client)
    speaker = meeting.attendances.get(person=scene.people.binh.person)
    data = {"text": "Cần làm rõ.", "speaker": speaker.pk}

    part = post(
        client, "add_remark", meeting.public_id, item.pk, data=data, HTTP_HX_REQUEST="true"
    )
    whole = get(client, "item", meeting.public_id, item.pk)

    assert part.status_code == 200
    assert "<html" not in text(part)
    assert text(part).lstrip().startswith('<section class="card" id="remarks"')
    for page in (part, whole):
        assert "Cần làm rõ." in text(page)
        assert "Trần Văn Bình" in text(page)
    refused = post(client, "add_remark", meeting.public_id, item.pk, HTTP_HX_REQUEST="true")
    assert refused.status_code == 422
    assert "<html" not in text(refused)
    assert "Hãy ghi nội dung ý kiến." in text(refused)


def test_a_remark_without_javascript_goes_back_to_the_page(client):
    _scene, meeting, item = live(client)

    answer = post(client, "add_remark", meeting.public_id, item.pk, data={"text": "Một ý."})
    refused = post(client, "add_remark", meeting.public_id, item.pk, data={"text": ""})

    assert answer.url.endswith("#remarks")
    assert refused.status_code == 422
    assert "<html" in text(refused)
    assert get(client, "add_remark", meeting.public_id, item.pk).status_code == 302


def test_a_remark_is_edited_and_deleted(client):
    scene, meeting, item = live(client)
    row = meeting.attendances.get(person=scene.people.binh.person)
    remark = operations.add_remark(
        item_id=item.pk, text="Sai", attendance_id=row.pk, actor=scene.binh, at=NOW
    )
    nameless = operations.add_remark(item_id=item.pk, text="X", actor=scene.binh, at=NOW)
    page = get(client, "edit_remark", meeting.public_id, remark.pk)
    assert page.context["form"].initial["speaker"] == row.pk
    other = get(client, "edit_remark", meeting.public_id, nameless.pk)
    assert other.context["form"].initial["speaker"] is None

    assert post(client, "edit_remark", meeting.public_id, remark.pk).status_code == 422
    answer = post(client, "edit_remark", meeting.public_id, remark.pk, data={"text": "Đúng"})
    assert answer.status_code == 302
    remark.refresh_from_db()
    assert (remark.text, remark.author) == ("Đúng", None)
    assert get(client, "delete_remark", meeting.public_id, remark.pk).status_code == 302
    assert Remark.objects.count() == 2
    post(client, "delete_remark", meeting.public_id, remark.pk)
    assert list(Remark.objects.all()) == [nameless]
    meetings.conclude(scene, item)
    late = post(client, "delete_remark", meeting.public_id, nameless.pk)
    later = post(client, "edit_remark", meeting.public_id, nameless.pk, data={"text": "Y"})
    latest = post(client, "add_remark", meeting.public_id, item.pk, data={"text": "Y"})
    assert [one.status_code for one in (late, later, latest)] == [422, 422, 422]


def test_concluding_is_refused_in_place_and_keeps_the_text(client):
    scene = meetings.scene(more_members=2)
    meeting = meetings.under_way(scene, present=False)
    item = meetings.item_of(meeting, scene.people.an_person)
    sign_in(client, scene.binh)
    place = [meeting.public_id, item.pk]
    page = text(get(client, "item", *place))
    assert "Chưa nộp bản kiểm điểm" in page
    # Nobody was marked yet, so nobody is known to be away.
    assert "Người được kiểm điểm vắng mặt" not in page
    away = PresenceEntry(
        meeting.attendances.get(person=scene.people.an_person).pk, Presence.EXCUSED, "ốm"
    )
    operations.record_attendance(meeting_id=meeting.pk, entries=[away], actor=scene.binh, at=NOW)
    assert "Người được kiểm điểm vắng mặt" in text(get(client, "item", *place))

    early = post(client, "conclude", *place, data={"conclusion": "Nhất trí với bản kiểm điểm"})
    assert early.status_code == 422
    assert "Lê Thị An chưa nộp bản kiểm điểm" in text(early)
    assert "Nhất trí với bản kiểm điểm" in text(early)
    meetings.submit(meeting)
    few = post(client, "conclude", *place, data={"conclusion": "Nhất trí"})
    assert few.status_code == 422
    assert "cần 3" in text(few)
    assert post(client, "conclude", *place).status_code == 422
    assert get(client, "conclude", *place).status_code == 302
    data = {"conclusion": "Nhất trí", "quorum_note": "Đảng ủy đồng ý"}
    early = post(client, "conclude", *place, data=data)
    assert early.status_code == 422
    assert "Kiểm điểm tập thể trước, cá nhân sau: còn Chi bộ Khu vực 1" in text(early)
    cell = meeting.items.get(obligation__subject_kind="cell")
    for one in (cell.pk, place[1]):
        assert post(client, "conclude", place[0], one, data=data).status_code == 302
    assert "Kết luận khi chưa đủ số người dự: Đảng ủy đồng ý" in text(get(client, "item", *place))


def test_putting_off_and_taking_back(client):
    _scene, meeting, item = live(client)
    place = [meeting.public_id, item.pk]

    assert post(client, "postpone", *place).status_code == 422
    assert get(client, "postpone", *place).status_code == 302
    assert post(client, "postpone", *place, data={"reason": "Vắng"}).status_code == 302
    assert "Chuyển sang hội nghị khác: Vắng" in text(get(client, "item", *place))
    twice = post(client, "postpone", *place, data={"reason": "Vắng"})
    assert twice.status_code == 422
    assert post(client, "reopen_item", *place).status_code == 422
    assert get(client, "reopen_item", *place).status_code == 302
    assert post(client, "reopen_item", *place, data={"reason": "Đã đến"}).status_code == 302
    assert post(client, "reopen_item", *place, data={"reason": "Đã đến"}).status_code == 422

    item.refresh_from_db()
    assert item.state == ItemState.OPEN


def test_an_item_of_another_meeting_is_not_found(client):
    scene, meeting, _item = live(client)
    other = meetings.plan(scene, unit=scene.people.ward, actor=scene.people.cuc)

    foreign = other.items.first().pk
    assert get(client, "item", meeting.public_id, foreign).status_code == 404
    assert post(client, "conclude", meeting.public_id, foreign).status_code == 404


def test_members_read_and_do_not_write(client):
    scene, meeting, item = live(client)
    operations.add_remark(item_id=item.pk, text="Ý kiến", actor=scene.binh, at=NOW)
    sign_in(client, scene.people.an)

    page = text(get(client, "item", meeting.public_id, item.pk))

    assert "Ý kiến" in page
    assert 'method="post" action="/meetings/' not in page
    assert "Việc tiếp theo" not in text(get(client, "detail", meeting.public_id))


def test_the_result_of_a_vote_stands_in_the_minutes(client):
    scene, meeting, item = live(client, more_members=4)
    meetings.conclude(scene, item)
    assert "Bỏ phiếu kín" in text(get(client, "item", meeting.public_id, item.pk))
    made = ballots.closed(scene, item)
    ballots.enter(made, scene.binh, ballots.figures(made, 1, 5))
    before = text(get(client, "minutes", meeting.public_id))
    assert "Mức được đề nghị" not in before
    ballots.enter(made, scene.teller, ballots.figures(made, 1, 5))

    for name in ("minutes", "item"):
        args = [meeting.public_id] + ([item.pk] if name == "item" else [])
        page = text(get(client, name, *args))
        assert "Mức được đề nghị: Hoàn thành tốt nhiệm vụ." in page
        if name == "item":
            told = "phiếu phát ra 6, thu về 6, hợp lệ 6, phiếu trắng 0, không hợp lệ 0"
            assert told in page
        else:
            assert 'Phiếu thu về</th> <td class="number">6</td>' in page


def test_counts_of_very_few_stay_on_the_paper_of_whoever_holds_the_meeting(client):
    scene, meeting, item = live(client)
    meetings.conclude(scene, item)
    ballots.counted(scene, 0, 2, item=item)

    figure = 'Phiếu thu về</th> <td class="number">2</td>'
    assert figure in text(get(client, "minutes", meeting.public_id))
    assert "thu về 2" not in text(get(client, "item", meeting.public_id, item.pk))
    sign_in(client, scene.people.an)
    for name, args in (("minutes", []), ("item", [item.pk])):
        page = text(get(client, name, meeting.public_id, *args))
        assert "thu về 2" not in page
        assert figure not in page
        assert "Mức được đề nghị: Hoàn thành tốt nhiệm vụ." in page


def test_a_void_vote_is_told_with_its_reason(client):
    scene, meeting, item = live(client, more_members=4)
    meetings.conclude(scene, item)
    ballots.void(scene, ballots.counted(scene, 6, item=item), "Đếm sót")

    page = text(get(client, "item", meeting.public_id, item.pk))
    assert "Lần bỏ phiếu số 1 đã hủy: Đếm sót" in page
    assert reverse("ballots:prepare", args=[meeting.public_id]) in page
    page = text(get(client, "minutes", meeting.public_id))
    assert "Bỏ phiếu kín lần 1</b> (phiếu giấy) – <b>đã hủy, không có giá trị" in page
    assert "Lý do hủy: Đếm sót (Trần Văn Bình đề nghị, teller đồng ý)" in page
    assert "Chưa bỏ phiếu lại." in page


def test_a_vote_after_a_reopened_discussion_marks_the_earlier_one_as_void(client):
    scene, meeting, item = live(client, more_members=4)
    meetings.conclude(scene, item)
    first = ballots.counted(scene, 6, item=item)
    operations.reopen_item(item_id=item.pk, reason="Thêm ý kiến", actor=scene.binh, at=NOW)
    meetings.conclude(scene, item, at=NOW + dt.timedelta(minutes=9))
    page = text(get(client, "item", meeting.public_id, item.pk))
    assert "Lần bỏ phiếu số 1 thuộc lần thảo luận trước" in page
    assert reverse("ballots:prepare", args=[meeting.public_id]) not in page

    ballots.void(scene, first, "Thảo luận lại, có ý kiến thêm")
    # Not by "repeat": prepared anew from the page of the subject.
    later = NOW + dt.timedelta(minutes=10)
    poll = ballots.open_it(scene, ballots.prepared(scene, item, at=later), at=later).poll
    ballots.enter_twice(scene, ballots.close(scene, poll), ballots.figures(poll, 0, 6))

    page = text(get(client, "minutes", meeting.public_id))
    part = page[page.index("Bỏ phiếu kín lần 1") :]
    earlier, _title, repeated = part.partition("Bỏ phiếu kín lần 2")
    assert "đã hủy, không có giá trị" in earlier
    assert "Lý do hủy: Thảo luận lại, có ý kiến thêm" in earlier
    assert "Hội nghị đã bỏ phiếu lại: lần 2." in earlier
    assert "Mức được đề nghị: Hoàn thành tốt nhiệm vụ." in repeated
    assert "thuộc lần thảo luận trước" not in repeated


# Documents


def upload(client, meeting, *names):
    sent = [SimpleUploadedFile(one, files.DOCX) for one in names]
    return post(client, "add_documents", meeting.public_id, data={"uploads": sent})


def test_documents_are_uploaded_fetched_by_those_summoned_and_taken_away(client):
    scene = meetings.scene()
    meeting = meetings.plan(scene)
    sign_in(client, scene.binh)
    assert "Hãy chọn ít nhất một tệp" in text(upload(client, meeting))
    assert upload(client, meeting, "bao-cao.docx").status_code == 302
    page = text(get(client, "invitations", meeting.public_id))
    assert "sau hạn" in page
    # What was uploaded is not typed a second time.
    assert "> bao-cao.docx</textarea>" in page
    document = meeting.documents.get()
    address = reverse("files:download", args=[document.file.public_id])

    sign_in(client, scene.people.an)
    assert address in text(get(client, "detail", meeting.public_id))
    assert client.get(address).content == files.DOCX
    assert post(client, "remove_document", meeting.public_id, document.pk).status_code == 403
    # Who reads minutes by office was not summoned, and finds no files.
    sign_in(client, scene.people.inspector)
    assert address not in text(get(client, "detail", meeting.public_id))
    assert client.get(address).status_code == 404

    sign_in(client, scene.binh)
    assert "Hãy ghi lý do" in text(
        post(client, "remove_document", meeting.public_id, document.pk, data={"reason": ""})
    )
    gone = {"reason": "Gửi nhầm bản"}
    post(client, "remove_document", meeting.public_id, document.pk, data=gone)
    sign_in(client, scene.people.an)
    page = text(get(client, "detail", meeting.public_id))
    assert "đã gỡ" in page
    assert "Gửi nhầm bản" in page
    assert address not in page
    assert client.get(address).status_code == 404
    for name, args in (("add_documents", []), ("remove_document", [document.pk])):
        sign_in(client, scene.binh)
        assert get(client, name, meeting.public_id, *args).status_code == 302


# Cost


@pytest.mark.parametrize(
    "name",
    [
        "list",
        "plan_choose",
        "detail",
        "attendance",
        "item",
        "minutes",
        "write",
        "conduct",
        "projector",
        "invitations",
        "letters",
        "summons",
    ],
)
def test_pages_cost_the_same_for_one_and_three(client, name):
    costs = []
    scene = meetings.scene(more_members=1)
    meeting = meetings.under_way(scene)
    meetings.submit(meeting)
    sign_in(client, scene.people.cuc)
    args = [] if name in {"list", "plan_choose"} else [meeting.public_id]
    args += [meeting.items.order_by("position").first().pk] if name == "item" else []
    # A remark and a guest make the pages ask for answers and for the list of kinds.
    operations.add_guest(meeting_id=meeting.pk, guest_name="Bà Tư", actor=scene.binh, at=NOW)
    for item in meeting.items.all():
        operations.add_remark(item_id=item.pk, text="Ý đầu", actor=scene.binh, at=NOW)
    for _round in range(2):
        get(client, name, *args)
        with CaptureQueriesContext(connection) as statements:
            assert get(client, name, *args).status_code == 200
        costs.append(len(statements))
        for number in range(3):
            person = people.make_person(f"Thêm {number}")
            units.post(person, scene.people.ward, Position.COMMITTEE_MEMBER)
            operations.add_guest(
                meeting_id=meeting.pk,
                guest_name=f"Khách {len(costs)}.{number}",
                actor=scene.binh,
                at=NOW,
            )
            for item in meeting.items.filter(state=ItemState.OPEN):
                operations.add_remark(item_id=item.pk, text="Ý", actor=scene.binh, at=NOW)

    assert costs[0] == costs[1]
    assert costs[0] <= MOST_STATEMENTS


def test_a_vote_before_the_item_was_reopened_is_told_as_such(client):
    scene = meetings.scene()
    item = meetings.concluded(scene)
    ballots.counted(scene, 0, 2, item=item)
    client.force_login(scene.binh)
    place = (item.meeting.public_id, item.pk)
    assert "thảo luận trước" not in get(client, "item", *place).content.decode()

    operations.reopen_item(item_id=item.pk, reason="Bổ sung", actor=scene.binh, at=NOW)
    meetings.conclude(scene, item, at=NOW + dt.timedelta(minutes=5))

    assert "thảo luận trước" in get(client, "item", *place).content.decode()
