import datetime as dt
from collections import Counter
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management.base import CommandError, CommandParser
from django.urls import reverse
from django.utils import translation

from tusoi.core import clock
from tusoi.jobs.command import TusoiCommand
from tusoi.people.models import Account
from tusoi.people.queries import system_account
from tusoi.reminders import operations
from tusoi.reminders.enums import Place
from tusoi.reminders.models import ReminderDigest
from tusoi.reminders.queries import Digest, digest_of, is_day_off, letter_of


class Command(TusoiCommand):
    help = (
        "Send everybody who gave an address today's reminders in one letter. Run it once every "
        "working morning; a second run on the same day sends nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count, and send nothing")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        on, is_dry = clock.today(), options["dry_run"]
        counts: Counter[str] = Counter(sent=0, already=0, nothing=0, failed=0)
        if is_day_off(on):
            return self._tell(counts, on, "a day off: nothing is sent.", options)
        if not is_dry:
            _require_mail()
        connection = get_connection()
        if not is_dry:
            _call(connection)
        for account in operations.receivers().iterator(chunk_size=500):
            counts[_remind(account, on, connection, is_dry=is_dry)] += 1
        connection.close()
        said = "would be sent" if is_dry else "sent"
        text = (
            f"{counts['sent']} letters {said}, {counts['already']} sent before, "
            f"{counts['nothing']} people with nothing to hear, {counts['failed']} failed."
        )
        self._tell(counts, on, text, options)
        if counts["failed"]:
            raise CommandError(
                f"{counts['failed']} letters could not be sent; run it again in a quarter of an "
                "hour."
            )
        return None

    def _tell(self, counts: Counter[str], on: dt.date, text: str, options: dict[str, Any]) -> None:
        told = {"day": on, "dry_run": options["dry_run"], **counts}
        self.emit(told, text, as_json=options["json"])


def _require_mail() -> None:
    for name in ("TUSOI_EMAIL_URL", "TUSOI_SITE_URL"):
        if not getattr(settings, name):
            raise CommandError(
                f"{name} is not set: reminders stand in the application, and no letter is sent."
            )


def _call(connection: BaseEmailBackend) -> None:
    """Keep one line to the server open for all letters."""
    try:
        connection.open()
    except (SMTPException, OSError):
        raise CommandError("the mail server of TUSOI_EMAIL_URL does not answer.") from None


def _remind(account: Account, on: dt.date, connection: BaseEmailBackend, *, is_dry: bool) -> str:
    with translation.override(account.language):
        digest = digest_of(account, on=on)
        if not digest.count:
            return "nothing"
        if is_dry:
            known = ReminderDigest.objects.filter(account=account, day=on, sent_at__isnull=False)
            return "already" if known.exists() else "sent"
        actor = system_account()
        row = operations.claim_digest(
            account_id=account.pk,
            day=on,
            item_count=digest.count,
            actor=actor,
            at=clock.now(),
        )
        if row is None:
            return "already"
        try:
            _letter(account, digest, row, connection).send()
        except (SMTPException, OSError):
            # The address is in the message of the exception, and belongs in no log. A server
            # that hung up is called anew for the next letter.
            connection.close()
            return "failed"
        operations.mark_digest_sent(digest_id=row.pk, actor=actor, at=clock.now())
        return "sent"


def _letter(
    account: Account, digest: Digest, row: ReminderDigest, connection: BaseEmailBackend
) -> EmailMultiAlternatives:
    letter = letter_of(digest, _address)
    host = settings.TUSOI_SITE_URL.partition("://")[2].partition("/")[0].partition(":")[0]
    made = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.plain,
        to=[account.email],
        connection=connection,
        headers={
            # The same for a letter that a crash made us send again.
            "Message-ID": f"<digest-{row.pk}@{host}>",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "List-Unsubscribe": f"<{_address(Place.CHOICES, (), '')}>",
        },
    )
    made.attach_alternative(letter.html, "text/html")
    return made


def _address(place: Place, keys: tuple[str, ...], narrowed: str) -> str:
    address = settings.TUSOI_SITE_URL + reverse(place.value, args=keys)
    return f"{address}?{narrowed}" if narrowed else address
