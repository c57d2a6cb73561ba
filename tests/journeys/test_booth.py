"""A vote as voters see it: a phone, a keyboard, a shared tablet, a connection that is lost."""

import re

import pytest
from django.apps import apps
from django.core import mail
from django.db import connection
from django.test import override_settings

from tests.factories import ballots, meetings
from tests.factories.ballots import CODES, choose, opened, yes_no
from tests.factories.served_booth import served
from tests.journeys.conftest import forward, mark, put_in, scan
from tusoi.ballots import operations
from tusoi.ballots.models import Urn


STORES = """async () => ({
  cookie: document.cookie,
  local: Object.keys(localStorage).length,
  session: Object.keys(sessionStorage).length,
  databases: (await indexedDB.databases()).length,
  caches: (await caches.keys()).length,
  workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
NOTHING = {"cookie": "", "local": 0, "session": 0, "databases": 0, "caches": 0, "workers": 0}
# What nobody else writes: if it is found anywhere, it came from a ballot.
MARKER = "Dấu Vết Kiểm Tra"


@pytest.fixture(scope="session")
def booth_server(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock():
        server = served(tmp_path_factory.mktemp("booth"))
        found = server.__enter__()
    yield found
    server.__exit__(None, None, None)


@pytest.fixture
def booth(booth_server, transactional_db):
    origin, _said = booth_server
    with override_settings(TUSOI_BOOTH_ORIGIN=origin):
        yield origin


@pytest.fixture
def made(booth):
    return opened(
        meetings.scene(more_members=4),
        mode=CODES,
        more=[yes_no(), choose(MARKER, "Ích", "Kiên", most=2)],
    )


def fill(page):
    mark(page, "Hoàn thành tốt nhiệm vụ")
    forward(page)
    mark(page, "Đồng ý")
    forward(page)
    mark(page, MARKER)
    forward(page)


def count(made):
    return Urn.objects.get(poll=made.poll).ballot_count


def test_a_vote_on_a_phone_leaves_nothing_in_the_browser(open_phone, booth, made, axe, fits):
    page, code = open_phone(), made.codes[0]
    page.goto("/")
    axe(page)
    fits(page)
    scan(page, made.poll, code)
    for _ in range(3):
        axe(page)
        fits(page)
        assert "Câu" in page.locator(".step.current .count").inner_text()
        page.locator(".step.current .choice").first.click()
        forward(page)
    axe(page)
    fits(page)
    assert MARKER in page.locator("[data-answers]").inner_text()
    put_in(page)
    axe(page)
    fits(page)

    assert count(made) == 1
    assert page.url == f"{booth}/"
    assert page.evaluate(STORES) == NOTHING
    assert page.context.cookies() == []
    for request in page.asked:
        assert request.url.startswith(f"{booth}/")
        assert code not in request.url.partition("#")[0]
        assert not request.all_headers().get("referer")
        assert "cookie" not in request.all_headers()
    page.get_by_role("link", name="Người tiếp theo").click()
    assert page.locator("#code").input_value() == ""
    assert MARKER not in page.content()


def test_a_choice_can_be_changed_until_it_is_cast_and_is_gone_after(open_phone, made):
    page = open_phone()
    scan(page, made.poll, made.codes[0])
    fill(page)
    # What somebody beside the voter can see: the choice stands on the screen until it is cast.
    assert "Hoàn thành tốt nhiệm vụ" in page.locator("[data-answers]").inner_text()
    page.get_by_role("button", name="Sửa câu 1").click()
    mark(page, "Để trống câu này")
    forward(page)
    assert "Để trống" in page.locator("[data-answers]").inner_text()
    assert count(made) == 0
    put_in(page)

    gone = [MARKER, "Hoàn thành tốt nhiệm vụ", made.codes[0]]
    for step in (lambda: None, page.reload, page.go_back, page.go_forward, page.reload):
        step()
        page.wait_for_load_state("load")
        assert not any(one in page.content() for one in gone)
    assert count(made) == 1


def test_more_than_allowed_is_said_before_it_is_cast(open_phone, made):
    page = open_phone()
    scan(page, made.poll, made.codes[0])
    forward(page)
    forward(page)
    for title in (MARKER, "Ích", "Kiên"):
        mark(page, title)
    assert "Chọn nhiều nhất 2 ô" in page.locator("[data-too-many]").inner_text()
    forward(page)
    assert "không hợp lệ" in page.locator("[data-answers]").inner_text()
    put_in(page)


def test_a_shared_screen_stays_at_its_poll(open_phone, made):
    page = open_phone(viewport={"width": 1024, "height": 768})
    at = f"/#{made.poll.public_id}."
    page.goto(at)
    for code in made.codes[:2]:
        page.locator(f"input[name=poll][value='{made.poll.public_id}']").wait_for(state="attached")
        page.locator("#code").fill("00000 00000")
        page.get_by_role("button", name="Mở phiếu").click()
        page.locator(".refusal").wait_for()
        page.locator("#code").fill(code)
        page.get_by_role("button", name="Mở phiếu").click()
        fill(page)
        put_in(page)
        page.get_by_role("link", name="Người tiếp theo").click()
        page.wait_for_url(f"**{at}")
    assert count(made) == 2


def test_a_whole_vote_by_keyboard(open_phone, made):
    page = open_phone(viewport={"width": 1280, "height": 800})
    page.goto("/")
    keys = page.keyboard
    for _ in range(10):
        keys.press("Tab")
        if page.evaluate("document.activeElement.id") == "code":
            break
    keys.type(made.codes[0].lower().replace("0", "o").replace("1", "i"))
    with page.expect_navigation():
        keys.press("Enter")
    page.wait_for_load_state("load")
    for _ in range(2):
        keys.press("Tab")
        keys.press("Space")
        keys.press("Enter")
    keys.press("Tab")
    keys.press("Space")
    keys.press("Tab")
    keys.press("Space")
    keys.press("Enter")
    review = page.locator("[data-answers]").inner_text()
    assert MARKER in review
    assert "Ích" in review
    for _ in range(10):
        keys.press("Tab")
        if page.evaluate("'cast' in document.activeElement.dataset"):
            break
    assert count(made) == 0
    keys.press("Enter")
    page.get_by_role("heading", name="Phiếu đã vào hòm.").wait_for()
    assert count(made) == 1


def test_without_scripts_all_questions_are_on_one_page(open_phone, made, fits):
    page = open_phone(java_script_enabled=False)
    page.goto("/")
    page.locator("#code").fill(made.codes[0])
    page.get_by_role("button", name="Mở phiếu").click()
    page.get_by_label("Hoàn thành tốt nhiệm vụ").check()
    page.get_by_role("radiogroup", name=MARKER).get_by_label("Chọn", exact=True).check()
    page.get_by_role("button", name="Bỏ phiếu vào hòm").click()
    page.get_by_role("heading", name="Phiếu đã vào hòm.").wait_for()
    assert count(made) == 1


def test_a_connection_lost_after_sending_is_no_second_vote(open_phone, made):
    page = open_phone()
    scan(page, made.poll, made.codes[0])
    fill(page)

    def lose(route):
        # The server gets it and answers; the phone never hears of it.
        route.fetch()
        route.abort("connectionreset")

    page.route("**/cast/", lose)
    page.get_by_role("button", name="Bỏ phiếu vào hòm").click()
    page.get_by_text("Mất kết nối").wait_for()
    assert count(made) == 1
    page.unroute("**/cast/")
    put_in(page)
    assert count(made) == 1

    # And with the slip itself, on another phone: the same words, no choice.
    other = open_phone()
    scan(other, made.poll, made.codes[0])
    other.get_by_role("heading", name="Phiếu đã vào hòm.").wait_for()
    assert MARKER not in other.content()
    assert count(made) == 1


def test_every_choice_is_sent_in_as_many_bytes(open_phone, made):
    sizes = set()
    for place, code in enumerate(made.codes[:3]):
        page = open_phone()
        scan(page, made.poll, code)
        if place:
            page.locator(".step.current .choice").nth(place).click()
        forward(page)
        forward(page)
        for one in range(place):
            page.locator(".step.current .choice").nth(one).click()
        forward(page)
        put_in(page)
        sent = next(one for one in page.asked if one.url.endswith("/cast/"))
        sizes.add((len(sent.post_data_buffer), len(sent.response().body())))
    assert len(sizes) == 1


def test_practice_looks_different_to_the_last(open_phone, booth, axe, fits):
    scene = meetings.scene(more_members=4)
    poll = ballots.prepared(scene, mode=CODES)
    code = operations.start_rehearsal(poll_id=poll.pk, actor=scene.binh, at=meetings.NOW)[0]
    page = open_phone()
    with page.expect_navigation(url=re.compile(r"/ballot/$")):
        page.goto(f"/#{poll.public_id}.{code}")
    band = page.locator(".rehearsal-band")
    assert "BỎ PHIẾU THỬ" in band.inner_text()
    axe(page)
    forward(page)
    fits(page)
    page.get_by_role("button", name="Gửi phiếu thử").click()
    page.get_by_role("heading", name="Đã gửi phiếu thử.").wait_for()
    assert "BỎ PHIẾU THỬ" in band.inner_text()
    assert "Phiếu đã vào hòm" not in page.content()


def test_a_wrong_code_and_the_explanation_can_be_read_by_everybody(open_phone, made, axe, fits):
    page = open_phone(color_scheme="dark")
    page.goto("/")
    page.locator("#code").fill("ABCDEFGH22")
    page.get_by_role("button", name="Mở phiếu").click()
    page.get_by_role("alert").wait_for()
    axe(page)
    page.get_by_role("link", name="Phiếu này kín đến đâu?").click()
    page.get_by_role("heading", name="Phiếu bốc mã").wait_for()
    axe(page)
    fits(page)


def test_codes_and_choices_are_in_no_log_and_no_table(open_phone, booth_server, made, caplog):
    """After a whole vote, with the server at its loudest: everything that it wrote is searched."""
    page, code = open_phone(), made.codes[0]
    scan(page, made.poll, code)
    fill(page)
    put_in(page)
    page.goto("/nowhere/")
    option = made.poll.questions.last().option_ids[0]
    sent = next(one for one in page.asked if one.url.endswith("/cast/")).post_data

    told = booth_server[1].read_text("utf-8")
    for marker in (code, MARKER, sent, "/cast/", "/ballot/", "nowhere"):
        assert marker not in told
        assert marker not in caplog.text
    assert mail.outbox == []
    assert option
    for name, rows in _everything():
        assert code not in rows, name
        if name != "ballots_pollquestion":
            assert MARKER not in rows, name
        if name in {"django_session", "audit_auditevent", "django_tasks_db_dbtaskresult"}:
            assert made.poll.questions.last().text not in rows, name


def _everything():
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 -- the names of our own tables
            yield table, repr([tuple(map(_shown, row)) for row in cursor.fetchall()])


def _shown(cell):
    return bytes(cell) if isinstance(cell, memoryview) else cell
