"""Boards: every figure leads to the rows it counts, at the same cost at any size."""

import datetime as dt

import pytest
from django.db.models import F
from django.urls import reverse

from tests.factories import cast as cast_of
from tests.factories import cycles as cycle_of
from tests.factories import people, units
from tests.factories.remediation import (
    PLANNED,
    action,
    analyzed,
    checked,
    done,
    plan,
    told,
)
from tusoi.remediation import operations
from tusoi.remediation.enums import ActionState, SourceKind, Verdict
from tusoi.remediation.models import Extension, FollowedShortcoming, RemediationAction
from tusoi.reviews.enums import Topic


pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _in_december(settings):
    settings.TUSOI_CLOCK = "2022-12-05"


@pytest.fixture
def cast():
    return cast_of.make()


@pytest.fixture
def cycle(cast):
    return cycle_of.cycle(cast.district)


@pytest.fixture
def drafted(cast, cycle):
    told(cycle, cast.cell, "Thu phí đạt 74%", topic=Topic.FINANCE)
    return plan(cycle, cast.cell)


@pytest.fixture
def full(cast, cycle, drafted):
    """Bring shortcomings of two cells into as many states as the boards count."""
    late, alone, vague, fine, failed = told(
        cycle,
        cast.cell,
        "Giải ngân đạt 40%",
        "Chậm 2 dự án",
        "Có mặt còn hạn chế",
        "Trễ 3 hồ sơ",
        "Thu quỹ đạt 30%",
    )
    for one in (late, fine, failed):
        analyzed(one)
    action(drafted, late, due_on=dt.date(2022, 12, 1), measure="")
    done(cast, drafted, fine)
    checked(fine, Verdict.PARTLY, actor=cast.inspector)
    done(cast, drafted, failed)
    checked(failed, Verdict.NOT_EFFECTIVE, actor=cast.inspector)
    told(cycle, cast.other_cell, "Họp chậm 2 kỳ", topic=Topic.PARTY_BUILDING)
    return alone, vague


def board(client, **query):
    return client.get(reverse("remediation:board"), query)


def overview(client, **query):
    return client.get(reverse("remediation:overview"), query)


def test_every_figure_of_the_overview_is_the_length_of_its_list(client, cast, cycle, full):
    client.force_login(cast.board)
    shown = overview(client)
    counted = {}
    for measure, cell in shown.context["figures"]:
        rows = client.get(cell.url).context["rows"]
        assert len(rows) == cell.count, measure.key
        counted[measure.key] = cell.count

    assert counted["all"] == 7
    for key in ("open", "late", "without_action", "without_measure", "vague", "effective"):
        assert counted[key] >= 1, key
    for key in ("not_effective", "without_owner"):
        assert counted[key] >= 1, key
    for line in shown.context["lines"]:
        for cell in (line.total, line.late, line.without_action, *line.cells):
            assert len(client.get(cell.url).context["rows"]) == cell.count


def test_the_weakest_unit_comes_first_with_who_can_act(client, cast, full):
    client.force_login(cast.board)
    lines = overview(client).context["lines"]
    assert [line.node.name for line in lines] == ["Đảng bộ phường Một", "Đảng bộ phường Hai"]

    below = client.get(lines[0].url)
    assert below.context["lines"][0].node.contact == cast.binh.person
    assert "Trần Văn Bình" in below.content.decode()
    assert "theo tuần" in below.content.decode().lower()


def test_each_measure_of_the_heat_table_counts_what_it_says(client, cast, full):
    client.force_login(cast.board)

    for key in ("late", "vague", "repeated", "effective", "nonsense"):
        shown = overview(client, measure=key)
        total = shown.context["total"].total
        assert len(client.get(total.url).context["rows"]) == total.count


def test_a_superior_sees_no_other_branch_and_nobody_without_a_role_anything(
    client, cast, cycle, full
):
    client.force_login(cast.cuc)
    assert overview(client).context["board"].node.name == "Đảng bộ phường Một"
    assert overview(client, unit=cast.other_ward.public_id).status_code == 404

    client.force_login(cast.an)
    assert overview(client).status_code == 403
    assert board(client).status_code == 403


def test_boards_cost_the_same_at_any_size(
    client, cast, cycle, full, django_assert_max_num_queries
):
    client.force_login(cast.board)
    pages = (
        (overview, {}),
        (board, {"show": "told"}),
        (board, {"show": "told", "view": "columns"}),
        (board, {"view": "columns"}),
        (board, {"view": "month"}),
        (board, {}),
    )
    before = []
    for page, query in pages:
        page(client, **query)
        with django_assert_max_num_queries(30) as asked:
            page(client, **query)
        before.append(len(asked))
    more = [f"Chậm {number} ngày" for number in range(10, 40)]
    told(cycle, cast.other_cell, *more)
    more_plan = plan(cycle, cast.other_cell)
    for one in FollowedShortcoming.objects.filter(unit=cast.other_cell)[:8]:
        action(more_plan, one, owner_person_id=cast.dung.person_id)

    for (page, query), most in zip(pages, before, strict=True):
        with django_assert_max_num_queries(most):
            page(client, **query)


def test_lists_go_on_by_key_and_miss_nothing(client, cast, cycle, drafted, monkeypatch):
    told(cycle, cast.cell, *(f"Chậm {number} ngày" for number in range(2, 9)))
    monkeypatch.setattr("tusoi.web.remediation.views.board.ROWS", 3)
    client.force_login(cast.board)
    seen, after = [], ""
    while True:
        shown = board(client, show="told", after=after)
        seen += [one.pk for one in shown.context["rows"]]
        after = shown.context["after"]
        if not after:
            break

    assert sorted(seen) == sorted(FollowedShortcoming.objects.values_list("pk", flat=True))
    assert len(board(client, show="told", after="nonsense").context["rows"]) == 3


def test_filters_stay_in_the_address_and_hold_no_name(client, cast, cycle, drafted):
    one = FollowedShortcoming.objects.get()
    action(drafted, one, text="Của An", owner_person_id=cast.an_person.pk)
    action(drafted, one, text="Của chi bộ", owner_unit_id=cast.cell.pk)
    client.force_login(cast.board)
    page = board(client).content.decode()
    assert f"owner=person.{cast.an_person.public_id}" in page

    person = f"person.{cast.an_person.public_id}"
    texts = [row.text for row in board(client, owner=person).context["rows"]]
    assert texts == ["Của An"]
    body = f"unit.{cast.cell.public_id}"
    assert [row.text for row in board(client, owner=body).context["rows"]] == ["Của chi bộ"]
    other = board(client, owner=person).context["view_tabs"][1].url
    assert f"owner={person}" in other
    assert len(board(client, owner="person.nobody").context["rows"]) == 2


def test_each_figure_leads_to_just_what_it_counts_however_the_list_is_narrowed(
    client, cast, cycle, full
):
    client.force_login(cast.board)
    shown = board(
        client,
        cycle=cycle.public_id,
        unit=cast.cell.public_id,
        topic=Topic.PARTY_BUILDING,
        people="1",
        source="inspection",
    )

    figures = shown.context["figures"]
    assert [one.count for one in figures] == [6, 4, 3, 2, 1, 1, 1]
    for one in figures:
        assert len(client.get(one.url).context["rows"]) == one.count, one.title


def test_a_narrowed_board_unfolds_its_filters_and_leads_back_to_the_whole_list(
    client, cast, cycle, drafted
):
    client.force_login(cast.board)
    unit = cast.cell.public_id
    whole = board(client, unit=unit, show="told")
    narrowed = board(client, unit=unit, show="told", topic=Topic.PARTY_BUILDING)

    page = narrowed.content.decode()
    assert '<details class="filter-fold d-print-none" open>' in page
    assert "Không có mục nào phù hợp" in page
    # Above the list, and where nothing was found.
    assert page.count("Bỏ các điều kiện lọc") == 2
    assert f'action="{reverse("find")}#list"' in page
    assert '<details class="filter-fold d-print-none" >' in whole.content.decode()
    assert "Bỏ các điều kiện lọc" not in whole.content.decode()
    back = client.get(narrowed.context["whole_url"].removesuffix("#list"))
    assert list(back.context["rows"]) == list(whole.context["rows"])
    assert back.context["unit"] == cast.cell


def test_the_source_narrows_shortcomings(client, cast, cycle, drafted):
    operations.record_shortcoming(
        cycle_id=cycle.pk,
        unit_id=cast.cell.pk,
        content=operations.ShortcomingContent(nature="Chậm 5 kỳ", topic=Topic.DISCIPLINE),
        source=operations.Source(kind=SourceKind.INSPECTION),
        actor=cast.inspector,
        at=PLANNED,
    )
    client.force_login(cast.board)

    rows = board(client, show="told", source="inspection").context["rows"]

    assert [row.nature for row in rows] == ["Chậm 5 kỳ"]


def test_columns_hold_each_state_and_a_month_each_day(client, cast, drafted):
    one = FollowedShortcoming.objects.get()
    action(drafted, one, text="Trong tháng", due_on=dt.date(2022, 12, 20))
    action(drafted, one, text="Tháng sau", due_on=dt.date(2023, 1, 20))
    client.force_login(cast.binh)

    columns = board(client, view="columns").context["columns"]
    assert [(column.state, len(column.rows)) for column in columns] == [
        ("planned", 2),
        ("in_hand", 0),
        ("done", 0),
    ]
    month = board(client, view="month")
    placed = {day.day: day.rows for week in month.context["weeks"] for day in week if day.rows}
    assert [row.text for row in placed[dt.date(2022, 12, 20)]] == ["Trong tháng"]
    assert "Tháng sau" in board(client, view="month", month="2023-01").content.decode()
    assert board(client, view="month", month="2023-99").context["first"] == dt.date(2022, 12, 1)


def test_a_full_day_of_the_month_leads_to_the_list_of_that_day(client, cast, drafted):
    one = FollowedShortcoming.objects.get()
    for number in range(7):
        action(drafted, one, text=f"Việc {number}", due_on=dt.date(2022, 12, 20))
    action(drafted, one, text="Hôm sau", due_on=dt.date(2022, 12, 21))
    client.force_login(cast.binh)

    month = board(client, view="month")
    full, after = [day for week in month.context["weeks"] for day in week if day.rows]

    assert (len(full.rows), full.more, after.more) == (5, 2, 0)
    assert "còn 2 việc" in month.content.decode()
    assert not month.context["tells_unit"]
    listed = client.get(full.url)
    assert {row.text for row in listed.context["rows"]} == {f"Việc {n}" for n in range(7)}
    assert "Đến hạn ngày 20/12/2022." in listed.content.decode()


def test_a_month_of_several_units_tells_whose_each_line_is(client, cast, cycle, drafted):
    day = dt.date(2022, 12, 20)
    action(drafted, FollowedShortcoming.objects.get(), due_on=day)
    other = told(cycle, cast.other_cell, "Họp chậm 2 kỳ")[0]
    action(plan(cycle, cast.other_cell), other, due_on=day)
    client.force_login(cast.board)

    month = board(client, view="month")
    assert month.context["tells_unit"]
    assert cast.other_cell.name in month.content.decode()


# -- changed together ----------------------------------------------------------------------------


def change(client, **sent):
    return client.post(reverse("remediation:change-many"), sent)


def carry_out(client, **sent):
    """Look at what would change, then do it."""
    looked_at = change(client, **sent).context["looked_at"]
    return change(client, **sent, looked_at=looked_at, confirm="1")


def test_a_preview_changes_nothing_and_says_each_refusal(client, cast, cycle, drafted):
    one = FollowedShortcoming.objects.get()
    open_one = action(drafted, one, owner_person_id=cast.an_person.pk)
    closed = action(drafted, one, text="Đã xong", owner_person_id=cast.an_person.pk)
    operations.finish_action(action_id=closed.pk, text="Xong", actor=cast.an, at=PLANNED)
    client.force_login(cast.binh)
    rows = [open_one.pk, closed.pk]
    assert len(change(client, row=rows, change="owner").context["rows"]) == 2
    sent = {
        "row": rows,
        "change": "owner",
        "owner_search": "Trần Văn Bình",
        "reason": "Phân công lại",
    }

    preview = change(client, **sent)

    outcomes = preview.context["outcomes"]
    assert [bool(row.refusal) for row in outcomes] == [False, True]
    assert "đã làm xong" in preview.content.decode()
    open_one.refresh_from_db()
    assert open_one.owner_person == cast.an_person

    carry_out(client, **sent)
    open_one.refresh_from_db()
    closed.refresh_from_db()
    assert (open_one.owner_person, closed.owner_person) == (cast.binh.person, cast.an_person)


def test_a_whole_name_is_meant_though_a_longer_one_holds_it(client, cast, drafted):
    units.membership(people.member(people.make_person("Trần Văn Bình Minh")), cast.cell)
    made = action(drafted, FollowedShortcoming.objects.get(), owner_person_id=cast.an_person.pk)
    client.force_login(cast.binh)
    sent = {"row": [made.pk], "change": "owner", "reason": "Phân công lại"}

    assert change(client, **sent, owner_search="Trần Văn").context["outcomes"][0].refusal
    carry_out(client, **sent, owner_search="trần văn  bình")

    made.refresh_from_db()
    assert made.owner_person == cast.binh.person


def issue(drafted, actor):
    operations.approve_plan(
        plan_id=drafted.pk,
        actor=actor,
        at=PLANNED,
        justification="Gấp",
        gaps_until=dt.date(2023, 3, 31),
    )


def test_a_deadline_that_was_issued_is_asked_for_and_a_first_one_set(client, cast, drafted):
    one = FollowedShortcoming.objects.get()
    issued = action(drafted, one, owner_person_id=cast.an_person.pk, due_on=dt.date(2023, 1, 31))
    unset = action(drafted, one, text="Chưa hạn", due_on=None)
    issue(drafted, cast.binh)
    client.force_login(cast.binh)

    carry_out(
        client,
        row=[issued.pk, unset.pk],
        change="due",
        due_on="28/02/2023",
        reason="Mưa lũ",
    )

    issued.refresh_from_db()
    unset.refresh_from_db()
    assert issued.due_on == dt.date(2023, 1, 31)
    assert Extension.objects.get().until == dt.date(2023, 2, 28)
    assert unset.due_on == dt.date(2023, 2, 28)


def test_an_earlier_deadline_is_set_as_an_edit_would_set_it(client, cast, drafted):
    issued = action(drafted, FollowedShortcoming.objects.get(), due_on=dt.date(2023, 1, 31))
    issue(drafted, cast.binh)
    client.force_login(cast.binh)
    sent = {"row": [issued.pk], "change": "due", "reason": "Làm sớm"}

    same = change(client, **sent, due_on="31/01/2023")
    assert [bool(row.refusal) for row in same.context["outcomes"]] == [True]
    carry_out(client, **sent, due_on="20/01/2023")

    issued.refresh_from_db()
    assert issued.due_on == dt.date(2023, 1, 20)
    assert not Extension.objects.exists()


def test_in_a_returned_plan_a_deadline_is_set_at_once(client, cast, drafted):
    issued = action(drafted, FollowedShortcoming.objects.get(), due_on=dt.date(2023, 1, 31))
    issue(drafted, cast.binh)
    operations.send_plan(plan_id=drafted.pk, actor=cast.binh, at=PLANNED)
    operations.return_plan(
        plan_id=drafted.pk, reason="Thời hạn quá gấp", actor=cast.board, at=PLANNED
    )
    client.force_login(cast.binh)

    carry_out(
        client,
        row=[issued.pk],
        change="due",
        due_on="28/02/2023",
        reason="Cấp trên yêu cầu",
    )

    issued.refresh_from_db()
    assert issued.due_on == dt.date(2023, 2, 28)
    assert not Extension.objects.exists()


def test_only_what_was_looked_at_is_carried_out(client, cast, drafted):
    made = action(drafted, FollowedShortcoming.objects.get(), due_on=None)
    client.force_login(cast.binh)
    sent = {"row": [made.pk], "change": "due", "reason": "Làm sớm"}
    seen = change(client, **sent, due_on="20/01/2023").context["looked_at"]

    for other in ({"due_on": "21/01/2023"}, {"due_on": "20/01/2023", "looked_at": ""}):
        answer = change(client, **({"looked_at": seen, "confirm": "1"} | sent | other))
        assert "không còn như lần xem trước" in answer.content.decode()
        made.refresh_from_db()
        assert made.due_on is None

    # Somebody else changes the line between the look and the click.
    RemediationAction.objects.filter(pk=made.pk).update(version=made.version + 1)
    again = change(client, **sent, due_on="20/01/2023", looked_at=seen, confirm="1")
    assert not again.context["is_done"]
    sent["looked_at"] = again.context["looked_at"]
    assert change(client, **sent, due_on="20/01/2023", confirm="1").status_code == 302
    made.refresh_from_db()
    assert made.due_on == dt.date(2023, 1, 20)


def undo(client):
    return client.post(reverse("remediation:change-many"), {"undo": "1"}, follow=True)


def test_a_change_of_many_is_shown_again_and_taken_back(client, cast, drafted):
    one = FollowedShortcoming.objects.get()
    issued = action(drafted, one, owner_person_id=cast.an_person.pk, due_on=dt.date(2023, 1, 31))
    unset = action(drafted, one, text="Chưa hạn", due_on=None)
    other = action(drafted, one, text="Sửa tiếp", due_on=None)
    issue(drafted, cast.binh)
    client.force_login(cast.binh)
    page = reverse("remediation:change-many")
    assert client.get(page).status_code == 302
    rows = [issued.pk, unset.pk, other.pk]
    sent = {"row": rows, "change": "due", "due_on": "28/02/2023", "reason": "Mưa lũ"}

    assert carry_out(client, **sent)["Location"] == page

    for _time in range(2):
        shown = client.get(page).content.decode()
        assert "Đề nghị gia hạn đến 28/02/2023" in shown
        assert "Đặt thời hạn, đề nghị gia hạn nhiều việc" in shown
    assert Extension.objects.count() == 1
    RemediationAction.objects.filter(pk=other.pk).update(version=F("version") + 1)

    undone = undo(client).content.decode()

    # What is issued has a deadline on which others count from now on, as with any edit.
    assert "Đã hoàn tác 1 mục; 2 mục không hoàn tác được." in undone
    assert "hãy đề nghị gia hạn" in undone
    assert "đã được sửa tiếp" in undone
    assert not Extension.objects.exists()
    # Once is enough.
    assert 'name="undo"' not in undone
    undo(client)
    due = dict(RemediationAction.objects.values_list("text", "due_on"))
    assert due[other.text] == dt.date(2023, 2, 28)


def test_deadlines_owners_and_topics_go_back_too(client, cast, drafted):
    one = FollowedShortcoming.objects.get()
    made = action(drafted, one, owner_person_id=cast.an_person.pk)
    client.force_login(cast.binh)
    before = made.due_on
    carry_out(client, row=[made.pk], change="due", due_on="28/02/2023", reason="x")
    undo(client)
    made.refresh_from_db()
    assert made.due_on == before
    sent = {"owner_search": "Trần Văn Bình", "reason": "Phân công lại"}

    carry_out(client, row=[made.pk], change="owner", **sent)
    made.refresh_from_db()
    assert made.owner_person == cast.binh.person
    undo(client)
    made.refresh_from_db()
    assert made.owner_person == cast.an_person
    changes = made.owner_changes.order_by("pk").values_list("to_person", "reason")
    assert list(changes) == [
        (cast.binh.person_id, "Phân công lại"),
        (cast.an_person.pk, "Hoàn tác"),
    ]

    before = one.topic
    carry_out(client, row=[one.pk], change="topic", topic="party_building")
    undo(client)
    one.refresh_from_db()
    assert one.topic == before


def test_more_lines_than_a_page_holds_are_refused_whole(client, cast, drafted):
    made = action(drafted, FollowedShortcoming.objects.get(), due_on=None)
    client.force_login(cast.binh)
    rows = [made.pk, *range(900, 950)]

    answer = change(client, row=rows, change="due", due_on="28/02/2023", reason="x")

    assert answer.status_code == 422
    assert "Mỗi lần thay đổi nhiều nhất 50 mục" in answer.content.decode()
    assert reverse("remediation:board") in answer.content.decode()


def test_the_topic_of_several_is_set_at_once(client, cast, cycle, drafted):
    told(cycle, cast.cell, "Chậm 2 kỳ", topic=Topic.OTHER)
    keys = list(FollowedShortcoming.objects.values_list("pk", flat=True))
    client.force_login(cast.binh)

    assert change(client, row=keys, change="topic", topic="").status_code == 422
    carry_out(client, row=keys, change="topic", topic="party_building")

    assert set(FollowedShortcoming.objects.values_list("topic", flat=True)) == {"party_building"}


def test_nothing_outside_the_scope_is_changed(client, cast, drafted):
    made = action(drafted, FollowedShortcoming.objects.get())
    client.force_login(cast.dung)

    answer = change(
        client, row=[made.pk], change="due", due_on="28/02/2023", reason="x", confirm="1"
    )

    assert answer.status_code == 422
    made.refresh_from_db()
    assert made.due_on == dt.date(2023, 3, 31)
    assert RemediationAction.objects.get().state == ActionState.PLANNED


@pytest.mark.parametrize("month", ["0001-01", "9999-12", "2022-13", "x", "-1"])
def test_what_is_no_month_here_shows_the_present_one(client, cast, cycle, full, month):
    client.force_login(cast.board)

    shown = board(client, view="month", month=month)

    assert shown.status_code == 200
    assert shown.context["first"] == dt.date(2022, 12, 1)


# -- what worked elsewhere -----------------------------------------------------------------------


def test_the_way_to_what_worked_elsewhere_leads_through_each_shortcoming(client, cast, drafted):
    one = FollowedShortcoming.objects.get()
    client.force_login(cast.binh)
    add = reverse("remediation:add-action", args=[drafted.public_id])

    assert f'href="?shortcoming={one.pk}"' in client.get(add).content.decode()
    chosen = client.get(add, {"shortcoming": one.pk}).content.decode()
    assert "Chưa có việc nào của nơi khác" in chosen
