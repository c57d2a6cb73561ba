"""Environment variables are understood, or refused in one sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from tusoi.config import env, settings


def test_a_file_may_hold_the_value(monkeypatch, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("abc\n", "utf-8")
    monkeypatch.setenv("TUSOI_SECRET_KEY_FILE", str(secret))

    assert env.text("TUSOI_SECRET_KEY") == "abc"


@pytest.mark.parametrize(
    ("value", "meant"), [("true", True), ("ON", True), ("0", False), ("no", False), ("", False)]
)
def test_flags(monkeypatch, value, meant):
    monkeypatch.setenv("TUSOI_HTTPS", value)

    assert env.flag("TUSOI_HTTPS") is meant


def test_a_flag_that_is_neither_is_refused(monkeypatch):
    monkeypatch.setenv("TUSOI_HTTPS", "maybe")

    with pytest.raises(ImproperlyConfigured, match="write true or false"):
        env.flag("TUSOI_HTTPS")


def test_words_and_numbers(monkeypatch):
    monkeypatch.setenv("TUSOI_ALLOWED_HOSTS", " a.example, ,b.example ")
    monkeypatch.setenv("TUSOI_NUMBER", "7")

    assert env.words("TUSOI_ALLOWED_HOSTS") == ["a.example", "b.example"]
    assert env.number("TUSOI_NUMBER", 1) == 7
    assert env.number("TUSOI_OTHER", 1) == 1
    monkeypatch.setenv("TUSOI_NUMBER", "seven")
    with pytest.raises(ImproperlyConfigured, match="whole number"):
        env.number("TUSOI_NUMBER", 1)


def test_database_addresses(tmp_path):
    assert env.database("", data_dir=tmp_path)["NAME"] == tmp_path / "tusoi.sqlite3"
    assert env.database("sqlite:////srv/a.sqlite3", data_dir=tmp_path)["NAME"] == Path(
        "/srv/a.sqlite3"
    )
    made = env.database("postgresql://an:b%40c@db.example:5433/tusoi", data_dir=tmp_path)
    assert (made["USER"], made["PASSWORD"], made["HOST"], made["PORT"], made["NAME"]) == (
        "an",
        "b@c",
        "db.example",
        "5433",
        "tusoi",
    )
    far = env.database("postgresql:///tusoi?host=/run/pg&sslmode=require", data_dir=tmp_path)
    assert (far["HOST"], far["OPTIONS"]) == ("/run/pg", {"sslmode": "require"})
    with pytest.raises(ImproperlyConfigured, match="neither sqlite nor postgresql"):
        env.database("mysql://db/tusoi", data_dir=tmp_path)


def test_a_secret_key_is_made_once_for_nobody_elses_eyes(monkeypatch, tmp_path):
    monkeypatch.delenv("TUSOI_SECRET_KEY", raising=False)
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path / "fresh")

    made = settings._secret_key()

    assert len(made) >= 50
    assert settings._secret_key() == made
    assert (tmp_path / "fresh/secret-key").stat().st_mode & 0o777 == 0o600


def test_a_configured_secret_key_is_not_stored(monkeypatch, tmp_path):
    monkeypatch.setenv("TUSOI_SECRET_KEY", "đặt bởi người vận hành")
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)

    assert settings._secret_key() == "đặt bởi người vận hành"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("TUSOI_CLOCK", "gestern", env.day),
        ("TUSOI_CLOCK", "2022-02-30", env.day),
        ("TUSOI_TIME_ZONE", "Mars/Olympus", lambda name: env.zone(name, "Asia/Ho_Chi_Minh")),
        ("TUSOI_TIME_ZONE", "../../etc/passwd", lambda name: env.zone(name, "UTC")),
        ("TUSOI_BOOTH_ORIGIN", "phieu.example", env.origin),
        ("TUSOI_BOOTH_ORIGIN", "https://phieu.example/vote", env.origin),
        ("TUSOI_BOOTH_ORIGIN", "ftp://phieu.example", env.origin),
        ("TUSOI_LOG_LEVEL", "LOUD", lambda name: env.choice(name, "INFO", among=("INFO",))),
    ],
    ids=[
        "no-day",
        "no-such-day",
        "no-zone",
        "a-path",
        "no-scheme",
        "with-path",
        "other-scheme",
        "no-level",
    ],
)
def test_a_value_that_cannot_be_is_refused_in_one_sentence(monkeypatch, name, value, read):
    monkeypatch.setenv(name, value)

    with pytest.raises(ImproperlyConfigured, match=name):
        read(name)


def test_an_unset_day_zone_and_level_are_the_usual_ones(monkeypatch):
    for name in ("TUSOI_CLOCK", "TUSOI_TIME_ZONE", "TUSOI_LOG_LEVEL"):
        monkeypatch.delenv(name, raising=False)

    assert env.day("TUSOI_CLOCK") == ""
    assert env.zone("TUSOI_TIME_ZONE", "UTC") == "UTC"
    assert env.choice("TUSOI_LOG_LEVEL", "INFO", among=("INFO",)) == "INFO"


@pytest.mark.parametrize("port", ["abc", "99999"])
def test_a_port_of_the_database_that_cannot_be_is_refused(tmp_path, port):
    with pytest.raises(ImproperlyConfigured, match="port"):
        env.database(f"postgresql://u:p@host:{port}/x", data_dir=tmp_path)


def test_an_origin_is_scheme_and_host(monkeypatch):
    monkeypatch.delenv("TUSOI_BOOTH_ORIGIN", raising=False)
    assert env.origin("TUSOI_BOOTH_ORIGIN") == ""
    monkeypatch.setenv("TUSOI_BOOTH_ORIGIN", "https://phieu.example:8443/")
    assert env.origin("TUSOI_BOOTH_ORIGIN") == "https://phieu.example:8443"


def test_the_booth_has_a_host_name_of_its_own():
    """Read in a process of its own, as settings are read once."""

    def start(origin):
        return subprocess.run(
            [sys.executable, "-c", "import tusoi.config.settings"],
            env={
                **os.environ,
                "TUSOI_HTTPS": "true",
                "TUSOI_SECRET_KEY": "x" * 50,
                "TUSOI_ALLOWED_HOSTS": "tusoi.example",
                "TUSOI_BOOTH_ORIGIN": origin,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    assert start("https://phieu.example").returncode == 0
    refused = start("https://tusoi.example:8443")
    assert refused.returncode != 0
    assert "a host name of its own" in refused.stderr
