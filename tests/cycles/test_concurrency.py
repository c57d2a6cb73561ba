"""Two people at the same moment: every fact is counted once, and nobody waits for ever."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import close_old_connections, connections

from tests.factories import cast, cycles
from tusoi.cycles import operations
from tusoi.cycles.enums import ProgressStep
from tusoi.cycles.models import Obligation, ProgressRollup
from tusoi.people.queries import system_account


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("on_postgres")
def test_the_same_fact_from_two_sides_counts_once():
    people = cast.make()
    cycle = cycles.cycle(people.district)
    ids = list(Obligation.objects.filter(cycle=cycle).values_list("pk", flat=True))
    actor = system_account()

    def record(order):
        close_old_connections()
        try:
            return sum(
                operations.record_step(
                    obligation_id=pk,
                    step=ProgressStep.REVIEWED,
                    actor=actor,
                    at=cycles.moment(2022, 11, 10),
                )
                for pk in order
            )
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(record, [ids, ids[::-1], ids, ids[::-1]]))

    assert sum(done) == len(ids)
    rows = ProgressRollup.objects.filter(cycle=cycle)
    assert all(row.reviewed == row.expected for row in rows)
    assert operations.rebuild_progress(cycle_id=cycle.pk, check_only=True) == []
