import secrets
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from tusoi.access.enums import RoleKey
from tusoi.access.operations import grant_role
from tusoi.core import clock
from tusoi.jobs.command import TusoiCommand
from tusoi.people.models import Account
from tusoi.people.queries import system_account
from tusoi.units.models import Unit


class Command(TusoiCommand):
    help = "Create a sign-in with one role. Prints a password made for it, once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--role", choices=RoleKey.values, default=RoleKey.ADMINISTRATOR)
        parser.add_argument("--unit", help="code of the organisation; default: the root")
        parser.add_argument("--name", default="", help="how the account is called on the pages")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        username = options["username"]
        if Account.objects.filter(username=username).exists():
            raise CommandError(f"there is an account {username!r} already.")
        _refuse_bad_name(username)
        unit = _unit(options["unit"])
        password = _password(username)
        with transaction.atomic():
            account = Account(username=username, first_name=options["name"] or username)
            account.set_password(password)
            account.save()
            grant_role(
                account=account,
                role=RoleKey(options["role"]),
                unit=unit,
                valid_from=clock.today(),
                actor=system_account(),
                at=clock.now(),
            )
        self.emit(
            {"username": username, "password": password, "unit": unit.code},
            f"Account {username} at {unit.name}; password: {password}",
            as_json=options["json"],
        )


def _refuse_bad_name(username: str) -> None:
    try:
        Account.username_validator(username)
    except ValidationError:
        raise CommandError(
            f"{username!r}: a sign-in name has letters, digits and . _ - @ + only, no spaces."
        ) from None


def _unit(code: str | None) -> Unit:
    found = Unit.objects.filter(code=code) if code else Unit.objects.filter(parent=None)
    unit = found.order_by("pk").first()
    if unit is None and code and Unit.objects.exists():
        raise CommandError(f"no organisation has the code {code!r}.")
    if unit is None:
        raise CommandError("there is no such organisation yet: import the organisations first.")
    return unit


def _password(username: str) -> str:
    password = secrets.token_urlsafe(12)
    try:
        validate_password(password, Account(username=username))
    except ValidationError:
        return _password(username)
    return password
