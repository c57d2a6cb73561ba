import pytest
from django.urls import reverse

from tests.factories import access, people, units
from tests.factories import cast as cast_of
from tests.factories import cycles as cycle_of
from tests.factories.ratings import HELD, choice, decided, proposed, reviewed
from tests.web.searching import find
from tusoi.access.enums import RoleKey
from tusoi.engine import Base, Rounding, quota_limit
from tusoi.ratings import operations
from tusoi.ratings.enums import RatingStep
from tusoi.ratings.models import Rating


pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def cast():
    return cast_of.make()


@pytest.fixture
def cycle(cast):
    return cycle_of.cycle(cast.district)


@pytest.fixture
def an(cast, cycle):
    return reviewed(cycle_of.obligation(cycle, cast.an_person))


def _detail(obligation):
    return reverse("ratings:detail", args=[obligation.pk])


def test_the_board_shows_what_lies_in_the_scope_and_nothing_else(client, cast, an):
    proposed(an)
    reviewed(cycle_of.obligation(an.cycle, cast.dung.person))
    client.force_login(cast.binh)

    page = client.get(reverse("ratings:board")).content.decode()

    assert "Lê Thị An" in page
    assert "Ngô Tiến Dũng" not in page


@pytest.mark.parametrize(
    ("query", "is_found"),
    [("le thi an", True), ("Thị An", True), ("dung", False)],
)
def test_the_board_is_searched_with_or_without_accents(client, cast, an, query, is_found):
    client.force_login(cast.binh)

    page = find(client, reverse("ratings:board"), q=query).content.decode()

    assert ("Lê Thị An" in page) is is_found


def test_the_board_costs_the_same_for_one_and_for_three(
    client, cast, django_assert_max_num_queries
):
    for letter in "BC":
        person = people.make_person(f"Nguyễn Văn {letter}")
        units.membership(people.member(person), cast.cell)
    cycle = cycle_of.cycle(cast.district)
    mine = cycle.obligations.filter(unit=cast.cell, subject_kind="member")
    client.force_login(cast.binh)
    proposed(reviewed(mine[0]))
    client.get(reverse("ratings:board"))
    with django_assert_max_num_queries(30) as one:
        client.get(reverse("ratings:board"))
    for obligation in mine[1:4]:
        proposed(reviewed(obligation))
    with django_assert_max_num_queries(30) as three:
        client.get(reverse("ratings:board"))

    assert len(three) == len(one)


def test_another_branch_finds_nothing_there(client, cast, an):
    client.force_login(cast.dung)

    assert client.get(_detail(an)).status_code == 404
    for name in ("propose", "withdraw"):
        assert client.post(reverse(f"ratings:{name}", args=[an.pk])).status_code == 404


def test_an_inspector_reads_and_is_offered_no_form(client, cast, an):
    client.force_login(cast.inspector)

    answer = client.get(_detail(an))

    assert answer.status_code == 200
    assert 'id="propose"' not in answer.content.decode()


def test_the_three_steps_are_taken_through_plain_forms(client, cast, an):
    client.force_login(cast.binh)
    assert "Chưa có kết quả bỏ phiếu kín" in client.get(_detail(an)).content.decode()
    answer = client.post(
        reverse("ratings:propose", args=[an.pk]), {"level": "good", "reasons": "Chi bộ nhất trí."}
    )
    assert answer.status_code == 302
    said = "Đã ghi đề xuất: Hoàn thành tốt nhiệm vụ. Tiếp theo: thẩm định"
    assert said in client.get(_detail(an)).content.decode()
    client.force_login(cast.cuc)
    answer = client.post(
        reverse("ratings:appraise", args=[an.pk]),
        {"appraise-level": "good", "appraise-reasons": ""},
    )
    assert answer.status_code == 302
    page = client.get(_detail(an)).content.decode()
    assert "Tiếp theo: Đảng bộ phường Một quyết định." in page
    assert "Chưa có kết quả bỏ phiếu kín" not in page
    client.force_login(cast.ward_authority)
    answer = client.post(
        reverse("ratings:decide", args=[an.pk]),
        {"decide-level": "good", "decide-document": "3-QĐ/ĐU"},
    )
    assert answer.status_code == 302

    page = client.get(_detail(an)).content.decode()
    assert Rating.objects.get(obligation=an).step == RatingStep.DECIDED
    assert "Chi bộ nhất trí." in page
    assert "3-QĐ/ĐU" in page


def test_a_refused_step_shows_the_page_with_the_sentence_and_what_was_typed(client, cast, an):
    client.force_login(cast.binh)

    answer = client.post(
        reverse("ratings:propose", args=[an.pk]),
        {"level": "excellent", "reasons": "", "fact-sick-leave-months": "4", "source": "Sổ"},
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "hãy ghi rõ lý do" in page
    assert 'value="4"' in page
    assert not Rating.objects.exists()


def test_reasons_and_missing_facts_stand_in_plain_words(client, cast, an):
    client.force_login(cast.binh)

    page = client.get(_detail(an)).content.decode()

    assert "Các tiêu chí về kết quả thực hiện nhiệm vụ đều xuất sắc" in page
    assert "Hướng dẫn 21-HD/BTCTW ngày 18/10/2019" in page
    assert "Tổng thời gian nghỉ ốm trong năm" in page
    assert "chưa đối chiếu văn bản gốc" in page


def test_a_proposal_is_taken_back_with_a_reason(client, cast, an):
    proposed(an, actor=cast.binh)
    client.force_login(cast.binh)

    client.post(reverse("ratings:withdraw", args=[an.pk]), {"reason": "Nhập nhầm"})

    assert Rating.objects.get(obligation=an).step == RatingStep.SELF
    assert "Nhập nhầm" in client.get(_detail(an)).content.decode()


def test_members_see_their_own_level_only_once_it_is_decided(client, cast, an):
    record = proposed(an, actor=cast.binh, reasons="Đề xuất nội bộ")
    client.force_login(cast.an)
    before = client.get(_detail(an)).content.decode()
    assert "Chưa có quyết định xếp loại" in before
    assert record.reasons not in before

    decided_record = _decide(an, cast)

    after = client.get(_detail(an)).content.decode()
    assert "Hoàn thành tốt nhiệm vụ" in after
    assert decided_record.reasons in after
    assert record.reasons not in after


def _decide(an, cast):
    return operations.decide_rating(
        obligation_id=an.pk,
        choice=choice("good", "Hoàn thành chỉ tiêu."),
        actor=cast.ward_authority,
        at=HELD,
    )


def test_members_see_nobody_elses_level(client, cast, cycle):
    binh = decided(reviewed(cycle_of.obligation(cycle, cast.binh.person))).rating.obligation
    client.force_login(cast.an)

    assert client.get(_detail(binh)).status_code == 404


def _batch(obligations, levels, **fields):
    return {
        "pick": [one.pk for one in obligations],
        **{f"level-{one.pk}": level for one, level in zip(obligations, levels, strict=True)},
        **fields,
    }


@pytest.fixture
def ward_members(cast):
    """Seven members whose facts leave every level open."""
    for letter in "BCDEFGH":
        person = people.make_person(f"Nguyễn Văn {letter}")
        units.membership(people.member(person), cast.cell)
    cycle = cycle_of.cycle(cast.district)
    found = [
        reviewed(one, grade="excellent")
        for one in cycle.obligations.filter(unit=cast.cell, subject_kind="member").exclude(
            person__in=[cast.an_person, cast.binh.person]
        )
    ]
    for one in found:
        proposed(one)
    return found


@pytest.mark.parametrize("excellent", range(4))
def test_the_meter_agrees_with_counting_one_by_one(client, cast, ward_members, excellent):
    client.force_login(cast.ward_authority)
    levels = ["excellent"] * excellent + ["good"] * (7 - excellent)

    answer = client.post(reverse("ratings:quota"), _batch(ward_members, levels))

    # The largest number of excellent that is no more than a fifth of those left good.
    limit = max(k for k in range(8) if 5 * k <= 7 - k)
    page = " ".join(answer.content.decode().split())
    assert f"{excellent}/{limit} </div>" in page
    assert (f"vượt {excellent - limit}<" in page) is (excellent > limit)
    reading = answer.context["meters"][0].report
    assert {(one.base, one.rounding): one.limit for one in reading.readings} == {
        (base, rounding): quota_limit(7, reading.quota.ratio, base, rounding, 7)
        for base in Base
        for rounding in Rounding
    }
    assert not Rating.objects.filter(step=RatingStep.DECIDED).exists()


def test_a_batch_over_the_quota_is_refused_and_keeps_what_was_chosen(client, cast, ward_members):
    client.force_login(cast.ward_authority)
    levels = ["excellent"] * 2 + ["good"] * 5

    answer = client.post(reverse("ratings:batch"), _batch(ward_members, levels))
    assert answer.status_code == 422
    assert "Vượt tỷ lệ" in answer.content.decode()
    assert answer.content.decode().count("checked") == 7
    assert 'data-tick-all="pick"' in answer.content.decode()

    answer = client.post(
        reverse("ratings:batch"), _batch(ward_members, levels, quota_reasons="Thí điểm")
    )
    assert answer.status_code == 302
    assert Rating.objects.filter(step=RatingStep.DECIDED, level_id="excellent").count() == 2


def test_a_preview_without_javascript_decides_nothing(client, cast, ward_members):
    client.force_login(cast.ward_authority)

    answer = client.post(
        reverse("ratings:batch"), _batch(ward_members, ["excellent"] * 7, preview="1")
    )

    assert answer.status_code == 200
    assert "vượt 6" in answer.content.decode()
    assert not Rating.objects.filter(step=RatingStep.DECIDED).exists()


def test_somebody_who_decides_elsewhere_is_shown_nothing_to_decide(client, cast, ward_members):
    stranger = people.account(username="stranger")
    access.grant(stranger, RoleKey.DECIDING_AUTHORITY, cast.other_ward)
    client.force_login(stranger)

    page = client.get(reverse("ratings:batch")).content.decode()
    answer = client.post(reverse("ratings:batch"), _batch(ward_members[:1], ["good"]))

    assert "Không có đối tượng nào chờ quyết định" in page
    assert answer.status_code == 422
    assert not Rating.objects.filter(step=RatingStep.DECIDED).exists()


def test_a_group_to_choose_names_the_place_within_which_it_counts(client, cast, ward_members):
    client.force_login(cast.ward_authority)

    groups = client.get(reverse("ratings:batch")).context["groups"]

    assert groups
    assert all(label.startswith(f"{cast.ward} – ") for _name, label in groups)
    assert len({label for _name, label in groups}) == len(groups)
