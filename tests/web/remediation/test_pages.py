import datetime as dt
import io
from decimal import Decimal

import pytest
import python_calamine
from django.urls import reverse

from tests.factories import cast as cast_of
from tests.factories import cycles as cycle_of
from tests.factories import people, units
from tests.factories.remediation import PLANNED, action, analyzed, checked, content, plan, told
from tests.web.searching import find
from tusoi.core import clock
from tusoi.remediation import operations, queries
from tusoi.remediation.enums import ActionState, PlanState, Verdict
from tusoi.remediation.models import RemediationAction, RemediationPlan
from tusoi.reviews.enums import Topic
from tusoi.reviews.models import Shortcoming
from tusoi.web.remediation import forms


pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TODAY = dt.date(2023, 6, 1)


@pytest.fixture
def cast():
    return cast_of.make()


@pytest.fixture
def cycle(cast):
    return cycle_of.cycle(cast.district)


@pytest.fixture
def low_income(cast, cycle):
    return told(cycle, cast.cell, "Thu phí đạt thấp", topic=Topic.FINANCE)[0]


@pytest.fixture
def drafted(cast, cycle, low_income):
    return plan(cycle, cast.cell)


def _board(client, **query):
    return find(client, reverse("remediation:board"), **query)


def _url(name, what):
    return reverse(f"remediation:{name}", args=[what.public_id])


def _act(what, verb, kind="action"):
    return reverse(f"remediation:{kind}-act", args=[what.public_id, verb])


def test_the_counts_agree_with_looking_at_each(cast, cycle, low_income, drafted):
    second, third = told(cycle, cast.cell, "Hạ tầng chậm", "Họp chưa đều", topic=Topic.ECONOMY)
    past, future = dt.date(2023, 1, 31), dt.date(2023, 12, 31)
    action(drafted, low_income, due_on=past)
    action(drafted, low_income, second, due_on=past, owner_person_id=cast.an_person.pk)
    action(drafted, second, due_on=future, measure="")
    done = action(drafted, low_income, due_on=past, text="Việc đã xong")
    operations.finish_action(action_id=done.pk, text="xong", actor=cast.binh, at=PLANNED)
    dropped = action(drafted, third, due_on=past)
    operations.drop_action(action_id=dropped.pk, reason="thôi", actor=cast.binh, at=PLANNED)

    counts = queries.board_counts(cast.board, cycle, on=TODAY)

    assert counts == queries.BoardCounts(
        actions=4,
        open=3,
        done=1,
        overdue=2,
        no_owner=2,
        no_measure=1,
        shortcomings=3,
        without_action=1,
    )
    assert {
        one.topic: (one.shortcomings, one.without_action, one.overdue, one.resolved)
        for one in queries.counts_by_topic(cast.board, cycle, on=TODAY)
    } == {"economy": (2, 1, 1, 0), "finance": (1, 0, 1, 0)}


def test_the_level_above_sees_what_is_overdue_below_and_another_branch_does_not(
    client, cast, drafted, low_income
):
    action(drafted, low_income, text="Thu nộp phí", due_on=dt.date(2022, 1, 31))
    client.force_login(cast.board)
    assert "Thu nộp phí" in _board(client, flag="overdue").content.decode()

    client.force_login(cast.dung)
    assert "Thu nộp phí" not in _board(client).content.decode()


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ({"topic": "finance"}, True),
        ({"topic": "economy"}, False),
        ({"state": "planned"}, True),
        ({"state": "done"}, False),
        ({"flag": "no_owner"}, True),
        ({"flag": "no_measure"}, False),
        ({"q": "nộp"}, True),
        ({"q": "nop THU"}, True),
        ({"q": "no\u0323\u0302p"}, True),
        ({"q": "truong hoc"}, True),
        ({"q": "khác"}, False),
    ],
)
def test_the_address_narrows_the_list(client, cast, drafted, low_income, query, is_found):
    action(drafted, low_income, text="Thu nộp phí", places="Trường học")
    client.force_login(cast.board)

    assert ("Thu nộp phí" in _board(client, **query).content.decode()) is is_found


def test_a_unit_narrows_the_list_to_what_lies_below(client, cast, drafted, low_income):
    action(drafted, low_income, text="Thu nộp phí")
    client.force_login(cast.board)

    assert "Thu nộp phí" in _board(client, unit=cast.ward.public_id).content.decode()
    assert "Thu nộp phí" not in _board(client, unit=cast.other_ward.public_id).content.decode()


def test_shortcomings_without_an_action_are_shown_as_such(client, cast, drafted, low_income):
    client.force_login(cast.board)
    assert "Thu phí đạt thấp" in _board(client, show="gaps").content.decode()

    action(drafted, low_income)
    assert "Thu phí đạt thấp" not in _board(client, show="gaps").content.decode()


@pytest.mark.parametrize(("query", "is_found"), [("thu PHI", True), ("thu quy", False)])
def test_shortcomings_are_found_without_accents(
    client, cast, drafted, low_income, query, is_found
):
    Shortcoming.objects.filter(pk=low_income.pk).update(search_key="thu phi dat thap")
    client.force_login(cast.board)

    page = _board(client, show="told", q=query).content.decode()

    assert ("Thu phí đạt thấp" in page) is is_found


def test_every_count_of_the_board_is_the_length_of_its_list(client, cast, cycle, drafted):
    first, second, third = told(cycle, cast.cell, "Một", "Hai", "Ba", topic=Topic.ECONOMY)
    action(drafted, first, due_on=dt.date(2022, 1, 31), measure="")
    action(drafted, second, owner_person_id=cast.an_person.pk)
    dropped = action(drafted, third)
    operations.drop_action(action_id=dropped.pk, reason="thôi", actor=cast.binh, at=PLANNED)
    client.force_login(cast.board)
    counts = _board(client).context["counts"]

    lists = {
        "shortcomings": {"show": "told"},
        "without_action": {"show": "gaps"},
        "actions": {},
        "done": {"state": "done"},
        "overdue": {"flag": "overdue"},
        "no_owner": {"flag": "no_owner"},
        "no_measure": {"flag": "no_measure"},
    }
    found = {name: len(_board(client, **query).context["rows"]) for name, query in lists.items()}

    assert found == {name: getattr(counts, name) for name in lists}
    assert found["shortcomings"] == 4
    assert found["without_action"] == 2


def test_the_board_costs_the_same_for_one_and_for_three(
    client, cast, drafted, low_income, django_assert_max_num_queries
):
    client.force_login(cast.board)
    action(drafted, low_income)
    _board(client)
    with django_assert_max_num_queries(30) as one:
        _board(client)
    for _number in range(2):
        action(drafted, low_income, owner_person_id=cast.an_person.pk)
    with django_assert_max_num_queries(30) as three:
        _board(client)

    assert len(three) == len(one)


def test_the_file_holds_the_list_and_runs_no_formula(client, cast, drafted, low_income):
    action(drafted, low_income, text='=HYPERLINK("http://x")')
    action(drafted, low_income, text="Việc khác", measure="")
    client.force_login(cast.board)

    answer = client.get(reverse("remediation:export"), {"flag": "no_measure"})
    assert [row[2] for row in _sheet(answer)[3:]] == ["Việc khác"]
    whole = _sheet(client.get(reverse("remediation:export")))
    assert '=HYPERLINK("http://x")' in {row[2] for row in whole}
    told_of = _sheet(client.get(reverse("remediation:export"), {"show": "told"}))
    assert [row[1] for row in told_of[3:]] == ["Thu phí đạt thấp"]


def test_the_file_tells_whose_it_is_with_whom_and_how_far(
    client, cast, drafted, low_income, django_assert_max_num_queries
):
    made = action(
        drafted,
        low_income,
        partners="Hội Nông dân",
        partner_unit_ids=[cast.other_cell.pk],
        planned_value=Decimal("95.5"),
        value_unit="%",
        owner_person_id=cast.an_person.pk,
    )
    evidence = operations.Evidence(reached_value=Decimal(40))
    operations.note_progress(
        action_id=made.pk,
        text="Đang thu",
        percent=40,
        evidence=evidence,
        actor=cast.an,
        at=PLANNED,
    )
    client.force_login(cast.board)
    with django_assert_max_num_queries(30):
        sheet = _sheet(client.get(reverse("remediation:export")))

    (line,) = (dict(zip(sheet[2], row, strict=True)) for row in sheet[3:])
    assert line["Tổ chức đảng"] == "Chi bộ Khu vực 1, Đảng bộ phường Một"
    assert line["Phối hợp"] == "Hội Nông dân, Chi bộ Khu vực 9"
    assert (line["Mức phải đạt"], line["Đạt được"]) == ("95,5 %", "40 %")
    assert line["Mức độ hoàn thành (%)"] == "40"


def test_plans_are_missing_only_where_something_fell_short(client, cast, cycle, drafted):
    client.force_login(cast.board)
    address = reverse("remediation:plans")

    def named(**query):
        rows = client.get(address, query).context["slice"].rows
        return {row.unit for row in rows}

    assert named() == {cast.cell}
    assert named(state="none") == set()
    told(cycle, cast.other_cell, "Họp chưa đều")
    assert named(state="none") == {cast.other_cell}
    assert named() == {cast.cell, cast.other_cell}


def test_a_deadline_that_is_over_already_is_told(client, cast, drafted, low_income):
    client.force_login(cast.binh)
    sent = {"text": "Việc cũ", "shortcomings": [low_income.pk], "due_on": "31/1/2022"}

    answer = client.post(_url("add-action", drafted), sent, follow=True)

    assert "Thời hạn vừa ghi đã qua" in answer.content.decode()


def _sheet(answer):
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return book.get_sheet_by_index(0).to_python(skip_empty_area=False)


def test_a_secretary_goes_from_the_review_to_an_issued_plan(client, cast, cycle, low_income):
    client.force_login(cast.binh)
    assert "Lập kế hoạch" in _board(client).content.decode()

    client.post(reverse("remediation:start"), {"unit": cast.cell.public_id})
    made = RemediationPlan.objects.get()
    begun = client.get(_url("plan", made)).content.decode()
    assert "chưa có việc khắc phục" in begun
    assert "bản kiểm điểm chưa nêu giải pháp nào" in begun
    answer = client.post(_act(made, "approve", "plan"))
    assert answer.status_code == 422
    answer = client.post(
        _url("add-action", made),
        {
            "text": "Đôn đốc thu",
            "shortcomings": [low_income.pk],
            "owner": f"person:{cast.an_person.pk}",
            "due_on": "31/3/2023",
            "measure": "Đạt 100%",
        },
    )
    assert answer.status_code == 302
    assert client.post(_act(made, "approve", "plan")).status_code == 422
    until = clock.today() + dt.timedelta(days=30)
    sent = {"justification": "Chờ họp chi ủy", "gaps_until": f"{until:%d/%m/%Y}"}
    client.post(_act(made, "approve", "plan"), sent)

    made.refresh_from_db()
    assert made.state == PlanState.APPROVED
    page = client.get(_url("plan", made)).content.decode()
    assert f"Bổ sung chậm nhất ngày {until:%d/%m/%Y}" in page
    assert "chưa rõ nguyên nhân" in page


def test_the_form_says_what_is_missing_and_keeps_what_was_typed(client, cast, drafted):
    client.force_login(cast.binh)

    answer = client.post(_url("add-action", drafted), {"text": "Đôn đốc thu"})

    assert answer.status_code == 422
    assert "Đôn đốc thu" in answer.content.decode()


def test_who_is_in_charge_is_searched_for_without_javascript(
    client, cast, drafted, low_income, monkeypatch
):
    monkeypatch.setattr(forms, "MOST_SHOWN", 1)
    client.force_login(cast.binh)
    named = f'value="person:{cast.an_person.pk}"'
    assert named not in client.get(_url("add-action", drafted)).content.decode()
    typed = {"text": "Đôn đốc thu", "shortcomings": [low_income.pk], "owner_search": "le thi an"}

    answer = client.post(_url("add-action", drafted), typed | {"find": "1"})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert named in page
    assert "Đôn đốc thu" in page
    assert not RemediationAction.objects.exists()
    # A name that only one person bears needs no second look.
    client.post(_url("add-action", drafted), typed)
    assert RemediationAction.objects.get().owner_person == cast.an_person


def test_a_name_of_several_is_asked_about_and_of_nobody_refused(client, cast, drafted, low_income):
    units.membership(people.member(people.make_person("Lê Thị An")), cast.cell)
    client.force_login(cast.binh)
    typed = {"text": "Đôn đốc thu", "shortcomings": [low_income.pk]}

    several = client.post(_url("add-action", drafted), typed | {"owner_search": "lê thị an"})
    nobody = client.post(_url("add-action", drafted), typed | {"owner_search": "xyz"})
    looked = client.post(_url("add-action", drafted), typed | {"owner_search": "xyz", "find": "1"})

    assert [one.status_code for one in (several, nobody, looked)] == [422, 422, 422]
    assert "Có nhiều tên khớp" in several.content.decode()
    assert "Không tìm thấy tên này" in nobody.content.decode()
    assert not RemediationAction.objects.exists()
    chosen = {"owner_search": "lê thị an", "owner": f"person:{cast.an_person.pk}"}
    client.post(_url("add-action", drafted), typed | chosen)
    assert RemediationAction.objects.get().owner_person == cast.an_person


def test_bodies_beside_the_unit_lend_a_hand_and_stay_when_the_action_is_edited(
    client, cast, drafted, low_income
):
    client.force_login(cast.binh)
    sent = {"text": "Đôn đốc thu", "shortcomings": [low_income.pk], "places": "Khu vực 1"}

    page = client.post(
        _url("add-action", drafted),
        sent | {"partner_search": cast.other_ward.code, "find": "1"},
    ).content.decode()
    assert f'value="{cast.other_ward.pk}"' in page
    client.post(_url("add-action", drafted), sent | {"partner_units": [cast.other_ward.pk]})

    made = RemediationAction.objects.get()
    assert list(made.partner_units.all()) == [cast.other_ward]
    page = client.get(_url("edit-action", made)).content.decode()
    assert f'value="{cast.other_ward.pk}"' in page
    client.post(
        _url("edit-action", made),
        sent | {"version": "1", "partner_units": [cast.other_ward.pk, cast.ward.pk]},
    )
    assert set(made.partner_units.all()) == {cast.other_ward, cast.ward}
    assert "Khu vực 1" in client.get(_url("action", made)).content.decode()


def test_nobody_outside_the_unit_is_found_to_be_in_charge(client, cast, drafted, low_income):
    client.force_login(cast.binh)

    page = client.post(
        _url("add-action", drafted),
        {"owner_search": cast.dung.person.full_name, "find": "1"},
    ).content.decode()

    assert f"person:{cast.dung.person.pk}" not in page


def test_the_later_of_two_editors_sees_both_texts(client, cast, drafted, low_income):
    made = action(drafted, low_income)
    operations.edit_action(
        action_id=made.pk,
        version=1,
        content=content(low_income, text="Bản của chị Cúc"),
        actor=cast.cuc,
        at=PLANNED,
    )
    client.force_login(cast.binh)
    sent = {"text": "Bản của anh Bình", "shortcomings": [low_income.pk], "version": "1"}

    answer = client.post(_url("edit-action", made), sent)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Bản của chị Cúc" in page
    assert "Bản của anh Bình" in page
    assert RemediationAction.objects.get().text == "Bản của chị Cúc"
    # Having seen both, saving again is a choice.
    assert 'value="2"' in page
    client.post(_url("edit-action", made), sent | {"version": "2"})
    assert RemediationAction.objects.get().text == "Bản của anh Bình"


def test_my_promises_are_reported_on_with_one_form(client, cast, drafted, low_income):
    made = action(drafted, low_income, text="Thu nộp phí", owner_person_id=cast.an_person.pk)
    client.force_login(cast.an)
    assert "Thu nộp phí" in client.get(reverse("remediation:mine")).content.decode()

    answer = client.post(_act(made, "note"), {"text": "Được nửa", "percent": "50", "back": "mine"})
    assert answer["Location"] == f"{reverse('remediation:mine')}#{made.public_id}"
    client.post(_act(made, "note"), {"text": "Xong", "done": "1"})

    made.refresh_from_db()
    assert made.state == ActionState.DONE
    assert made.notes.count() == 2


def test_a_refused_note_keeps_its_text(client, cast, drafted, low_income):
    made = action(drafted, low_income)
    operations.drop_action(action_id=made.pk, reason="trùng", actor=cast.binh, at=PLANNED)
    client.force_login(cast.binh)

    answer = client.post(_act(made, "note"), {"text": "thêm"})

    assert answer.status_code == 422
    assert "thôi thực hiện" in answer.content.decode()


def test_evidence_is_added_to_what_is_done_until_it_is_closed(client, cast, drafted, low_income):
    analyzed(low_income)
    made = action(drafted, low_income, owner_person_id=cast.an_person.pk)
    operations.finish_action(action_id=made.pk, text="xong", actor=cast.an, at=PLANNED)
    client.force_login(cast.an)
    page = client.get(_url("action", made)).content.decode()
    assert "Bổ sung minh chứng" in page
    assert 'name="done"' not in page
    checked(low_income, Verdict.EFFECTIVE, actor=cast.inspector)
    # Nothing shows it yet, so it cannot be closed; and to take the action up again is too late.
    assert queries.gaps_to_close(low_income)
    assert "Mở lại" not in client.get(_url("action", made)).content.decode()

    client.post(_act(made, "note"), {"text": "Biên lai kèm theo", "reached_value": "98"})

    assert queries.gaps_to_close(low_income) == []
    closed = {"shortcoming_id": low_income.pk, "actor": cast.inspector, "at": PLANNED}
    operations.close_shortcoming(**closed)
    assert client.post(_act(made, "note"), {"text": "thêm nữa"}).status_code == 422


def test_who_is_in_charge_sees_the_action_and_not_the_plan(client, cast, drafted, low_income):
    made = action(drafted, low_income, owner_person_id=cast.an_person.pk)
    client.force_login(cast.an)

    assert client.get(_url("action", made)).status_code == 200
    assert client.get(_url("plan", drafted)).status_code == 404
    assert client.get(_url("edit-action", made)).status_code == 403


def test_another_branch_finds_nothing_there(client, cast, drafted, low_income):
    made = action(drafted, low_income)
    client.force_login(cast.dung)

    for name, what in (
        ("plan", drafted),
        ("add-action", drafted),
        ("action", made),
        ("edit-action", made),
    ):
        assert client.get(_url(name, what)).status_code == 404
    for verb, what, kind in (
        ("approve", drafted, "plan"),
        ("drop", made, "action"),
        ("note", made, "action"),
        ("reopen", made, "action"),
    ):
        sent = {"reason": "x", "text": "x"}
        assert client.post(_act(what, verb, kind), sent).status_code == 404


def test_an_inspector_reads_and_changes_nothing(client, cast, drafted, low_income):
    made = action(drafted, low_income)
    client.force_login(cast.inspector)

    assert client.get(_url("plan", drafted)).status_code == 200
    for verb, what, kind in (
        ("approve", drafted, "plan"),
        ("drop", made, "action"),
        ("note", made, "action"),
    ):
        sent = {"reason": "x", "text": "x"}
        assert client.post(_act(what, verb, kind), sent).status_code == 403
    assert RemediationAction.objects.get().state == ActionState.PLANNED


def test_dropping_and_reopening_through_the_page(client, cast, drafted, low_income):
    made = action(drafted, low_income)
    client.force_login(cast.binh)

    client.post(_act(made, "drop"), {"reason": "Đã có đề án khác"})
    assert "Đã có đề án khác" in client.get(_url("plan", drafted)).content.decode()
    client.post(_act(made, "reopen"), {"reason": "Đề án dừng"})

    made.refresh_from_db()
    assert made.state == ActionState.IN_HAND


def test_before_any_review_the_board_says_what_comes_first(client, cast, cycle):
    client.force_login(cast.binh)

    page = _board(client).content.decode()
    assert "Hãy viết và nộp báo cáo kiểm điểm, hoặc ghi hạn chế" in page
    assert '<dl class="figures">' not in page

    told(cycle, cast.cell, "Thu phí đạt thấp", topic=Topic.FINANCE)
    page = _board(client).content.decode()
    assert "Hãy viết và nộp báo cáo kiểm điểm, hoặc ghi hạn chế" not in page
    assert "Lập kế hoạch" in page
    assert '<dl class="figures">' in page


# Longer than any key of a database, and longer than Python reads as a number.
NO_KEYS = ("9" * 25, "9" * 5_000)


@pytest.mark.parametrize("key", NO_KEYS)
def test_a_key_that_no_row_can_have_names_nothing(client, cast, low_income, drafted, key):
    client.force_login(cast.binh)
    sent = {"text": "Thu", "shortcomings": [low_income.pk], "partner_units": [key]}

    added = client.post(_url("add-action", drafted), sent | {"owner": f"person:{key}"})
    many = client.post(reverse("remediation:change-many"), {"change": "topic", "row": [key]})
    opened = client.get(reverse("remediation:record"), {"prompt": key})

    assert (added.status_code, many.status_code, opened.status_code) == (422, 422, 200)
    assert not RemediationAction.objects.exists()
