"""The pages of reviews: what they show to whom, what they save, what they refuse and how."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories import access, cast, cycles, meetings, reviews
from tests.web.searching import find
from tusoi.access.enums import RoleKey
from tusoi.core import clock
from tusoi.meetings import operations as meeting_operations
from tusoi.reports.home import home_for
from tusoi.reviews import operations, queries
from tusoi.reviews.enums import ReviewState, RowKind
from tusoi.reviews.models import AnswerVersion, SelfReview
from tusoi.reviews.queries import row_base
from tusoi.units.enums import UnitSector


pytestmark = pytest.mark.slow
JSON = {"HTTP_ACCEPT": "application/json"}
MOST_STATEMENTS = 30


@pytest.fixture(autouse=True)
def _in_november(settings):
    settings.TUSOI_CLOCK = "2022-11-10"


@pytest.fixture
def people(db):
    return cast.make()


@pytest.fixture
def cycle(people):
    return cycles.cycle(people.district)


@pytest.fixture
def review(people, cycle):
    return reviews.started(reviews.obligation_of(people, cycle), people.an)


@pytest.fixture
def cell_review(people, cycle):
    return reviews.started(cycles.obligation(cycle, people.cell), people.binh)


def _write(review):
    return reverse("reviews:write", args=[review.public_id])


def _read(review):
    return reverse("reviews:read", args=[review.public_id])


def _text(answer):
    return answer.content.decode()


def test_mine_offers_to_begin_and_to_go_on(client, people, cycle):
    client.force_login(people.binh)

    page = _text(client.get(reverse("reviews:mine")))

    assert page.count("Bắt đầu viết") == 2
    owed = reviews.obligation_of(people, cycle, "binh")
    answer = client.post(reverse("reviews:start", args=[owed.pk]))
    review = SelfReview.objects.get()
    assert answer["Location"] == _write(review)
    assert client.post(reverse("reviews:start", args=[owed.pk]))["Location"] == _write(review)
    assert "Viết tiếp" in _text(client.get(reverse("reviews:mine")))


def test_mine_leads_to_the_own_result_once_it_is_decided(client, people, cycle):
    owed = reviews.obligation_of(people, cycle, "binh")
    result = reverse("ratings:detail", args=[owed.pk])
    client.force_login(people.binh)
    assert result not in _text(client.get(reverse("reviews:mine")))

    type(owed).objects.filter(pk=owed.pk).update(decided_at=owed.cycle.opened_at)

    assert result in _text(client.get(reverse("reviews:mine")))


def test_mine_is_empty_in_words(client, people):
    client.force_login(people.outsider)

    assert "không có bản kiểm điểm nào phải viết" in _text(client.get(reverse("reviews:mine")))


def test_start_of_somebody_elses_is_not_found(client, people, cycle):
    client.force_login(people.binh)
    owed = reviews.obligation_of(people, cycle)

    assert client.post(reverse("reviews:start", args=[owed.pk])).status_code == 404


@pytest.mark.parametrize("name", ["binh", "cuc", "dung", "board", "administrator", "outsider"])
def test_a_draft_is_its_authors_alone(client, people, review, name):
    client.force_login(getattr(people, name))

    for address in (_write(review), _read(review), f"{_read(review)}history/"):
        assert client.get(address).status_code == 404
    assert client.post(_write(review), {"level": "good"}).status_code == 404


def test_the_writing_page_shows_the_form_and_last_years_text(client, people):
    before = cycles.cycle(people.district, year=2021, at=cycles.moment(2021, 10, 3), name="2021")
    old = reviews.filled(
        reviews.started(
            reviews.obligation_of(people, before), people.an, when=cycles.moment(2021, 10, 4)
        ),
        people.an,
        when=cycles.moment(2021, 10, 5),
    )
    operations.submit_review(review_id=old.pk, actor=people.an, at=cycles.moment(2021, 10, 6))
    cycle = cycles.cycle(people.district)
    review = reviews.started(reviews.obligation_of(people, cycle), people.an)
    client.force_login(people.an)

    page = _text(client.get(_write(review)))

    assert "Về tư tưởng chính trị" in page
    assert "Năm 2021 đã viết" in page
    assert "Đã làm đúng việc được giao" in page
    assert 'value="Lê Thị An"' in page


def test_a_plain_save_works_without_javascript(client, people, review):
    client.force_login(people.an)

    answer = client.post(
        _write(review),
        {
            "a-personal-duties": "Xong mười việc.\r\nĐúng hạn.",
            "g-member-discipline": "good",
            "level": "good",
            "action": "",
        },
    )

    assert answer.status_code == 302
    assert review.answers.get(question_id="personal-duties").text == "Xong mười việc.\nĐúng hạn."
    review.refresh_from_db()
    assert review.proposed_level == "good"
    assert "Đã lưu." in _text(client.get(_write(review)))


def test_an_autosave_tells_bases_progress_and_percentages(client, people, cell_review):
    client.force_login(people.binh)
    row = operations.add_row(
        review_id=cell_review.pk, kind=RowKind.TARGET, actor=people.binh, at=reviews.at(11)
    )
    name = f"r-target-{row.pk}"

    answer = client.post(
        _write(cell_review),
        {
            "a-collective-duties": "Đạt 15/15 chỉ tiêu.",
            f"{name}-name": "Thu Quỹ",
            f"{name}-planned": "1.000",
            f"{name}-actual": "740,5",
            f"b-{name}": str(row_base(row, RowKind.TARGET)),
        },
        **JSON,
    ).json()

    assert answer["percents"][name] == "74,1 %"
    assert answer["bases"]["b-a-collective-duties"].startswith("1.")
    assert answer["bases"][f"b-{name}"].startswith("2.")
    assert 0 < answer["done"] < answer["required"]
    assert answer["conflicts"] == {}
    row.refresh_from_db()
    assert (str(row.planned), str(row.actual)) == ("1000.000", "740.500")


def test_a_figure_that_is_none_is_told_and_the_rest_is_saved(client, people, cell_review):
    client.force_login(people.binh)
    row = operations.add_row(
        review_id=cell_review.pk, kind=RowKind.TARGET, actor=people.binh, at=reviews.at(11)
    )
    name = f"r-target-{row.pk}"
    typed = {
        f"{name}-name": "Thu Quỹ",
        f"{name}-actual": "khoảng bảy mươi",
        f"b-{name}": str(row_base(row, RowKind.TARGET)),
    }

    answer = client.post(_write(cell_review), typed, **JSON).json()
    page = client.post(_write(cell_review), typed | {"action": "submit"})

    assert list(answer["errors"]) == [f"{name}-actual"]
    assert "ví dụ" in answer["errors"][f"{name}-actual"]
    row.refresh_from_db()
    assert row.name == "Thu Quỹ"
    assert page.status_code == 422
    assert "khoảng bảy mươi" in _text(page)
    cell_review.refresh_from_db()
    assert cell_review.state == ReviewState.DRAFT


def test_two_tabs_show_both_texts_and_settle_without_javascript(client, people, review):
    client.force_login(people.an)
    field = "a-personal-duties"
    first = client.post(_write(review), {field: "Bản đầu"}, **JSON).json()
    base = first["bases"][f"b-{field}"]
    client.post(_write(review), {field: "Bản của tab một", f"b-{field}": base}, **JSON)

    second = client.post(
        _write(review), {field: "Bản của tab hai", f"b-{field}": base}, **JSON
    ).json()

    assert second["stale"] == [f"b-{field}"]
    panel = second["conflicts"][field]
    assert "Bản của tab một" in panel
    assert "Bản của tab hai" in panel
    page = _text(client.get(_write(review)))
    assert "Bản của tab hai" in page
    kept = AnswerVersion.objects.get(is_conflict=True)
    handed_in = client.post(_write(review), {"action": "submit"})
    assert handed_in.status_code == 422
    client.post(_write(review), {"action": f"settle:a{kept.pk}:append"})
    stored = review.answers.get(question_id="personal-duties")
    assert stored.text == "Bản của tab một\n\nBản của tab hai"
    assert "conflict-text" not in _text(client.get(_write(review)))


def test_row_buttons_work_without_javascript(client, people, cell_review):
    client.force_login(people.binh)
    address = _write(cell_review)

    added = client.post(address, {"action": "add:initiative"})
    client.post(address, {"action": "add:initiative"})
    first, second = queries.rows_of(cell_review, RowKind.INITIATIVE)
    client.post(address, {"action": f"up:initiative:{second.pk}"})
    moved = [one.pk for one in queries.rows_of(cell_review, RowKind.INITIATIVE)]
    client.post(address, {"action": f"delete:initiative:{first.pk}"})
    (kept,) = queries.deleted_rows(cell_review)
    left = cell_review.initiatives.count()
    client.post(address, {"action": f"restore:{kept.pk}"})

    assert added["Location"].endswith("#q-collective-initiatives")
    assert moved == [second.pk, first.pk]
    assert (left, cell_review.initiatives.count()) == (1, 2)


@pytest.mark.parametrize(
    "action",
    [
        "add:nothing",
        "add",
        "delete:target:x",
        "delete:target:999999",
        "restore:999999",
        "settle:a999999:use",
        "settle:r999999:use",
        "settle:::",
        "settle:a1:steal",
        "dance",
    ],
)
def test_buttons_that_no_page_has_change_nothing(client, people, review, action):
    client.force_login(people.an)

    answer = client.post(_write(review), {"action": action})

    assert answer.status_code == 302
    review.refresh_from_db()
    assert review.state == ReviewState.DRAFT


def test_buttons_do_not_reach_into_other_reviews(client, people, review, cell_review):
    kept_row = operations.add_row(
        review_id=cell_review.pk,
        kind=RowKind.TARGET,
        values={"name": "Thu Quỹ"},
        actor=people.binh,
        at=reviews.at(11),
    )
    kept = operations.delete_row(
        review_id=cell_review.pk,
        kind=RowKind.TARGET,
        row_id=kept_row.pk,
        actor=people.binh,
        at=reviews.at(11),
    )
    client.force_login(people.an)

    client.post(_write(review), {"action": f"restore:{kept.pk}"})
    client.post(_write(review), {f"r-target-{kept_row.pk}-name": "Sửa"}, **JSON)

    assert cell_review.targets.count() == review.targets.count() == 0


def test_submitting_too_early_links_to_what_is_missing(client, people, review):
    client.force_login(people.an)

    page = client.post(_write(review), {"action": "submit"})

    assert page.status_code == 422
    assert 'href="#q-personal-duties"' in _text(page)
    assert 'id="q-personal-duties"' in _text(page)


def test_submitting_leads_to_the_reading_page(client, people, review):
    reviews.filled(review, people.an)
    client.force_login(people.an)

    complete = client.post(_write(review), {"action": "complete"})
    answer = client.post(_write(review), {"action": "submit"})

    assert complete["Location"].startswith(_write(review))
    assert answer["Location"] == _read(review)
    assert client.get(_write(review))["Location"] == _read(review)
    late = client.post(_write(review), {"a-personal-duties": "muộn"}, **JSON)
    assert late.status_code == 409
    assert "đã nộp" in late.json()["refused"]
    page = _text(client.get(_read(review)))
    assert "Rút lại để sửa" in page
    assert "BẢN KIỂM ĐIỂM CÁ NHÂN" in page
    assert "CHI BỘ KHU VỰC 1" in page
    assert client.post(f"{_read(review)}withdraw/")["Location"] == _write(review)


def test_an_officer_returns_with_a_reason_and_the_author_reads_it(client, people, review):
    reviews.filled(review, people.an)
    operations.submit_review(review_id=review.pk, actor=people.an, at=reviews.at(11))
    client.force_login(people.binh)
    assert "Tiếp nhận" in _text(client.get(_read(review)))

    empty = client.post(f"{_read(review)}return/", {"reason": " "})
    done = client.post(f"{_read(review)}return/", {"reason": "Chưa nêu <số liệu>."})

    assert empty["Location"] == _read(review)
    assert done["Location"] == reverse("reviews:list")
    assert client.get(_read(review)).status_code == 404
    client.force_login(people.an)
    assert "Chưa nêu &lt;số liệu&gt;." in _text(client.get(_write(review)))
    assert "Chưa nêu &lt;số liệu&gt;." in _text(client.get(f"{_read(review)}history/"))


def test_readers_without_the_right_do_not_judge(client, people, review):
    reviews.filled(review, people.an)
    operations.submit_review(review_id=review.pk, actor=people.an, at=reviews.at(11))
    for name, code in (("inspector", 403), ("dung", 404), ("an", 403)):
        client.force_login(getattr(people, name))
        assert client.post(f"{_read(review)}accept/").status_code == code, name
        assert client.post(f"{_read(review)}return/", {"reason": "x"}).status_code == code
    review.refresh_from_db()
    assert review.state == ReviewState.SUBMITTED

    client.force_login(people.cuc)
    client.post(f"{_read(review)}accept/")

    review.refresh_from_db()
    assert review.state == ReviewState.ACCEPTED


def test_the_list_finds_filters_and_keeps_to_its_scope(client, people, cycle, review):
    client.force_login(people.cuc)
    address = reverse("reviews:list")

    everything = _text(client.get(address))
    found = _text(find(client, address, q="le thi an"))
    none = _text(find(client, address, q="không có ai"))
    unwritten = _text(client.get(address, {"state": "none", "kind": "member"}))
    nonsense = client.get(address, {"state": "x", "kind": "y", "unit": "z", "page": "w"})

    assert "Lê Thị An" in everything
    assert "Chi bộ Khu vực 9" not in everything
    assert "Lê Thị An" in found
    assert "Trần Văn Bình" not in found
    assert "Không có hồ sơ nào" in none
    assert "Lê Thị An" not in unwritten
    assert "Trần Văn Bình" in unwritten
    assert nonsense.status_code == 200
    assert _read(review) not in everything


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("05/11/2022", "2022-11-05", "05/11/2022"),
        ("5-11-2022", "2022-11-05", "05/11/2022"),
        ("2022-11-05", "2022-11-05", "05/11/2022"),
        ("1975", "1975", "1975"),
        ("khoảng 1975", "khoảng 1975", "khoảng 1975"),
    ],
)
def test_days_are_written_as_people_here_write_them(client, people, review, typed, kept, shown):
    """Whatever language the browser speaks: its own date field would ask for the month first."""
    client.force_login(people.an)
    name = "personal-birth-date"

    client.post(_write(review), {f"a-{name}": typed})

    assert review.answers.get(question_id=name).text == kept
    page = _text(client.get(_write(review)))
    assert 'type="date"' not in page
    assert f'value="{shown}"' in page
    assert shown in _text(client.get(_read(review)))


def test_missing_comments_are_seen_by_the_author_and_by_those_above(client, people, cycle, review):
    people.cell.sector = UnitSector.AGENCY
    people.cell.save(update_fields=["sector"])
    slip = reverse("reviews:comment", args=[review.obligation_id]) + "?source=residence"

    client.force_login(people.an)
    writing = _text(client.get(_write(review)))
    mine = _text(client.get(reverse("reviews:mine")))
    form = client.get(slip)
    client.force_login(people.cuc)
    listed = _text(client.get(reverse("reviews:list")))

    assert slip in writing
    assert "Nhận xét của chi ủy, chi bộ nơi cư trú" in writing
    for page in (mine, listed):
        assert "nhận xét của chi ủy nơi cư trú" in page
    assert form.context["form"]["source"].value() == "residence"

    client.force_login(people.an)
    body = {"source": "residence", "body": "Chi ủy", "commented_on": "01/11/2022", "text": "Tốt."}
    client.post(slip, body)

    assert "nhận xét của chi ủy nơi cư trú" not in _text(client.get(reverse("reviews:mine")))


def test_several_are_accepted_at_once(client, people, review):
    reviews.filled(review, people.an)
    operations.submit_review(review_id=review.pk, actor=people.an, at=reviews.at(11))
    client.force_login(people.cuc)
    assert "Tiếp nhận các bản đã chọn" in _text(client.get(reverse("reviews:list")))

    client.post(reverse("reviews:accept-many"), {"review": [review.pk, "x", 999_999]})

    review.refresh_from_db()
    assert review.state == ReviewState.ACCEPTED


def test_several_are_returned_with_a_reason_and_the_refused_are_told(client, people, cycle):
    first = reviews.submitted(reviews.obligation_of(people, cycle), people.an)
    own = reviews.submitted(reviews.obligation_of(people, cycle, "binh"), people.binh)
    client.force_login(people.binh)
    address = reverse("reviews:return-many")
    sent = {"review": [first.pk, own.pk], "query": "state=submitted&x=1"}

    unexplained = client.post(address, sent)
    assert unexplained["Location"] == reverse("reviews:list") + "?state=submitted"
    assert "Hãy ghi rõ lý do" in _text(client.get(unexplained["Location"]))
    answer = client.post(address, sent | {"reason": "Thiếu số liệu"})

    assert answer.status_code == 422
    assert "Đã trả lại 1 bản kèm lý do." in _text(answer)
    assert "Trần Văn Bình" in _text(answer)
    assert "Lê Thị An" not in _text(answer)
    first.refresh_from_db()
    own.refresh_from_db()
    assert (first.state, own.state) == (ReviewState.RETURNED, ReviewState.SUBMITTED)


def test_nobody_below_returns_several(client, people, cycle):
    handed_in = reviews.submitted(reviews.obligation_of(people, cycle), people.an)
    sent = {"review": [handed_in.pk], "reason": "Thử"}
    for name in ("an", "inspector", "outsider"):
        client.force_login(getattr(people, name))
        assert client.post(reverse("reviews:return-many"), sent).status_code in {403, 404}
    client.force_login(people.dung)
    client.post(reverse("reviews:return-many"), sent)
    handed_in.refresh_from_db()
    assert handed_in.state == ReviewState.SUBMITTED


@pytest.mark.parametrize("name", ["cuc", "binh", "board"])
def test_the_overdue_of_home_are_the_rows_of_the_list(client, people, cycle, settings, name):
    settings.TUSOI_CLOCK = "2022-12-20"
    when = cycles.moment(2022, 11, 12)
    reviews.started(reviews.obligation_of(people, cycle), people.an)
    sent_back = reviews.submitted(reviews.obligation_of(people, cycle, "dung"), people.dung)
    operations.return_review(
        review_id=sent_back.pk, reason="Thiếu", actor=people.board, at=reviews.at(12)
    )
    cycles.cycle(people.ward, name="Kiểm điểm bổ sung", cadence="ad_hoc", at=when)
    access.grant(people.binh, RoleKey.INSPECTOR, people.district)
    actor = getattr(people, name)
    client.force_login(actor)

    (line,) = [
        one
        for one in home_for(actor, on=clock.today()).waiting
        if one.title.startswith("Hồ sơ quá")
    ]
    home = client.get(reverse("home"))
    address = reverse("reviews:list") + "?" + line.narrowed
    listed = client.get(address)

    assert address.replace("&", "&amp;") in _text(home)
    assert line.count == len(listed.context["lines"]) > 0
    assert {one.obligation for one in listed.context["lines"]} == set(
        queries.overdue_dossiers(actor, on=clock.today())
    )
    assert "Chỉ những hồ sơ do bạn theo dõi" in _text(listed)


def test_a_prompt_is_issued_answered_and_listed(client, people, review):
    client.force_login(people.cuc)
    address = reverse("reviews:prompt", args=[review.obligation_id])
    assert client.post(address, {"text": ""}).status_code == 422
    client.post(address, {"text": "Vì sao thu quỹ chậm?", "due_on": "2022-11-20"})
    prompt = review.obligation.prompts.get()
    client.force_login(people.an)
    assert "Vì sao thu quỹ chậm?" in _text(client.get(_write(review)))
    assert "Mở bản kiểm điểm" in _text(client.get(reverse("reviews:prompts")))

    client.post(_write(review), {f"p-{prompt.pk}": "Do mưa bão.", "action": ""})

    client.force_login(people.cuc)
    listed = _text(client.get(reverse("reviews:prompts")))
    assert "đã giải trình" in listed
    # The answer belongs to a text that still moves.
    assert "Do mưa bão." not in listed
    client.post(reverse("reviews:prompt-withdraw", args=[prompt.pk]))
    assert "Vì sao" not in _text(client.get(reverse("reviews:prompts")))
    assert "Vì sao" in _text(client.get(reverse("reviews:prompts"), {"all": "1"}))


def test_a_prompt_to_ones_own_body_is_refused(client, people, cycle):
    owed = cycles.obligation(cycle, people.ward)
    client.force_login(people.cuc)

    answer = client.post(reverse("reviews:prompt", args=[owed.pk]), {"text": "Vì sao?"})

    assert answer.status_code == 403
    client.force_login(people.dung)
    assert client.get(reverse("reviews:prompt", args=[owed.pk])).status_code == 403


def test_a_member_hands_in_the_slip_from_the_residence(client, people, review):
    client.force_login(people.an)
    address = reverse("reviews:comment", args=[review.obligation_id])
    slip = {"source": "residence", "body": "Chi ủy khu vực 5", "commented_on": "2022-11-01"}
    scan = SimpleUploadedFile("phieu.pdf", b"%PDF-1.7 phieu %%EOF", "application/pdf")
    wrong = SimpleUploadedFile("phieu.pdf", b"<script>", "application/pdf")

    assert client.post(address, slip).status_code == 422
    assert client.post(address, slip | {"scan": wrong}).status_code == 422
    client.post(address, slip | {"scan": scan})

    comment = review.obligation.comments.get()
    download = reverse("files:download", args=[comment.file.public_id])
    assert client.get(download).content == b"%PDF-1.7 phieu %%EOF"
    for name, code in (("binh", 200), ("dung", 404), ("administrator", 404)):
        client.force_login(getattr(people, name))
        assert client.get(download).status_code == code
        assert client.get(address).status_code == code
    client.force_login(people.an)
    assert "Chi ủy khu vực 5" in _text(client.get(_read(review)))


def test_initiatives_are_searched(client, people, cell_review):
    reviews.filled(cell_review, people.binh)
    operations.add_row(
        review_id=cell_review.pk,
        kind=RowKind.INITIATIVE,
        values={"name": "Nuôi lươn không bùn"},
        actor=people.binh,
        at=reviews.at(11),
    )
    operations.submit_review(review_id=cell_review.pk, actor=people.binh, at=reviews.at(12))
    client.force_login(people.inspector)

    assert "Nuôi lươn" in _text(client.get(reverse("reviews:initiatives"), {"q": "luon"}))
    assert "Không tìm thấy" in _text(client.get(reverse("reviews:initiatives"), {"q": "lan"}))
    client.force_login(people.dung)
    assert "Nuôi lươn" not in _text(client.get(reverse("reviews:initiatives")))


def test_statements_do_not_grow_with_rows(
    client, people, cell_review, django_assert_max_num_queries
):
    reviews.filled(cell_review, people.binh)
    client.force_login(people.binh)
    counts = []
    for _round in range(2):
        with django_assert_max_num_queries(MOST_STATEMENTS) as seen:
            client.get(_write(cell_review))
            counts.append(len(seen.captured_queries))
        for kind in (RowKind.TARGET, RowKind.SHORTCOMING, RowKind.REMEDY, RowKind.STRENGTH):
            for _more in range(3):
                operations.add_row(
                    review_id=cell_review.pk, kind=kind, actor=people.binh, at=reviews.at(11)
                )
    assert counts[0] == counts[1]


def test_statements_do_not_grow_with_dossiers(
    client, people, cycle, review, django_assert_max_num_queries
):
    client.force_login(people.board)
    with django_assert_max_num_queries(MOST_STATEMENTS) as seen:
        client.get(reverse("reviews:list"))
        before = len(seen.captured_queries)
    for name in ("binh", "cuc", "dung"):
        owed = reviews.obligation_of(people, cycle, name)
        reviews.submitted(owed, getattr(people, name))
    with django_assert_max_num_queries(before):
        client.get(reverse("reviews:list"))


@pytest.mark.parametrize("width", ["mine", "list", "prompts", "initiatives"])
def test_pages_read_in_english(client, people, cycle, width):
    client.force_login(people.cuc)
    client.cookies["django_language"] = "en"

    assert client.get(reverse(f"reviews:{width}")).status_code == 200


def test_two_of_a_committee_share_the_cells_draft(client, people, cell_review):
    access.grant(people.outsider, RoleKey.CELL_COMMITTEE, people.cell)
    client.force_login(people.outsider)

    assert client.get(_write(cell_review)).status_code == 200
    client.force_login(people.cuc)
    assert client.get(_write(cell_review)).status_code == 404


def test_writing_page_asks_for_points_where_the_edition_does(client, people):
    cycle = cycles.cycle(people.district, rulebook_identity="366-2025")
    review = reviews.started(reviews.obligation_of(people, cycle), people.an)
    client.force_login(people.an)

    page = client.get(_write(review)).content.decode()

    assert 'id="q-score-general"' in page
    assert 'inputmode="decimal"' in page
    assert "Tổng cộng" not in page
    assert "Nhóm tiêu chí chung (tối đa 30 điểm)" in page
    assert "Tự phê bình và phê bình" in page


def test_the_answer_of_the_body_above_is_noted_on_a_page(client, people, cycle):
    access.grant(people.outsider, RoleKey.COMMITTEE_OFFICER, people.district)
    review = reviews.submitted(cycles.obligation(cycle, people.district), people.outsider)
    address = reverse("reviews:superior", args=[review.public_id])
    letter = {"number": "123-CV/TU", "issued_on": "10/11/2022", "issuer": "Thành ủy"}
    client.force_login(people.outsider)
    assert client.get(address).status_code == 403
    assert address not in _text(client.get(_read(review)))
    client.force_login(people.board)
    assert address in _text(client.get(_read(review)))
    assert "cấp trên đã tiếp nhận" in _text(client.get(address))

    assert client.post(address, {**letter, "number": ""}).status_code == 422
    unexplained = client.post(address, {**letter, "answer": "returned"})
    assert unexplained.status_code == 422
    assert "Hãy ghi rõ lý do trả lại" in _text(unexplained)
    assert client.post(address, {**letter, "answer": "accepted"})["Location"] == _read(review)

    for page in (_read(review), f"{_read(review)}history/"):
        shown = " ".join(_text(client.get(page)).split())
        assert "Văn bản số 123-CV/TU ngày 10/11/2022 của Thành ủy" in shown
    returned = client.post(address, {**letter, "answer": "returned", "reason": "Bổ sung"})
    assert returned["Location"] == reverse("reviews:list")
    review.refresh_from_db()
    assert review.state == ReviewState.RETURNED


def test_points_are_added_up_once_both_are_there(client, people):
    cycle = cycles.cycle(people.district, rulebook_identity="366-2025")
    review = reviews.filled(
        reviews.started(reviews.obligation_of(people, cycle), people.an), people.an
    )
    client.force_login(people.an)

    for page in (_write(review), reverse("reviews:read", args=[review.public_id])):
        assert "Tổng cộng: 50/100 điểm." in client.get(page).content.decode()


# What a meeting asked to be changed


@pytest.fixture
def asked(people, settings):
    """Let the cell's meeting ask An for a change of the review handed in."""
    settings.TUSOI_CLOCK = "2022-11-25"
    scene = meetings.Scene(people=people, cycle=cycles.cycle(people.district), teller=people.binh)
    review = reviews.submitted(reviews.obligation_of(people, scene.cycle), people.an)
    meeting = meetings.under_way(scene)
    correction = meeting_operations.ask_correction(
        item_id=meetings.item_of(meeting, people.an_person).pk,
        text="Bổ sung nguyên nhân.",
        actor=people.binh,
        at=meetings.NOW,
    )
    return review, correction


def _settle(client, correction, state, reason=""):
    address = reverse(
        "meetings:settle_correction", args=[correction.item.meeting.public_id, correction.pk]
    )
    sent = {"back": "review", "state": state, "reason": reason}
    return client.post(address, sent, follow=True)


def test_the_author_answers_on_the_page_of_the_review_what_a_meeting_asked(client, people, asked):
    review, correction = asked
    client.force_login(people.an)

    shown = _text(client.get(_read(review)))
    assert "Bổ sung nguyên nhân." in shown
    assert "Hội nghị kiểm điểm năm 2022, ngày 25/11/2022" in " ".join(shown.split())
    refused = _settle(client, correction, "declined")
    assert refused.redirect_chain == [(f"{_read(review)}#corrections", 302)]
    assert "lý do" in str(next(iter(refused.context["messages"])))
    correction.refresh_from_db()
    assert correction.is_open

    answered = _settle(client, correction, "done", "Đã bổ sung ở mục II")

    assert "Đã bổ sung ở mục II" in _text(answered)
    correction.refresh_from_db()
    assert (correction.state, correction.settled_by) == ("done", people.an)


def test_a_reader_of_the_review_sees_what_was_asked_and_does_not_answer(client, people, asked):
    review, correction = asked
    client.force_login(people.inspector)

    shown = client.get(_read(review))
    (line,) = shown.context["corrections"]
    answered = _settle(client, correction, "done")

    correction.refresh_from_db()
    assert (line.correction, line.may_settle) == (correction, False)
    assert 'name="back"' not in _text(shown)
    assert answered.status_code == 422
    assert correction.is_open


def test_the_writing_page_says_what_a_meeting_asked(client, people, asked):
    review, _correction = asked
    operations.withdraw_review(review_id=review.pk, actor=people.an, at=meetings.NOW)
    client.force_login(people.an)

    assert "Bổ sung nguyên nhân." in _text(client.get(_write(review)))
