import pytest

from tests.factories import cast
from tests.journeys.conftest import follow


pytestmark = pytest.mark.once


PASSWORD = "Chi bộ Khu vực 1"


@pytest.fixture
def an(transactional_db):
    account = cast.make().an
    account.set_password(PASSWORD)
    account.save(update_fields=["password"])
    return account


def _sign_in(page, password=PASSWORD):
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill("an")
    page.locator("input[name=password]").fill(password)
    follow(page, page.locator("form:has(input[name=password]) [type=submit]"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_sign_in_page_is_accessible(open_browser, axe, fits, transactional_db, scheme, width):
    page = open_browser(color_scheme=scheme, viewport={"width": width, "height": 740})

    page.goto("/")

    assert "/accounts/login/" in page.url
    fits(page)
    axe(page)


def test_a_member_signs_in(page, axe, an):
    _sign_in(page)

    axe(page)
    assert "Lê Thị An" in page.content()


def test_a_wrong_password_is_told_and_changes_nothing(page, an):
    _sign_in(page, "không phải")

    page.locator(".alert, .invalid-feedback, .errorlist").first.wait_for()
    assert "/accounts/login/" in page.url


def test_sign_in_works_without_javascript(open_browser, an):
    page = open_browser(java_script_enabled=False)

    _sign_in(page)

    assert "Lê Thị An" in page.content()
