"""Reads environment variables; every one is documented in docs/configuration.md."""

import datetime as dt
import os
from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ImproperlyConfigured


# A stretch of days off is never longer.
_MOST_DAYS = 366


def text(name: str, default: str = "") -> str:
    """Return the variable, or the content of the file that `NAME_FILE` names."""
    file_name = os.environ.get(f"{name}_FILE")
    if file_name:
        return Path(file_name).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)


def flag(name: str, *, default: bool = False) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name}={value!r}: write true or false.")


def words(name: str) -> list[str]:
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


def number(name: str, default: int) -> int:
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={value!r}: write a whole number.") from None


def choice(name: str, default: str, *, among: Collection[str]) -> str:
    value = text(name, default)
    if value not in among:
        raise ImproperlyConfigured(f"{name}={value!r}: write one of {', '.join(among)}.")
    return value


def zone(name: str, default: str) -> str:
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ImproperlyConfigured(
            f"{name}={value!r}: write a time zone such as {default}."
        ) from None
    return value


def day(name: str) -> str:
    value = text(name)
    try:
        dt.date.fromisoformat(value or "2022-11-30")
    except ValueError:
        raise ImproperlyConfigured(f"{name}={value!r}: write a day as 2022-11-30.") from None
    return value


def days(name: str) -> frozenset[dt.date]:
    """Read days and stretches of days: 2026-01-01,2026-02-16..2026-02-20."""
    found: set[dt.date] = set()
    for part in words(name):
        first, _, last = part.partition("..")
        try:
            start = dt.date.fromisoformat(first.strip())
            end = dt.date.fromisoformat(last.strip()) if last else start
        except ValueError:
            raise ImproperlyConfigured(
                f"{name}: {part!r} is no day such as 2026-01-01, nor 2026-02-16..2026-02-20."
            ) from None
        if not 0 <= (end - start).days < _MOST_DAYS:
            raise ImproperlyConfigured(f"{name}: {part!r} does not end within a year.")
        found |= {start + dt.timedelta(days=n) for n in range((end - start).days + 1)}
    return frozenset(found)


def numbers(name: str, default: str) -> tuple[int, ...]:
    """Read whole numbers from 1 on, separated by commas; the largest comes first."""
    parts = words(name) or default.split(",")
    if not all(part.isdecimal() and 0 < int(part) < _MOST_DAYS for part in parts):
        raise ImproperlyConfigured(f"{name}: write whole numbers such as {default}.")
    return tuple(sorted({int(part) for part in parts}, reverse=True))


def chosen(name: str, default: str, *, among: Collection[str]) -> frozenset[str]:
    """Read some of the words that are understood; `none` means none of them."""
    found = words(name) or default.split(",")
    if found == ["none"]:
        return frozenset()
    for word in found:
        if word not in among:
            raise ImproperlyConfigured(f"{name}: {word!r} is none of {', '.join(among)}.")
    return frozenset(found)


def mail(url: str) -> dict[str, Any]:
    """Translate a mail server's address; an empty one means that no mail is ever sent."""
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    parts = urlsplit(url)
    if parts.scheme == "file":
        # For trying it out: every letter becomes a file of this folder.
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": unquote(parts.path),
        }
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured(
            "TUSOI_EMAIL_URL: write smtp://user:password@host:587 or smtps://… or file:///folder."
        )
    try:
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured(
            "TUSOI_EMAIL_URL: the port is no number from 0 to 65535."
        ) from None
    # Never in the clear, except to a server on the same machine.
    is_near = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and not is_near,
        "EMAIL_TIMEOUT": 20,
    }


def site(name: str) -> str:
    """Read the address under which people reach the pages, without a slash at its end."""
    value = text(name)
    parts = urlsplit(value)
    if value and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise ImproperlyConfigured(f"{name}={value!r}: write it as https://tusoi.example.")
    return value.rstrip("/")


def origin(name: str) -> str:
    """Return scheme and host of an address, as `https://phieu.example`."""
    value = text(name).rstrip("/")
    parts = urlsplit(value)
    whole = f"{parts.scheme}://{parts.netloc}"
    if value and (parts.scheme not in {"http", "https"} or not parts.hostname or value != whole):
        raise ImproperlyConfigured(
            f"{name}={value!r}: write scheme and host, such as https://phieu.example."
        )
    return value


def database(url: str, *, data_dir: Path) -> dict[str, Any]:
    """Translate a database address; an empty one means a SQLite file in the data folder."""
    if not url:
        return _sqlite(data_dir / "tusoi.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(Path(unquote(url.removeprefix("sqlite:///"))))
    if parts.scheme in {"postgres", "postgresql"}:
        # What follows the question mark is the server's business: sslmode, application_name.
        options = dict(parse_qsl(parts.query))
        host = options.pop("host", "")
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or "") or host,
            "PORT": _port(parts),
            "OPTIONS": options,
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    raise ImproperlyConfigured(
        f"TUSOI_DATABASE_URL: {parts.scheme!r} is neither sqlite nor postgresql."
    )


def _port(parts: SplitResult) -> str:
    try:
        return str(parts.port or "")
    except ValueError:
        raise ImproperlyConfigured(
            "TUSOI_DATABASE_URL: the port is no number from 0 to 65535."
        ) from None


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            # SQLite has one writer. Taking the write lock at the start of a transaction makes
            # writers queue; taking it at the first write would make the later one fail.
            "transaction_mode": "IMMEDIATE",
            "timeout": 5,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
                # What is deleted or grows out of its page is overwritten: keys of ballots are.
                "PRAGMA secure_delete=ON;"
            ),
        },
    }
