"""The booth knows nobody, keeps nothing, and tells nothing after a ballot is in."""

import logging
import logging.config
import re
import sys
from itertools import product
from urllib.parse import urlencode

import pytest
from django.contrib.sessions.models import Session
from django.core.handlers.wsgi import WSGIRequest
from django.urls import get_resolver

from tests.factories import ballots, meetings
from tests.factories.ballots import CODES, choose, opened, yes_no
from tests.factories.booth import OWN, marks, open_booth, post, slip
from tusoi.ballots import operations, queries
from tusoi.ballots.models import Poll, Urn
from tusoi.config import booth as booth_settings
from tusoi.web.booth import guesses, views
from tusoi.web.booth.middleware import WEIGHT, padded
from tusoi.web.secrecy import ODDS_SENTENCE, SENTENCES


pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ADDRESSES = ("", "ballot/", "cast/", "secrecy/")
LEVELS_AND_MORE = ((1,), (0,), (0, 2))


@pytest.fixture
def scene():
    return meetings.scene(more_members=4)


@pytest.fixture
def made(scene):
    return opened(scene, mode=CODES, more=[yes_no(), choose("Hà", "Ích", "Kiên", most=2)])


@pytest.fixture
def booth(monkeypatch):
    monkeypatch.setattr(views, "wrong_codes", guesses.WrongCodes())
    with open_booth() as client:
        yield client


def cast(booth, made, *choices, code=None, address="/cast/"):
    return post(booth, address, slip(made, code) | marks(made.poll, *choices))


def text(answer):
    return re.sub(r"\s+", " ", re.sub(r"<!--.*?-->|<[^>]+>", " ", answer.content.decode()))


# Who asks


def test_a_cookie_is_neither_read_nor_set(scene, made, monkeypatch):
    read = []

    def spy(request):
        read.append(request.path)
        return {}

    with open_booth() as booth:
        booth.force_login(scene.binh)
        sessions = list(Session.objects.values_list("session_key", "expire_date"))
        for part in (WSGIRequest,):
            monkeypatch.setattr(part, "COOKIES", property(spy))
        for prefix, address in product(("/", "/en/"), ADDRESSES):
            for answer in (
                booth.get(prefix + address, headers={"accept-language": "en"}),
                post(booth, prefix + address, slip(made)),
            ):
                assert not answer.cookies
                assert "Set-Cookie" not in answer.headers
                assert "Cookie" not in answer.get("Vary", "")
                assert not hasattr(answer.wsgi_request, "session")
                assert not hasattr(answer.wsgi_request, "user")
                assert scene.binh.username not in answer.content.decode()
        cast(booth, made, *LEVELS_AND_MORE)

    assert read == []
    assert list(Session.objects.values_list("session_key", "expire_date")) == sessions


def test_every_answer_is_kept_nowhere_and_tells_nobody_where_it_came_from(booth, made):
    style = booth.get("/static/booth.css")
    assert b"rehearsal" in b"".join(style)
    answers = [
        booth.get("/"),
        booth.get("/nowhere/"),
        style,
        post(booth, "/ballot/", slip(made)),
        booth.post("/ballot/", {"code": "x"}),
        cast(booth, made, *LEVELS_AND_MORE),
    ]
    for answer in answers:
        assert answer["Cache-Control"] == "no-store, no-transform"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["X-Frame-Options"] == "DENY"
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy


def test_the_settings_of_the_booth_have_nothing_that_knows_people():
    everything = " ".join(booth_settings.MIDDLEWARE)
    for word in ("session", "auth", "csrf", "message", "Language", "account", "htmx", "Common"):
        assert word.lower() not in everything.lower()
    assert booth_settings.TEMPLATES[0]["OPTIONS"]["context_processors"] == []
    assert booth_settings.DEBUG is False
    assert "ROOT_URLCONF" in OWN


def test_the_booth_serves_no_pages_and_the_pages_no_booth(scene, booth, made):
    for address in ("/accounts/login/", "/ballots/1/", "/meetings/", "/static/tusoi.css"):
        assert booth.get(address).status_code == 404
    main = get_resolver("tusoi.web.urls")
    known = {str(one.pattern) for one in main.url_patterns}
    assert not known & {"ballot/", "cast/", "en/"}


def test_it_speaks_the_language_of_its_address_and_keeps_no_choice(booth, made):
    english = booth.get("/en/")
    assert 'lang="en"' in english.content.decode()
    assert 'action="/en/ballot/"' in english.content.decode()
    assert 'lang="vi"' in booth.get("/").content.decode()
    page = post(booth, "/en/ballot/", slip(made))
    assert 'action="/en/cast/"' in page.content.decode()
    assert booth.get("/en/nowhere/").content != booth.get("/nowhere/").content


# From a code to a ballot


def test_a_code_is_read_however_it_was_typed(booth, made):
    code = made.codes[0]
    typed = f"{code[:5].lower()} {code[5:]}".replace("0", "o").replace("1", "l")
    for fields in (slip(made), {"code": typed}, {"code": typed, "poll": ""}):
        page = post(booth, "/ballot/", fields)
        assert page.status_code == 200
        assert "Câu 1/3" in text(page)
        assert "Hà" in text(page)


def test_looking_at_a_ballot_changes_nothing(booth, made):
    before = Urn.objects.filter(poll=made.poll).values().get()
    for _ in range(2):
        post(booth, "/ballot/", slip(made))
    assert Urn.objects.filter(poll=made.poll).values().get() == before


def test_a_ballot_goes_in_as_marked(scene, made, booth):
    ballots.issue_all(scene, made.poll)
    choices = [((1,), (0,), (0, 2)), ((), (), ()), ((1,), (1,), (0, 1, 2))]
    for code, choice in zip(made.codes, choices, strict=False):
        assert cast(booth, made, *choice, code=code).status_code == 200
    ballots.close(scene, made.poll)
    sheet = queries.TallyFigures(
        issued_count=made.poll.voter_count,
        slip_count=3,
        unused_count=made.poll.voter_count - 3,
    )
    ballots.enter_twice(scene, made.poll, sheet)
    ballots.open_urn(scene, made)

    level, yes, chosen = queries.results_of(Poll.objects.get(pk=made.poll.pk))
    assert [one.count for one in level.votes] == [0, 2, 0, 0]
    assert [one.count for one in yes.votes] == [1, 1]
    assert [one.count for one in chosen.votes] == [1, 0, 1]
    assert (level.blank_count, chosen.blank_count, chosen.invalid_count) == (1, 1, 1)


def test_without_a_script_each_option_is_a_pair_of_buttons(booth, made):
    fields = slip(made) | marks(made.poll, (0,), (1,), ())
    question = made.poll.questions.last()
    del fields[f"q{question.pk}"]
    apart = {f"q{question.pk}.{place}": sign for place, sign in enumerate("101")}
    page = post(booth, "/ballot/", slip(made)).content.decode()
    for name in apart:
        assert f'name="{name}"' in page

    assert "Phiếu đã vào hòm" in text(post(booth, "/cast/", fields | apart))


@pytest.mark.parametrize(
    "signs", ["", "1", "00000", "10x0", "２000"], ids=["none", "few", "many", "letters", "wide"]
)
def test_marks_of_another_ballot_are_refused_and_nothing_goes_in(booth, made, signs):
    fields = slip(made) | marks(made.poll, *LEVELS_AND_MORE)
    fields[f"q{made.poll.questions.first().pk}"] = signs

    assert post(booth, "/cast/", fields).status_code == 400
    assert Urn.objects.get(poll=made.poll).ballot_count == 0


def test_an_unknown_code_is_one_sentence(booth, made):
    for fields in (
        {"code": "ABCDEFGH22"},
        {"code": ""},
        {"poll": ""},
        {"code": "\0" * 30, "poll": "\0"},
        {"code": made.codes[0], "poll": "nowhere"},
        slip(made, made.spares[0]),
    ):
        for address in ("/ballot/", "/cast/"):
            answer = post(booth, address, fields)
            assert answer.status_code == 422
            assert "Không có mã phiếu này." in text(answer)
            assert answer.content == post(booth, address, fields).content


def test_a_closed_poll_says_that_the_ballot_is_not_in(scene, booth, made):
    ballots.close(scene, made.poll)
    for answer in (post(booth, "/ballot/", slip(made)), cast(booth, made, *LEVELS_AND_MORE)):
        assert answer.status_code == 409
        assert "Phiếu chưa vào hòm" in text(answer)


def test_a_poll_that_closes_under_the_vote_says_so(booth, made, monkeypatch):
    def too_late(**_fields):
        raise views.PollNotOpen

    monkeypatch.setattr(views.operations, "cast_ballot", too_late)
    assert cast(booth, made, *LEVELS_AND_MORE).status_code == 409

    def voided(**_fields):
        raise views.CodeUnknown

    monkeypatch.setattr(views.operations, "cast_ballot", voided)
    assert cast(booth, made, *LEVELS_AND_MORE).status_code == 422


# After the ballot is in


def test_after_casting_no_page_depends_on_code_or_choice(booth, made):
    """Every address, with either code, with every choice: the same bytes."""
    first = cast(booth, made, (0,), (0,), (0,), code=made.codes[0])
    cast(booth, made, (2,), (), (1, 2), code=made.codes[1])
    told = {first.content}
    for code, choice in product(made.codes[:2], [((0,), (0,), (0,)), ((), (), ())]):
        told.add(cast(booth, made, *choice, code=code).content)
        told.add(post(booth, "/ballot/", slip(made, code)).content)
        told.add(post(booth, "/ballot/", {"code": code}).content)

    assert len(told) == 1
    assert all(code not in first.content.decode() for code in made.codes)
    assert made.poll.public_id not in first.content.decode()
    assert Urn.objects.get(poll=made.poll).ballot_count == 2


def test_every_choice_sends_and_gets_the_same_length(booth, made, scene):
    """Exactly: every subset of every question on each of the codes, first sent and sent again."""
    options = [
        [(), (0,), (1,), (2,), (3,)],
        [(), (0,), (1,)],
        [(), (0,), (1,), (2,), (0, 1), (1, 2), (0, 2), (0, 1, 2)],
    ]
    every = list(product(*options))
    sent = {len(urlencode(slip(made) | marks(made.poll, *one))) for one in every}
    got, codes = set(), iter(made.codes)
    for place, choice in enumerate(every):
        # Most are sent again with a used code; that, too, must weigh the same.
        code = next(codes, made.codes[0]) if place % 20 == 0 else made.codes[0]
        answer = cast(booth, made, *choice, code=code)
        got.add((answer.status_code, len(answer.content), tuple(sorted(answer.headers.items()))))

    assert len(every) == 120
    assert len(sent) == 1
    assert len(got) == 1


def test_all_pages_weigh_the_same(booth, made):
    weights = {
        len(answer.content)
        for answer in (
            booth.get("/"),
            booth.get("/nowhere/"),
            booth.get("/en/"),
            booth.post("/ballot/", {"code": "x"}),
            post(booth, "/ballot/", {"code": "ABCDEFGH22"}),
            post(booth, "/ballot/", slip(made)),
            cast(booth, made, *LEVELS_AND_MORE),
        )
    }
    assert weights == {WEIGHT}
    for length in (0, 1, WEIGHT - 7, WEIGHT - 6, WEIGHT):
        assert len(padded(b"x" * length)) % WEIGHT == 0


def test_marks_reach_the_server_before_they_are_sealed(booth, made, monkeypatch):
    """What the explanation admits: whoever owns the server while people vote reads along."""
    seen = []
    real = operations.cast_ballot
    monkeypatch.setattr(
        views.operations, "cast_ballot", lambda **fields: seen.append(fields) or real(**fields)
    )
    cast(booth, made, (1,), (0,), (0, 2))

    question = made.poll.questions.first()
    assert seen[0]["marks"][question.pk] == ["good"]
    assert set(seen[0]) == {"code", "marks", "poll"}


# Practice


def test_practice_cannot_be_taken_for_a_vote(scene, booth):
    poll = ballots.prepared(scene, mode=CODES)
    codes = operations.start_rehearsal(poll_id=poll.pk, actor=scene.binh, at=meetings.NOW)
    fields = {"code": codes[0]}
    page = post(booth, "/ballot/", fields).content.decode()
    done = post(booth, "/cast/", fields | marks(poll, (0,)))
    again = post(booth, "/ballot/", fields)

    for shown in (page, done.content.decode(), again.content.decode()):
        assert 'class="rehearsal"' in shown
        assert "BỎ PHIẾU THỬ" in shown
        assert "Phiếu này không được tính." in shown
        assert "Phiếu đã vào hòm" not in shown
    assert "Bỏ phiếu vào hòm" not in re.sub(r"<p>.*?</p>", "", page, flags=re.DOTALL)


def test_a_vote_bears_no_mark_of_practice(booth, made):
    for shown in (post(booth, "/ballot/", slip(made)), cast(booth, made, *LEVELS_AND_MORE)):
        assert "THỬ" not in shown.content.decode()
        assert "rehearsal" not in shown.content.decode()


# Guessing


def test_many_wrong_codes_stop_the_guessing_and_nobody_with_a_slip(booth, made, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(views, "wrong_codes", guesses.WrongCodes(clock=lambda: now[0]))
    monkeypatch.setattr(guesses, "BURST", 60)
    for number in range(60):
        poll = "nowhere" if number % 2 else ""
        assert post(booth, "/ballot/", {"code": "A", "poll": poll}).status_code == 422
    refused = post(booth, "/ballot/", {"code": "A"})
    assert refused.status_code == 429
    assert "Đợi một phút" in text(refused)
    assert len(refused.content) == WEIGHT

    # A slip names its poll, whose count is its own.
    assert post(booth, "/ballot/", slip(made)).status_code == 200
    now[0] += 60 / guesses.PER_SECOND
    assert post(booth, "/ballot/", {"code": made.codes[0]}).status_code == 200


def test_a_shared_screen_types_on_while_codes_of_no_poll_flood_in(booth, made, monkeypatch):
    monkeypatch.setattr(guesses, "BURST", 3)
    for _ in range(3):
        assert post(booth, "/ballot/", {"code": "A"}).status_code == 422
    assert post(booth, "/ballot/", {"code": made.codes[0]}).status_code == 429

    wrong = post(booth, "/ballot/", {"code": "A", "poll": made.poll.public_id})
    assert wrong.status_code == 422
    assert f'name="poll" value="{made.poll.public_id}"' in wrong.content.decode()
    assert post(booth, "/ballot/", slip(made)).status_code == 200


def test_a_shared_screen_left_at_the_vote_before_takes_codes_of_this_one(booth, scene, made):
    ballots.close(scene, made.poll)
    poll = operations.prepare_poll(
        meeting_id=made.poll.meeting_id,
        mode=CODES,
        questions=[yes_no()],
        actor=scene.binh,
        at=meetings.NOW,
    )
    code = ballots.open_it(scene, poll).codes[0]
    shown = post(booth, "/ballot/", slip(made, code))
    assert f'name="poll" value="{poll.public_id}"' in shown.content.decode()


def test_right_codes_cost_nothing(booth, made, monkeypatch):
    monkeypatch.setattr(guesses, "BURST", 3)
    for _ in range(10):
        assert post(booth, "/ballot/", slip(made)).status_code == 200


def test_the_count_of_wrong_codes_knows_polls_and_no_one_else():
    wrong = guesses.WrongCodes(clock=lambda: 0.0)
    wrong.count("poll")
    assert wrong._left == {"poll": (guesses.BURST - 1, 0.0)}


# Faults


def test_faults_are_told_without_what_was_sent(booth, made, monkeypatch, capsys):
    """The log at its loudest, and a fault whose words hold everything that was sent."""
    code = made.codes[0]

    def break_down(**fields):
        raise ValueError(f"{fields} with {code}")

    monkeypatch.setattr(views.operations, "cast_ballot", break_down)
    booth.raise_request_exception = False
    handlers, level = logging.root.handlers[:], logging.root.level
    states = {
        name: (one.handlers[:], one.level, one.propagate, one.disabled)
        for name, one in logging.root.manager.loggerDict.items()
        if isinstance(one, logging.Logger)
    }
    try:
        logging.config.dictConfig(booth_settings.LOGGING)
        # The handler was bound to the stream of another moment.
        for handler in logging.getLogger("tusoi.booth").handlers:
            handler.setStream(sys.stderr)
        answer = cast(booth, made, *LEVELS_AND_MORE)
        post(booth, "/nowhere/", slip(made))
        booth.get("/", headers={"host": "elsewhere.example"})
    finally:
        logging.root.handlers[:], logging.root.level = handlers, level
        for name, one in logging.root.manager.loggerDict.items():
            if name in states:
                one.handlers[:], one.level, one.propagate, one.disabled = states[name]
            elif isinstance(one, logging.Logger):
                one.disabled = False

    told = capsys.readouterr()
    assert answer.status_code == 500
    assert len(answer.content) == WEIGHT
    assert code not in answer.content.decode()
    assert told.out == ""
    assert re.fullmatch(r"ValueError at web/booth/views\.py:\d+\n", told.err)


def test_what_no_browser_sends_is_refused(booth, made):
    for body, kind in (
        (urlencode(slip(made)), "text/plain"),
        ("x" * 70_000, "application/x-www-form-urlencoded"),
        ("&".join(f"a{n}=" for n in range(2_100)), "application/x-www-form-urlencoded"),
    ):
        answer = booth.post("/ballot/", body, content_type=kind)
        assert answer.status_code == 400
        assert len(answer.content) == WEIGHT
    assert booth.get("/cast/").status_code == 405
    assert booth.post("/").status_code == 405
    assert booth.get("/", headers={"host": "elsewhere.example"}).status_code == 400


# How secret it is


def test_the_booth_and_the_pages_explain_secrecy_in_the_same_sentences(scene, client):
    client.force_login(scene.binh)
    page = client.get("/secrecy/").content.decode()
    with open_booth() as booth:
        shown = booth.get("/secrecy/").content.decode()
    for one in (*SENTENCES, ODDS_SENTENCE):
        assert str(one.text) in shown
        assert str(one.text) in page
    for told in (shown, page):
        assert re.findall(r"(\d+)\s+%", told.partition("<tbody>")[2])[:4] == [
            "35",
            "54",
            "24",
            "35",
        ]
