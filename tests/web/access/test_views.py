import datetime as dt

import pytest
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from tests.factories import access, cast, people, units
from tests.web.searching import find
from tusoi.access.enums import RoleKey
from tusoi.access.models import RoleGrant
from tusoi.people.models import Account
from tusoi.sample.accounts import SAMPLE_ACCOUNTS


pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _fresh(settings):
    settings.TUSOI_CLOCK = "2022-11-30"
    cache.clear()


PASSWORD = "dung-gio-2022"


def _with_password(account):
    account.set_password(PASSWORD)
    account.save()
    return account


def _member_of(cell, name):
    person = people.make_person(name)
    units.membership(people.member(person), cell)
    return person


def test_sign_in_opens_the_home_page(client):
    _with_password(cast.make().an)

    answer = client.post(
        reverse("account_login"), {"login": "an", "password": "dung-gio-2022"}, follow=True
    )

    assert answer.redirect_chain == [("/", 302)]
    assert not mail.outbox


def test_sign_in_says_what_to_check(client):
    cast.make()

    answer = client.post(reverse("account_login"), {"login": "an", "password": "sai"})

    assert "Tên đăng nhập hoặc mật khẩu chưa đúng" in answer.content.decode()
    assert "Tài khoản mẫu" not in answer.content.decode()


def test_sign_in_is_rate_limited(client):
    _with_password(cast.make().an)
    for _time in range(5):
        client.post(reverse("account_login"), {"login": "an", "password": "sai"})

    answer = client.post(reverse("account_login"), {"login": "an", "password": "dung-gio-2022"})

    assert "Nhập sai quá nhiều lần" in answer.content.decode()


def test_nobody_signs_up(client):
    answer = client.get(reverse("account_signup"))

    assert "Tài khoản do đơn vị cấp" in answer.content.decode()


def test_the_sample_lists_its_people_and_lets_one_in_without_a_password(client, settings):
    settings.TUSOI_DEMO = True
    seats = cast.make()
    username = SAMPLE_ACCOUNTS[0].username
    Account.objects.filter(pk=seats.binh.pk).update(is_sample=True, username=username)

    page = client.get(reverse("account_login")).content.decode()
    client.post(reverse("access:demo-sign-in"), {"username": username})

    assert "Trần Văn Bình" in page
    assert SAMPLE_ACCOUNTS[0].what in page
    assert "Ngô Tiến Dũng" not in page
    assert client.get("/").wsgi_request.user == seats.binh


@pytest.mark.parametrize("username", ["an", "he-thong", "nobody", ""])
def test_the_door_of_the_sample_is_open_to_sample_accounts_alone(client, settings, username):
    settings.TUSOI_DEMO = True
    cast.make()
    Account.objects.filter(username="he-thong").update(is_sample=True)

    assert client.post(reverse("access:demo-sign-in"), {"username": username}).status_code == 404


def test_without_the_sample_there_is_no_such_door(client):
    seats = cast.make()
    Account.objects.filter(pk=seats.binh.pk).update(is_sample=True)

    assert client.post(reverse("access:demo-sign-in"), {"username": "binh"}).status_code == 404
    assert client.get("/").status_code == 302


def test_a_password_set_by_somebody_else_must_be_replaced_first(client):
    account = _with_password(cast.make().an)
    Account.objects.filter(pk=account.pk).update(must_change_password=True)
    client.force_login(account)

    turned_away = client.get("/")
    page = client.get(reverse("account_change_password"))
    client.post(
        reverse("account_change_password"),
        {
            "oldpassword": "dung-gio-2022",
            "password1": "rieng-minh-toi-77",
            "password2": "rieng-minh-toi-77",
        },
    )

    assert turned_away.url == reverse("account_change_password")
    assert "do người khác đặt" in page.content.decode()
    assert client.get("/").status_code == 200
    account.refresh_from_db()
    assert not account.must_change_password


def test_the_profile_shows_roles_scope_and_dates(client):
    seats = cast.make()
    client.force_login(seats.binh)

    page = client.get(reverse("access:profile")).content.decode()

    assert "Bí thư, chi ủy chi bộ" in page
    assert "Chi bộ Khu vực 1" in page
    assert "từ 01/01/2020" in page


def test_the_list_holds_the_accounts_of_the_scope_and_no_others(client):
    seats = cast.make()
    administrator = people.account(username="ward_administrator")
    access.grant(administrator, RoleKey.ADMINISTRATOR, seats.ward)
    client.force_login(administrator)

    page = client.get(reverse("access:accounts")).content.decode()

    assert "Lê Thị An" in page
    assert "Ngô Tiến Dũng" not in page
    foreign = reverse("access:account", args=[seats.dung.pk])
    assert client.get(foreign).status_code == 404


def test_the_list_asks_the_database_as_often_for_many_as_for_one(
    client, django_assert_max_num_queries
):
    seats = cast.make()
    for number in range(12):
        made = people.account(_member_of(seats.cell, f"Lý Văn Số {number}"))
        access.grant(made, RoleKey.MEMBER, seats.cell)
    client.force_login(seats.board)

    with django_assert_max_num_queries(8):
        client.get(reverse("access:accounts"))


@pytest.mark.parametrize("query", ["binh", "Bình", "trần văn", "TRAN"])
def test_the_list_finds_names_with_and_without_accents(client, query):
    seats = cast.make()
    client.force_login(seats.board)

    page = find(client, reverse("access:accounts"), q=query).content.decode()

    assert "Trần Văn Bình" in page
    assert "Lê Thị An" not in page


def test_an_account_is_made_and_its_password_shown_once(client):
    seats = cast.make()
    person = _member_of(seats.cell, "Đỗ Văn Nam")
    client.force_login(seats.board)

    found = find(client, reverse("access:people-without"), q="do van nam")
    made = client.post(reverse("access:create"), {"person": person.public_id})
    again = client.post(reverse("access:create"), {"person": person.public_id})

    assert str(person.public_id) in found.content.decode()
    assert "Mật khẩu dùng một lần" in made.content.decode()
    assert "no-store" in made["Cache-Control"]
    assert again.status_code == 404
    assert Account.objects.get(person=person).username == "namdv"


def test_a_person_outside_the_scope_gets_no_account(client):
    seats = cast.make()
    administrator = people.account(username="ward_administrator")
    access.grant(administrator, RoleKey.ADMINISTRATOR, seats.ward)
    person = _member_of(seats.other_cell, "Đỗ Văn Nam")
    client.force_login(administrator)

    answer = client.post(reverse("access:create"), {"person": person.public_id})

    assert answer.status_code == 404
    assert not Account.objects.filter(person=person).exists()


def test_a_role_is_given_and_taken_back_on_the_accounts_page(client):
    seats = cast.make()
    client.force_login(seats.board)
    page = reverse("access:account", args=[seats.an.pk])
    order = {"role": "inspector", "unit": seats.ward.pk, "valid_from": "30/11/2022"}

    given = client.post(page, order)
    grant = RoleGrant.objects.get(account=seats.an, role=RoleKey.INSPECTOR)
    shown = client.get(page).content.decode()
    client.post(
        reverse("access:revoke", args=[seats.an.pk, grant.pk]), {"reason": "thôi nhiệm vụ"}
    )

    assert given.status_code == 302
    assert grant.valid_from == dt.date(2022, 11, 30)
    assert "Thu hồi" in shown
    grant.refresh_from_db()
    assert grant.revoked_by == seats.board


def test_a_wrong_day_or_a_refusal_comes_back_with_the_form(client):
    seats = cast.make()
    client.force_login(seats.board)
    page = reverse("access:account", args=[seats.binh.pk])
    order = {"role": "cell_committee", "unit": seats.cell.pk, "valid_from": "30/11/2022"}

    wrong = client.post(page, order | {"valid_from": "2022"})
    refused = client.post(page, order)

    assert (wrong.status_code, refused.status_code) == (422, 422)
    assert "ngày/tháng/năm" in wrong.content.decode()
    assert "đang có vai trò này" in refused.content.decode()


def test_units_to_choose_from_are_searched_within_the_scope(client):
    seats = cast.make()
    client.force_login(seats.board)
    page = reverse("access:account", args=[seats.an.pk])

    near = client.get(page).content.decode()
    found = client.get(page, {"q": "phuong hai"}).content.decode()

    assert "Đảng bộ phường Hai" not in near
    assert "Đảng bộ phường Hai" in found


def test_an_account_is_locked_opened_and_given_another_password(client):
    seats = cast.make()
    client.force_login(seats.board)

    client.post(reverse("access:deactivate", args=[seats.an.pk]), {"reason": "nghỉ"})
    locked = client.get(reverse("access:account", args=[seats.an.pk])).content.decode()
    client.post(reverse("access:reactivate", args=[seats.an.pk]))
    answer = client.post(reverse("access:reset-password", args=[seats.an.pk]))

    assert "đã khóa" in locked
    assert "Mật khẩu dùng một lần" in answer.content.decode()
    seats.an.refresh_from_db()
    assert seats.an.is_active


def test_an_order_about_oneself_is_refused_in_words(client):
    seats = cast.make()
    client.force_login(seats.board)

    answer = client.post(
        reverse("access:deactivate", args=[seats.board.pk]), {"reason": "thử"}, follow=True
    )

    assert "tự khóa" in answer.content.decode()


def test_second_step_pages_open_after_confirming(client):
    account = _with_password(cast.make().an)
    client.force_login(account)

    for name in ("mfa_index", "mfa_activate_totp", "mfa_view_recovery_codes"):
        assert client.get(reverse(name), follow=True).status_code in {200, 404}
    client.post(
        reverse("account_reauthenticate") + "?next=" + reverse("mfa_activate_totp"),
        {"password": "dung-gio-2022"},
    )

    assert "Mã sáu số" in client.get(reverse("mfa_activate_totp")).content.decode()


@pytest.mark.parametrize("is_demo", [True, False])
def test_the_demo_whose_clock_stands_still_tells_no_sign_in_by_the_real_one(
    client, settings, is_demo
):
    settings.TUSOI_DEMO = is_demo
    seats = cast.make()
    client.force_login(seats.board)

    for address in (reverse("access:accounts"), reverse("access:account", args=[seats.an.pk])):
        shown = client.get(address).content.decode()
        assert ("Đăng nhập gần nhất" in shown) is not is_demo


@pytest.mark.parametrize("must_change", [False, True])
def test_an_account_without_a_password_is_told_who_gives_one(client, must_change):
    account = cast.make().an
    account.set_unusable_password()
    account.must_change_password = must_change
    account.save()
    client.force_login(account)

    answer = client.get(reverse("account_change_password"), follow=True)

    assert answer.status_code == 200
    assert "chưa có mật khẩu" in answer.content.decode()
