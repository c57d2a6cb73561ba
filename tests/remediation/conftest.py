import pytest

from tests.factories import cast as cast_of
from tests.factories import cycles as cycle_of
from tests.factories.remediation import plan, told


@pytest.fixture
def cast():
    return cast_of.make()


@pytest.fixture
def cycle(cast):
    return cycle_of.cycle(cast.district)


@pytest.fixture
def shortcoming(cast, cycle):
    return told(cycle, cast.cell, "Thu phí đạt thấp")[0]


@pytest.fixture
def drafted(cast, cycle, shortcoming):
    return plan(cycle, cast.cell, actor=cast.binh)
