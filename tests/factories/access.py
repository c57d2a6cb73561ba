import datetime as dt

from django.utils import timezone

from tests.remembering import remembered
from tusoi.access.models import RoleGrant
from tusoi.people.queries import system_account


@remembered
def grant(account, role, unit, *, valid_from=dt.date(2020, 1, 1), valid_to=None):
    return RoleGrant.objects.create(
        account=account,
        role=role,
        unit=unit,
        valid_from=valid_from,
        valid_to=valid_to,
        granted_at=timezone.make_aware(dt.datetime(2020, 1, 1)),  # noqa: DTZ001 -- made aware here
        granted_by=system_account(),
    )
