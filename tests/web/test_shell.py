"""The frame around every page: menu, language, errors, and what browsers are told."""

import re

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from tests.factories import cast
from tusoi.web.navigation import MENU


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(settings):
    settings.TUSOI_CLOCK = "2022-11-30"


def _menu(client, account):
    client.force_login(account)
    return client.get("/").content.decode()


def test_the_menu_shows_what_the_account_may_open(client):
    seats = cast.make()

    assert "Tài khoản, vai trò" in _menu(client, seats.board)
    assert "Tài khoản, vai trò" not in _menu(client, seats.an)


def test_the_administrators_menu_holds_no_content(client):
    page = _menu(client, cast.make().administrator)

    assert "Hồ sơ kiểm điểm" not in page
    assert "Đảng viên" not in re.sub(r"(?s)<main.*</main>", "", page)


def test_the_current_page_is_marked(client):
    client.force_login(cast.make().board)

    page = client.get(reverse("access:people-without")).content.decode()

    current = re.search(r'(?s)href="([^"]*)"[^>]*aria-current="page"', page)
    assert current
    assert current[1] == reverse("access:accounts")


def test_menu_entries_are_told_apart():
    names = [entry.url_name for section in MENU for entry in section.entries]

    assert len(names) == len(set(names))


@pytest.mark.parametrize("wanted", ["vi", "en"])
def test_a_chosen_language_is_kept_for_the_browser_and_for_the_account(client, wanted):
    seats = cast.make()
    client.force_login(seats.an)

    answer = client.post(reverse("set_language"), {"language": wanted, "next": "/"})
    page = client.get("/")

    assert answer.url == "/"
    assert f'<html lang="{wanted}"' in page.content.decode()
    assert page["Content-Language"] == wanted
    seats.an.refresh_from_db()
    assert seats.an.language == wanted


def test_the_language_of_the_account_follows_it_to_another_computer(client):
    seats = cast.make()
    seats.an.language = "en"
    seats.an.save()
    client.force_login(seats.an)

    assert '<html lang="en"' in client.get("/").content.decode()


def test_a_browser_set_up_in_english_still_gets_vietnamese(client):
    page = client.get(reverse("account_login"), headers={"Accept-Language": "en-US,en"})

    assert '<html lang="vi"' in page.content.decode()


@pytest.mark.parametrize("wanted", ["fr", "", "../../etc"])
def test_an_unknown_language_changes_nothing(client, wanted):
    client.force_login(cast.make().an)

    client.post(reverse("set_language"), {"language": wanted, "next": "/"})

    assert '<html lang="vi"' in client.get("/").content.decode()


def test_the_language_is_not_a_way_out_to_another_site(client):
    answer = client.post(
        reverse("set_language"), {"language": "en", "next": "https://elsewhere.example/"}
    )

    assert answer.url == "/"


def test_the_policy_allows_our_own_origin_and_nothing_inline(client):
    policy = client.get(reverse("account_login"))["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_a_page_carries_no_inline_script_style_or_handler(client):
    page = _menu(client, cast.make().board)

    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", page)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)


def test_unknown_addresses_and_closed_pages_answer_in_words(client):
    client.force_login(cast.make().an)

    missing, closed = client.get("/khong-co/"), client.get(reverse("access:accounts"))

    assert (missing.status_code, closed.status_code) == (404, 403)
    assert "Không tìm thấy trang" in missing.content.decode()
    assert "Không có quyền" in closed.content.decode()


@pytest.mark.parametrize(
    ("name", "words"),
    [("400.html", "Yêu cầu không hợp lệ"), ("500.html", "Có lỗi ở máy chủ")],
)
def test_pages_for_a_broken_server_need_nothing_of_it(name, words):
    assert words in render_to_string(name)


def test_a_missing_token_is_told_as_a_page_left_open_too_long():
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(reverse("set_language"), {"language": "en"})

    assert answer.status_code == 403
    assert "để quá lâu" in answer.content.decode()


def test_an_undeclared_method_is_refused(client):
    client.force_login(cast.make().board)

    assert client.delete("/").status_code == 405
    assert client.post(reverse("access:accounts")).status_code == 405


def test_the_demo_says_so_on_every_page(client, settings):
    seats = cast.make()
    assert "Dữ liệu mẫu" not in _menu(client, seats.an)

    settings.TUSOI_DEMO = True

    assert "Dữ liệu mẫu – ngày 30/11/2022" in _menu(client, seats.an)


def test_no_page_of_an_account_stays_in_a_cache(client):
    client.force_login(cast.make().an)

    assert client.get("/")["Cache-Control"] == "private, no-store"
    assert client.get("/units/no-such/")["Cache-Control"] == "private, no-store"
