"""Settings of reminders and mail: read as written, refused in one sentence."""

import datetime as dt

import pytest
from django.core.exceptions import ImproperlyConfigured

from tusoi.config import env


NAME = "TUSOI_X"


def _with(monkeypatch, value):
    monkeypatch.setenv(NAME, value)


def test_days_and_stretches_of_days(monkeypatch):
    _with(monkeypatch, "2026-01-01, 2026-02-16..2026-02-18")

    assert env.days(NAME) == {
        dt.date(2026, 1, 1),
        dt.date(2026, 2, 16),
        dt.date(2026, 2, 17),
        dt.date(2026, 2, 18),
    }
    _with(monkeypatch, "")
    assert env.days(NAME) == frozenset()


@pytest.mark.parametrize("value", ["soon", "2026-02-20..2026-02-16", "2026-01-01..2028-01-01"])
def test_days_that_make_no_sense(monkeypatch, value):
    _with(monkeypatch, value)

    with pytest.raises(ImproperlyConfigured, match=NAME):
        env.days(NAME)


def test_numbers_come_largest_first(monkeypatch):
    assert env.numbers(NAME, "7,1") == (7, 1)
    _with(monkeypatch, "3,14,3")
    assert env.numbers(NAME, "7,1") == (14, 3)
    for value in ("0", "a week", "-1", "1000"):
        _with(monkeypatch, value)
        with pytest.raises(ImproperlyConfigured, match=NAME):
            env.numbers(NAME, "7,1")


def test_words_among_those_understood(monkeypatch):
    assert env.chosen(NAME, "a,b", among=("a", "b")) == {"a", "b"}
    _with(monkeypatch, "none")
    assert env.chosen(NAME, "a,b", among=("a", "b")) == frozenset()
    _with(monkeypatch, "c")
    with pytest.raises(ImproperlyConfigured, match="'c'"):
        env.chosen(NAME, "a,b", among=("a", "b"))


def test_no_mail_server_means_no_mail():
    assert env.mail("")["EMAIL_BACKEND"].endswith("dummy.EmailBackend")


@pytest.mark.parametrize(
    ("url", "port", "ssl", "tls"),
    [
        ("smtp://u:p%40ss@mail.example", 587, False, True),
        ("smtps://u:p%40ss@mail.example", 465, True, False),
        ("smtp://u:p%40ss@mail.example:2525", 2525, False, True),
        ("smtp://u:p%40ss@localhost:25", 25, False, False),
    ],
)
def test_mail_servers(url, port, ssl, tls):
    found = env.mail(url)

    assert found["EMAIL_PORT"] == port
    assert (found["EMAIL_USE_SSL"], found["EMAIL_USE_TLS"]) == (ssl, tls)
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("u", "p@ss")


def test_letters_into_a_folder():
    assert env.mail("file:///srv/letters")["EMAIL_FILE_PATH"] == "/srv/letters"


@pytest.mark.parametrize(
    "url", ["mail.example", "http://mail.example", "smtp://", "smtp://a:99999"]
)
def test_mail_servers_that_make_no_sense(url):
    with pytest.raises(ImproperlyConfigured, match="TUSOI_EMAIL_URL"):
        env.mail(url)


def test_the_address_of_the_site(monkeypatch):
    assert env.site(NAME) == ""
    _with(monkeypatch, "https://tusoi.example/")
    assert env.site(NAME) == "https://tusoi.example"
    for value in ("tusoi.example", "ftp://tusoi.example"):
        _with(monkeypatch, value)
        with pytest.raises(ImproperlyConfigured, match=NAME):
            env.site(NAME)
