"""The database in tests is unkind where kindness would hide a fault."""

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory

from tests.factories import cast
from tusoi.core.models import Privacy
from tusoi.people.models import Account
from tusoi.units.models import Unit
from tusoi.web.http import SIGNED_IN, GetMustNotWrite, page


@pytest.mark.django_db
def test_unordered_rows_come_back_reversed(on_sqlite):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE three (n integer primary key)")
        cursor.execute("INSERT INTO three VALUES (1), (2), (3)")
        cursor.execute("SELECT n FROM three")

        assert [n for (n,) in cursor.fetchall()] == [3, 2, 1]


@pytest.mark.django_db
def test_foreign_keys_are_enforced(on_sqlite):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys")

        assert cursor.fetchone() == (1,)


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "head"])
def test_a_page_that_writes_on_get_is_refused(method):
    account = cast.make().an

    @page(permission=SIGNED_IN, writes={"POST"})
    def rename(request):
        Unit.objects.update(name="Khác")
        return HttpResponse()

    request = getattr(RequestFactory(), method)("/")
    request.user = account

    with pytest.raises(GetMustNotWrite):
        rename(request)


@pytest.mark.django_db
def test_a_page_that_writes_on_post_may():
    account = cast.make().an

    @page(permission=SIGNED_IN, writes={"POST"})
    def rename(request):
        Unit.objects.update(name="Khác")
        return HttpResponse()

    request = RequestFactory().post("/")
    request.user = account

    assert rename(request).status_code == 200
    assert set(Unit.objects.values_list("name", flat=True)) == {"Khác"}


def test_privacy_is_asked_of_real_models():
    assert isinstance(Account.privacy, Privacy)
