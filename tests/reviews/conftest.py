import pytest

from tests.factories import cast, cycles


@pytest.fixture
def people(db):
    return cast.make()


@pytest.fixture
def cycle(people):
    return cycles.cycle(people.district)
