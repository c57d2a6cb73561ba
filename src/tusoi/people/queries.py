import datetime as dt

from django.db.models import Q, QuerySet

from tusoi.people.enums import MemberStage
from tusoi.people.models import Account, PartyMember


SYSTEM_USERNAME = "he-thong"


def system_account() -> Account:
    """Return the account in whose name commands act; `tusoi migrate` makes sure it exists."""
    account, _ = Account.objects.get_or_create(
        username=SYSTEM_USERNAME,
        defaults={"is_system": True, "first_name": "Hệ thống", "password": "!"},
    )
    return account


def members_on(day: dt.date) -> QuerySet[PartyMember]:
    """Return those who belonged to the Party at the end of that day."""
    return PartyMember.objects.filter(admitted_on__lte=day).filter(
        Q(left_on__isnull=True) | Q(left_on__gt=day)
    )


def at_stage(stage: MemberStage, day: dt.date) -> Q:
    """Return the condition on members of being full, or on probation, on a day."""
    full = Q(official_on__isnull=False, official_on__lte=day)
    return full if stage == MemberStage.FULL else ~full
