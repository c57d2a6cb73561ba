"""Every main page, as a browser shows it: axe finds nothing serious, nothing sticks out."""

import pytest
from django.test import override_settings
from django.urls import reverse

from tests.house import places


# Lists and forms, then pages about one thing.
WITHOUT_OBJECT = (
    "home",
    "access:profile",
    "access:accounts",
    "access:people-without",
    "cycles:list",
    "cycles:create",
    "imports:upload",
    "meetings:list",
    "people:list",
    "ratings:board",
    "remediation:board",
    "remediation:mine",
    "reports:targets",
    "reviews:list",
    "reviews:mine",
    "reviews:prompts",
    "reviews:initiatives",
    "rulebooks:list",
    "rulebooks:compare",
    "units:tree",
)
WITH_OBJECT = (
    "access:account",
    "cycles:detail",
    "cycles:unit",
    "cycles:dossiers",
    "cycles:opening",
    "rulebooks:cycle",
    "imports:batch",
    "meetings:detail",
    "meetings:item",
    "meetings:minutes",
    "people:detail",
    "people:act",
    "ratings:detail",
    "remediation:plan",
    "remediation:action",
    "reports:unit-dashboard",
    "reports:unit",
    "reviews:read",
    "units:detail",
    "units:members",
    "units:reorganize",
)


@pytest.fixture
def side(transactional_db):
    with override_settings(TUSOI_CLOCK="2022-11-25"):
        yield places.make("")


def _addresses(side):
    plain = [reverse(name) for name in WITHOUT_OBJECT]
    return plain + [reverse(name, args=places.ADDRESSES[name](side)) for name in WITH_OBJECT]


def _look(page, axe, addresses, width):
    for address in addresses:
        answer = page.goto(address)
        # Every picture and letter in its place.
        page.evaluate("document.fonts.ready")
        assert answer.status == 200, address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        assert page.locator("h1").count() == 1, address
        axe(page)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_the_main_pages_are_accessible(open_browser, sign_in, axe, side, scheme, width):
    page = open_browser(color_scheme=scheme, viewport={"width": width, "height": 740})
    sign_in(page, "board")

    _look(page, axe, _addresses(side), width)


def test_the_pages_of_writing_are_accessible(open_browser, sign_in, axe, side):
    page = open_browser(viewport={"width": 390, "height": 740})
    sign_in(page, "binh")
    addresses = [
        reverse("reviews:mine"),
        reverse("reviews:write", args=[side.draft.public_id]),
        reverse("ballots:round", args=[side.round.pk]),
        reverse("ballots:sheet", args=[side.round.pk]),
    ]

    _look(page, axe, addresses, 390)


def test_the_theme_is_kept_and_applied_before_the_page_is_drawn(open_browser, sign_in, side):
    page = sign_in(open_browser(color_scheme="light"), "board")
    page.goto("/")
    page.locator(".account-menu [data-theme-set=dark]").click()

    page.reload()

    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    assert page.locator("[data-theme-set=dark]").first.get_attribute("aria-pressed") == "true"


def test_paper_shows_no_menu(open_browser, sign_in, side):
    page = sign_in(open_browser(), "board")
    page.goto("/")
    page.emulate_media(media="print")

    assert not page.locator("aside.navbar").is_visible()
    assert not page.locator("footer").is_visible()
    assert page.locator("h1").is_visible()


def test_a_dark_page_prints_in_the_colours_of_paper(open_browser, sign_in, side):
    page = sign_in(open_browser(color_scheme="dark"), "board")
    page.goto("/")
    theme = "document.documentElement.dataset.bsTheme"

    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    printed = page.evaluate(theme)
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")

    assert (printed, page.evaluate(theme)) == ("light", "dark")
