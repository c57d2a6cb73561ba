"""Every main page, as a browser shows it: axe finds nothing serious, nothing sticks out."""

import pytest
from django.test import override_settings
from django.urls import reverse

from tests.house import places


pytestmark = pytest.mark.once


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
    "remediation:overview",
    "remediation:plans",
    "remediation:record",
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
    "remediation:plan-print",
    "remediation:shortcoming",
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
        reverse("ballots:poll", args=[side.poll.pk]),
        reverse("ballots:papers", args=[side.poll.pk]),
    ]

    _look(page, axe, addresses, 390)


# What is filled in less often; one width is enough, for the parts are those of the pages above.
FORMS = {
    "board": (
        "cycles:adjustments",
        "cycles:exceptions",
        "meetings:summons",
        "people:add",
        "people:log",
        "reviews:comment",
        "reviews:history",
        "reviews:prompt",
        "units:add-collective",
        "units:add-fact",
        "units:history",
        "units:log",
        "mfa_index",
    ),
    "authority": ("ratings:batch",),
    "binh": (
        "ballots:poll",
        "ballots:prepare",
        "meetings:attendance",
        "meetings:plan",
        "meetings:plan_choose",
        "remediation:add-action",
        "remediation:edit-action",
        "remediation:edit-shortcoming",
        "remediation:hand-over",
        "remediation:start",
    ),
}


@pytest.mark.parametrize("username", FORMS)
def test_the_forms_are_accessible_on_a_phone(open_browser, sign_in, axe, side, username):
    page = sign_in(open_browser(viewport={"width": 360, "height": 740}), username)
    addresses = [
        reverse(name, args=places.ADDRESSES[name](side) if name in places.ADDRESSES else ())
        for name in FORMS[username]
    ]

    _look(page, axe, addresses, 360)


def test_a_form_is_filled_in_with_the_keyboard_alone(open_browser, sign_in, side):
    page = sign_in(open_browser(), "binh")
    page.goto(reverse("remediation:add-action", args=places.ADDRESSES["remediation:plan"](side)))

    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.get_attribute("href") == "#main"
    assert skip.bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("name") == "text"
    page.keyboard.type("Giao chỉ tiêu từng tổ đảng")
    page.keyboard.press("Tab")
    # The only shortcoming is ticked already; the keys can take that away and give it back.
    only = page.locator(":focus")
    assert only.is_checked()
    page.keyboard.press("Space")
    assert not only.is_checked()
    page.keyboard.press("Space")
    # Enter saves, though the button that searches stands before the one that saves.
    page.locator("[name=measure]").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert page.url.split("#")[0].endswith(f"/plans/{side.plan.public_id}/")
    assert page.get_by_role("link", name="Giao chỉ tiêu từng tổ đảng", exact=True).count() == 1


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
