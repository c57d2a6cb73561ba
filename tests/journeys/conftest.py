"""A real Chromium in front of a real server, and axe to read the page as a screen reader would."""

import json
import os
import re
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, override_settings
from playwright.sync_api import Error, sync_playwright

from tusoi.people.models import Account


ROOT = Path(__file__).resolve().parent.parent.parent
AXE = ROOT / ".cache/axe.min.js"
PHONE = {"width": 360, "height": 740}
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def chromium():
    named = os.environ.get("TUSOI_CHROMIUM")
    program = named or next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.fail("No Chromium here: `make test-browser` finds or installs one.")
    # Playwright runs an event loop in this thread; Django would refuse the database beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def open_browser(chromium, live_server):
    """Return a function that opens a browser of its own, as one more person would have."""
    contexts = []

    def open_one(**options):
        # Without motion, no colour is judged half-way through its change.
        context = chromium.new_context(
            base_url=live_server.url,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("console", lambda said: _note(page, said))
        page.on("request", lambda request: _refuse_elsewhere(page, request, live_server.url))
        return page

    with override_settings(SESSION_COOKIE_SECURE=False, CSRF_COOKIE_SECURE=False):
        yield open_one
    faults = [fault for context in contexts for page in context.pages for fault in page.faults]
    for context in contexts:
        context.close()
    assert faults == []


def _note(page, said):
    # A refused form answers 422, which Chromium reports as a resource that failed.
    if said.type == "error" and "status of 422" not in said.text:
        page.faults.append(said.text)


def _refuse_elsewhere(page, request, origin):
    if not request.url.startswith((origin, "data:", "blob:")):
        page.faults.append(f"left our origin: {request.url}")


@pytest.fixture
def page(open_browser):
    return open_browser()


@pytest.fixture
def sign_in(live_server):
    """Return a function that gives a browser the session of an account.

    How people get one is the business of test_sign_in.py.
    """

    def sign_in(page, username):
        client = Client()
        client.force_login(Account.objects.get(username=username))
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
        return page

    return sign_in


def follow(page, target):
    """Click what leads to another page, and wait until that is there whole."""
    with page.expect_navigation():
        target.click()


def press(page, name, *, exact=True):
    """Press the button that sends a form, and wait for the page that answers."""
    follow(page, page.get_by_role("button", name=name, exact=exact).first)


def ask(page, *questions):
    """Ask scripts of the page that a click led to, once it is there whole; answer the last."""
    page.wait_for_load_state("load")
    try:
        return [page.evaluate(one) for one in questions][-1]
    except Error as error:
        # The click's navigation began only now and took the old page from under the question.
        if "navigation" not in str(error):
            raise
    page.wait_for_load_state("load")
    return [page.evaluate(one) for one in questions][-1]


@pytest.fixture
def fits():
    """Return a function that asserts that nobody has to scroll the page shown sideways."""

    def run(page):
        width = page.viewport_size["width"]
        assert ask(page, "document.documentElement.scrollWidth") <= width, page.url

    return run


@pytest.fixture
def axe():
    """Return a function that asserts that axe finds nothing serious on the page shown."""

    def run(page):
        # Evaluated from outside the page, as the policy would refuse a script added to it.
        found = ask(
            page,
            AXE.read_text("utf-8"),
            "() => axe.run(document, {resultTypes: ['violations']})",
        )
        serious = [
            (violation["id"], [node["html"][:200] for node in violation["nodes"][:3]])
            for violation in found["violations"]
            if violation["impact"] in {"serious", "critical"}
        ]
        assert serious == [], json.dumps(serious, indent=1, ensure_ascii=False)

    return run


# The booth


@pytest.fixture
def open_phone(chromium, booth):
    """Return a function that opens a browser at the booth, and notes every request it makes.

    Where the booth is, the fixture `booth` of the module says.
    """
    contexts = []

    def open_one(**options):
        options = {"viewport": PHONE, "base_url": booth, "reduced_motion": "reduce"} | options
        context = chromium.new_context(**options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.faults, page.asked = [], []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("request", lambda request: page.asked.append(request))  # noqa: PLW0108 -- Playwright marks it
        return page

    yield open_one
    faults = [fault for context in contexts for page in context.pages for fault in page.faults]
    for context in contexts:
        context.close()
    assert faults == []


def scan(page, poll, code):
    """Open what the picture on the slip says, as a camera does."""
    with page.expect_navigation(url=re.compile(r"/ballot/$")):
        page.goto(f"/#{poll.public_id}.{code}")
    page.wait_for_load_state("load")


def mark(page, title):
    page.locator(".step.current").get_by_text(title, exact=True).click()


def forward(page):
    page.locator(".step.current [data-forward]").click()


def put_in(page):
    page.get_by_role("button", name="Bỏ phiếu vào hòm").click()
    page.get_by_role("heading", name="Phiếu đã vào hòm.").wait_for()
