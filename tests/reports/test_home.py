"""The home page: each role finds its own work, late things first, and nothing of others'."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import (
    access,
    ballots,
    cast,
    cycles,
    meetings,
    people,
    ratings,
    remediation,
)
from tusoi.access.enums import RoleKey
from tusoi.cycles.enums import SubjectKind
from tusoi.cycles.models import Obligation
from tusoi.meetings.enums import Reply
from tusoi.meetings.operations import reply_to_summons
from tusoi.ratings.models import RatingRecord
from tusoi.remediation.enums import Verdict
from tusoi.remediation.models import FollowedShortcoming
from tusoi.remediation.operations import approve_plan, reopen_action, return_plan, send_plan
from tusoi.remediation.queries import board_counts
from tusoi.reports import home
from tusoi.reports.home import Place, home_for
from tusoi.units.enums import DisciplineKind
from tusoi.units.models import Discipline
from tusoi.web.home import lines_of


pytestmark = [pytest.mark.django_db, pytest.mark.slow]
EARLY = dt.date(2022, 10, 5)
LATE = dt.date(2023, 3, 1)


def _titles(lines):
    return [line.title for line in lines]


def test_a_member_finds_their_own_review_and_nothing_of_others():
    seats = cast.make()
    cycles.cycle(seats.district)

    found = home_for(seats.an, on=EARLY)

    assert _titles(found.mine) == ["Bản kiểm điểm của tôi"]
    assert (found.waiting, found.overviews) == ([], [])


def test_what_is_past_its_day_is_late():
    seats = cast.make()
    cycles.cycle(seats.district)

    assert home_for(seats.an, on=EARLY).late == []
    (line,) = home_for(seats.an, on=LATE).late
    assert line.place is Place.MY_REVIEWS
    assert line.due_on < LATE


def test_the_secretary_finds_the_cells_work_too():
    seats = cast.make()
    cycles.cycle(seats.district)

    found = home_for(seats.binh, on=EARLY)

    assert _titles(found.mine) == ["Bản kiểm điểm của tôi", "Báo cáo kiểm điểm tập thể"]
    assert _titles(found.waiting) == ["Xác nhận đã quán triệt chỉ đạo"]
    (overview,) = found.overviews
    assert overview.unit == seats.cell
    assert {count.kind: count.expected for count in overview.kinds} == {"cell": 1, "member": 2}


def test_an_officer_counts_what_is_overdue_below_and_no_further():
    seats = cast.make()
    cycles.cycle(seats.district)

    (line,) = [one for one in home_for(seats.cuc, on=LATE).waiting if one.is_late]

    # The ward, its cell, An and Bình; not those of the other ward.
    assert (line.place, line.count) == (Place.REVIEWS, 4)


def test_the_day_of_a_meeting_is_told_to_those_who_hold_it():
    scene = meetings.scene()
    meetings.plan(scene)

    waiting = home_for(scene.binh, on=EARLY).waiting

    assert "Tổ chức hội nghị kiểm điểm" in _titles(waiting)
    assert "Tổ chức hội nghị kiểm điểm" not in _titles(
        home_for(scene.people.dung, on=EARLY).waiting
    )


def test_the_summons_is_on_the_page_of_who_was_called_with_the_reply_that_waits():
    scene = meetings.scene()
    meeting = meetings.plan(scene)

    def line():
        mine = home_for(scene.people.an, on=EARLY).mine
        return next(one for one in mine if one.place is Place.MEETING)

    assert (line().state, line().anchor) == ("chưa trả lời giấy mời", "reply")
    assert lines_of([line()])[0].url == f"/meetings/{meeting.public_id}/#reply"
    call = meeting.attendances.get(person=scene.people.an_person)
    reply_to_summons(
        attendance_id=call.pk, reply=Reply.COMING, actor=scene.people.an, at=meetings.PLANNED
    )
    assert (line().state, line().anchor) == ("sẽ dự", "")


def test_handed_in_reviews_wait_for_the_meeting_and_the_next_steps():
    scene = meetings.scene()
    meetings.submit_obligation(cycles.obligation(scene.cycle, scene.people.an_person))

    waiting = {line.title: line for line in home_for(scene.binh, on=EARLY).waiting}

    assert waiting["Hồ sơ đã nộp, chờ tiếp nhận"].count == 1
    assert waiting["Hồ sơ đã nộp, chờ đưa ra hội nghị"].count == 1
    assert "Đã kiểm điểm, chờ đề xuất xếp loại" not in waiting


def test_a_ballot_waits_for_whoever_has_not_entered_it():
    scene = meetings.scene()
    poll = ballots.closed(scene)
    ballots.enter(poll, scene.binh, ballots.figures(poll, 0, 2))

    assert "Nhập kết quả kiểm phiếu" in _titles(home_for(scene.teller, on=EARLY).waiting)
    assert "Nhập kết quả kiểm phiếu" not in _titles(home_for(scene.binh, on=EARLY).waiting)


def test_roles_on_a_unit_and_on_one_above_it_count_things_once():
    scene = meetings.scene()
    access.grant(scene.binh, RoleKey.COMMITTEE_OFFICER, scene.people.ward)
    meetings.submit_obligation(cycles.obligation(scene.cycle, scene.people.an_person))

    found = home_for(scene.binh, on=EARLY)

    counts = {line.title: line.count for line in found.waiting}
    assert counts["Hồ sơ đã nộp, chờ tiếp nhận"] == 1
    assert [one.unit for one in found.overviews] == [scene.people.ward]


@pytest.mark.parametrize("name", ["outsider", "administrator"])
def test_those_without_content_see_none(name):
    seats = cast.make()
    cycles.cycle(seats.district)

    assert home_for(getattr(seats, name), on=LATE) == home.Home()


def test_counting_stops_at_the_bound(monkeypatch):
    seats = cast.make()
    cycles.cycle(seats.district)
    monkeypatch.setattr(home, "BOUND", 2)

    (line,) = [one for one in home_for(seats.board, on=LATE).waiting if one.is_late]

    assert line.count == 3
    assert line.is_beyond_bound


def test_the_page_asks_the_database_few_times(client, settings, django_assert_max_num_queries):
    settings.TUSOI_CLOCK = "2023-03-01"
    scene = meetings.scene(more_members=5)
    everything = people.account(username="everything")
    for role in RoleKey:
        access.grant(everything, role, scene.people.ward)
        access.grant(everything, role, scene.people.cell)
    client.force_login(everything)

    with django_assert_max_num_queries(27):
        page = client.get("/").content.decode()

    assert "Quá hạn" in page
    assert "Đảng bộ phường Một" in page


def test_the_page_greets_those_without_a_role(client):
    client.force_login(cast.make().outsider)

    assert "chưa được giao vai trò" in client.get("/").content.decode()


def test_overdue_remedies_are_counted_cycle_by_cycle_as_the_board_lists_them():
    seats = cast.make()
    cycle = cycles.cycle(seats.district)
    (fell_short,) = remediation.told(cycle, seats.cell, "Thu phí đạt thấp")
    drafted = remediation.plan(cycle, seats.cell)
    remediation.action(drafted, fell_short, due_on=dt.date(2023, 1, 31))
    remediation.action(drafted, fell_short, due_on=dt.date(2023, 12, 31))

    (line,) = [one for one in home_for(seats.board, on=LATE).late if one.place is Place.REMEDIES]

    assert (line.count, line.text) == (1, cycle.name)
    assert line.narrowed == f"flag=overdue&cycle={cycle.public_id}"
    counts = board_counts(seats.board, cycle, on=LATE)
    assert counts.overdue == line.count


def _rows_at(client, line):
    """Count the rows of the page that a line opens."""
    context = client.get(line.url).context
    if "slice" in context:
        return len(context["slice"].rows)
    if "rows" in context:
        return len(context["rows"])
    return context["page"].paginator.count


@pytest.mark.parametrize("name", ["binh", "cuc", "board", "ward_authority"])
def test_every_count_opens_exactly_the_counted_rows(client, settings, name):
    settings.TUSOI_CLOCK = LATE.isoformat()
    scene = meetings.scene()
    seats, cycle = scene.people, scene.cycle
    mine = [cycles.obligation(cycle, one) for one in (seats.an_person, seats.binh.person)]
    for one in mine:
        meetings.submit_obligation(one)
        ratings.reviewed(one)
    ratings.proposed(mine[1])
    (shortcoming,) = remediation.told(cycle, seats.cell, "Thu phí đạt thấp")
    meetings.submit_obligation(shortcoming.told.review.obligation)
    drafted = remediation.plan(cycle, seats.cell)
    remediation.action(drafted, shortcoming, due_on=dt.date(2023, 1, 31))
    reader = getattr(seats, name)
    client.force_login(reader)

    counted = [one for one in lines_of(home_for(reader, on=LATE).waiting) if one.line.count]

    assert counted
    for one in counted:
        assert "?" in one.url, one.line.title
        assert _rows_at(client, one) == one.line.count, one.line.title


def test_what_did_not_help_or_came_up_since_leads_to_the_plan(client):
    seats = cast.make()
    cycle = cycles.cycle(seats.district)
    failed, fine = remediation.told(cycle, seats.cell, "Thu phí đạt 74%", "Họp chưa đều")
    drafted = remediation.plan(cycle, seats.cell)
    for one in (failed, fine):
        remediation.done(seats, drafted, one, text=one.nature)
    at = remediation.PLANNED
    approve_plan(plan_id=drafted.pk, actor=seats.binh, at=at)
    remediation.checked(failed, Verdict.NOT_EFFECTIVE, actor=seats.inspector)

    def titles(who):
        lines = home_for(who, on=at.date()).waiting
        return {one.title for one in lines if one.keys == (drafted.public_id,)}

    assert titles(seats.binh) == {"Khắc phục chưa hiệu quả, cần việc mới"}
    assert titles(seats.cuc) == titles(seats.dung) == set()
    remediation.action(drafted, failed, text="Việc mới", owner_person_id=seats.an_person.pk)
    assert titles(seats.binh) == set()
    remediation.told(cycle, seats.cell, "Sổ sách ghi chậm")
    assert titles(seats.binh) == {"Hạn chế mới ghi nhận, chưa có việc khắc phục"}

    remediation.checked(fine, Verdict.EFFECTIVE, actor=seats.inspector)
    client.force_login(seats.inspector)
    lines = lines_of(home_for(seats.inspector, on=at.date()).waiting)
    (to_close,) = [one for one in lines if "chờ kết thúc" in one.line.title]
    assert to_close.line.count == _rows_at(client, to_close) == 1


def test_checks_that_are_due_and_plans_that_were_sent_up_open_just_those(client, settings):
    settings.TUSOI_CLOCK = LATE.isoformat()
    seats = cast.make()
    cycle = cycles.cycle(seats.district)
    (fell_short,) = remediation.told(cycle, seats.cell, "Thu phí đạt 74%")
    drafted = remediation.plan(cycle, seats.cell)
    made = remediation.done(seats, drafted, fell_short)
    FollowedShortcoming.objects.update(
        check_on=LATE - dt.timedelta(days=1), late_after=LATE - dt.timedelta(days=1)
    )
    at = remediation.PLANNED
    approve_plan(plan_id=drafted.pk, actor=seats.binh, at=at, justification="Đã đủ")
    send_plan(plan_id=drafted.pk, actor=seats.binh, at=at)
    client.force_login(seats.cuc)

    lines = lines_of(home_for(seats.cuc, on=LATE).waiting)

    places = {one.line.narrowed.partition("&cycle")[0]: one for one in lines}
    for narrowed in ("show=told&flag=check_due", "state=sent"):
        assert places[narrowed].line.count == 1
        assert _rows_at(client, places[narrowed]) == 1
    return_plan(plan_id=drafted.pk, reason="Thiếu thước đo", actor=seats.board, at=at)
    assert [
        one.keys for one in home_for(seats.binh, on=LATE).waiting if one.place is Place.PLAN
    ] == [(str(drafted.public_id),)]
    # Who is in charge still sees the action at home whatever became of the plan.
    reopen_action(action_id=made.pk, reason="Làm tiếp", actor=seats.binh, at=at)
    assert [
        one.text for one in home_for(seats.an, on=LATE).mine if one.place is Place.MY_ACTIONS
    ] == [made.text]


def _decided_and_disciplined(scene):
    """A decision of the ward, and a discipline of the same year that came after it."""
    one = cycles.obligation(scene.cycle, scene.people.an_person)
    meetings.submit_obligation(one)
    ratings.decided(ratings.reviewed(one), reasons="Đã cân nhắc.")
    Discipline.objects.create(
        decided_on=dt.date(2022, 12, 1),
        kind=DisciplineKind.REPRIMAND,
        member=scene.people.an_person.party_member,
        arose_in=scene.people.cell,
    )
    return one


def test_an_authority_is_led_to_decisions_that_later_facts_overtook(client, settings):
    settings.TUSOI_CLOCK = LATE.isoformat()
    scene = meetings.scene()
    _decided_and_disciplined(scene)
    seats = scene.people

    told = [one for one in home_for(seats.ward_authority, on=LATE).waiting if _is_overtaken(one)]
    client.force_login(seats.ward_authority)
    (line,) = lines_of(told)
    home = client.get("/").content.decode()
    counted = client.get(f"{line.url}&count=1").content.decode()

    assert f'hx-get="{line.url}&amp;count=1"' in home
    assert len(client.get(line.url).context["lines"]) == 1
    assert "nay không còn phù hợp với dữ kiện" in counted
    assert 'class="home-count"' in counted
    assert "hx-get" not in counted


def test_whoever_does_not_decide_there_is_not_led_to_them():
    scene = meetings.scene()
    _decided_and_disciplined(scene)
    seats = scene.people

    for actor in (seats.binh, seats.cuc, seats.board, seats.an, seats.outsider):
        assert not any(map(_is_overtaken, home_for(actor, on=LATE).waiting)), actor


def test_decisions_that_still_fit_are_told_so_once_they_are_weighed(client, settings):
    settings.TUSOI_CLOCK = LATE.isoformat()
    scene = meetings.scene()
    one = _decided_and_disciplined(scene)
    Discipline.objects.update(decided_on=one.cycle.period_from)
    RatingRecord.objects.update(outcome={"offered": []})
    client.force_login(scene.people.ward_authority)
    (line,) = lines_of(
        [
            one
            for one in home_for(scene.people.ward_authority, on=LATE).waiting
            if _is_overtaken(one)
        ]
    )

    shown = client.get(f"{line.url}&count=1").content.decode()

    assert "Mọi mức đã quyết định vẫn phù hợp với dữ kiện hiện nay" in shown


def test_looking_for_overtaken_decisions_costs_the_same_however_many(django_assert_num_queries):
    scene = meetings.scene(more_members=2)
    authority = scene.people.ward_authority
    _decided_and_disciplined(scene)
    with CaptureQueriesContext(connection) as asked:
        assert any(map(_is_overtaken, home_for(authority, on=LATE).waiting))
    others = Obligation.objects.filter(
        cycle=scene.cycle, unit=scene.people.cell, subject_kind=SubjectKind.MEMBER
    ).exclude(rating__isnull=False)
    for other in others:
        meetings.submit_obligation(other)
        ratings.decided(ratings.reviewed(other), reasons="Đã cân nhắc.")

    with django_assert_num_queries(len(asked)):
        home_for(authority, on=LATE)


def _is_overtaken(line):
    return line.place is Place.OVERTAKEN
