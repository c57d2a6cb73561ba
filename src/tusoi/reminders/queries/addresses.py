from django.db.models import F

from tusoi.people.models import Account
from tusoi.reminders.models import ConfirmedAddress


def is_confirmed(account: Account) -> bool:
    """Say whether somebody showed that they read what comes to the account's present address."""
    found = ConfirmedAddress.objects.filter(account=account.pk, email=F("account__email"))
    return found.exclude(email="").exists()
