import datetime as dt
import itertools

from tests.remembering import remembered
from tusoi.people.models import Account, PartyMember, Person


_numbers = itertools.count(1)


@remembered
def make_person(full_name="Nguyễn Văn Mẫu", **fields):
    return Person.objects.create(
        full_name=full_name,
        code=fields.pop("code", f"NG{next(_numbers):06}"),
        **Person.keys_of(full_name),
        **fields,
    )


@remembered
def account(person=None, *, username=None, **fields):
    made = Account(
        username=username or f"tk{next(_numbers)}",
        first_name=person.full_name if person else "",
        person=person,
        **fields,
    )
    made.set_unusable_password()
    made.save()
    return made


@remembered
def member(person=None, *, admitted_on=dt.date(2010, 5, 19), **fields):
    return PartyMember.objects.create(
        person=person or make_person(),
        admitted_on=admitted_on,
        official_on=fields.pop("official_on", admitted_on + dt.timedelta(days=365)),
        **fields,
    )
