"""The superior's board over 20,000 shortcomings and 40,000 actions, and over ten times as many.

The rows are invented and written in bulk; the sums come from the same rebuilding that an operator
runs. Nothing stays.
"""

import datetime as dt
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from tusoi.cycles.models import CycleUnit, ReviewCycle
from tusoi.imports.inserting import insert_rows
from tusoi.jobs.bench.inside import undone
from tusoi.jobs.bench.measure import Measure, median_seconds, share_at
from tusoi.people.models import Account
from tusoi.people.queries import system_account
from tusoi.remediation.enums import ShortcomingState, SourceKind
from tusoi.remediation.models import (
    NEVER,
    ActionLink,
    FollowedShortcoming,
    RemediationAction,
    RemediationPlan,
    ShortcomingTransition,
)
from tusoi.remediation.operations import fill_tables
from tusoi.reviews.enums import CauseKind, Topic
from tusoi.sample.dossiers import moment


_SHORTCOMINGS: Final = 20_000
_TIMES: Final = 10
_RUNS: Final = 40
_P95_BAR, _STATEMENT_BAR, _MOST_GROWTH = 300, 30, 1.25
_TODAY: Final = dt.date(2023, 6, 15)
# The sums of the node and of those directly below it, by topic; what any board has to read.
_FLOOR: Final = """
    SELECT unit_id, topic, SUM(shortcomings), SUM(closed), SUM(without_action)
    FROM remediation_remedyrollup WHERE cycle_id = %s AND unit_id IN
      (SELECT unit_id FROM cycles_cycleunit
       WHERE cycle_id = %s AND (unit_id = %s OR parent_id = %s))
    GROUP BY unit_id, topic
"""


def measure_remedies() -> list[Measure]:
    """Open the board and the list through the whole program, as somebody signed in does."""
    cycle = ReviewCycle.objects.select_related("root").order_by("pk").first()
    if cycle is None:
        raise LookupError("the sample is not loaded")
    with override_settings(TUSOI_CLOCK=_TODAY.isoformat()), undone():
        client = _signed_in()
        _empty(cycle)
        write_rows(cycle, _SHORTCOMINGS, 0)
        few = {name: _opened(client, path) for name, path in _pages(cycle).items()}
        write_rows(cycle, _SHORTCOMINGS * (_TIMES - 1), _SHORTCOMINGS)
        many = {name: _opened(client, path) for name, path in _pages(cycle).items()}
        _floor(client, cycle)
        least = median_seconds(lambda: _floor(client, cycle), runs=_RUNS) * 1000
    return [
        *(
            _measure(name, count, found[name], few[name].statements, least)
            for count, found in ((_SHORTCOMINGS, few), (_SHORTCOMINGS * _TIMES, many))
            for name in found
        ),
        *(_growth(name, few[name], many[name]) for name in few),
    ]


@dataclass(frozen=True)
class _Opened:
    p95: float
    median: float
    statements: int


def _measure(name: str, count: int, opened: _Opened, few: int, least: float) -> Measure:
    return Measure(
        what=f"{name} over {count:,} shortcomings, p95",
        value=opened.p95,
        unit="ms",
        bar=f"under {_P95_BAR} ms, at most {_STATEMENT_BAR} statements, the same at ten times",
        ok=opened.p95 < _P95_BAR and opened.statements == few <= _STATEMENT_BAR,
        floor=least,
        ratio=opened.p95 / least,
        note=(
            f"{count * 2:,} actions; {opened.statements} statements; floor: an empty signed-in "
            "page and one hand-written query on the roll-up table"
        ),
    )


def _growth(name: str, few: _Opened, many: _Opened) -> Measure:
    """Return how much longer the page takes at ten times the rows; medians, so one hiccup less."""
    ratio = many.median / few.median
    return Measure(
        what=f"{name}, ten times as many shortcomings",
        value=many.median,
        unit="ms",
        bar=f"at most {_MOST_GROWTH} times as long",
        ok=ratio <= _MOST_GROWTH,
        floor=few.median,
        ratio=ratio,
        note="medians of the same run; floor: the same page at a tenth of the rows",
    )


def _pages(cycle: ReviewCycle) -> dict[str, str]:
    board = reverse("remediation:board")
    told = urlencode({"cycle": cycle.public_id, "people": "1"})
    return {
        "superior's board": f"{reverse('remediation:overview')}?{told}",
        "list of shortcomings": f"{board}?{told}&show=told",
        "list of actions": f"{board}?{told}",
    }


def _signed_in() -> Client:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(
        Account.objects.get(username="bantochuc"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    return client


def _opened(client: Client, path: str) -> _Opened:
    _get(client, path)
    with CaptureQueriesContext(connection) as statements:
        _get(client, path)
        # Counted at once: the next request empties the log.
        count = len(statements)
    took = [median_seconds(lambda: _get(client, path), runs=1) for _ in range(_RUNS)]
    return _Opened(share_at(took, 0.95) * 1000, share_at(took, 0.5) * 1000, count)


def _get(client: Client, path: str) -> None:
    answer = client.get(path)
    if answer.status_code != HTTPStatus.OK:
        raise LookupError(f"{path} answers with {answer.status_code}")


def _floor(client: Client, cycle: ReviewCycle) -> None:
    _get(client, "/bench/empty/")
    with connection.cursor() as cursor:
        cursor.execute(_FLOOR, [cycle.pk, cycle.pk, cycle.root_id, cycle.root_id])
        cursor.fetchall()


def _empty(cycle: ReviewCycle) -> None:
    """Take out what the sample follows, so that the numbers are those promised."""
    RemediationAction.objects.filter(plan__cycle=cycle).delete()
    FollowedShortcoming.objects.filter(cycle=cycle).delete()


def write_rows(cycle: ReviewCycle, count: int, first: int) -> None:
    """Write so many shortcomings with two actions each, spread over the units and a year."""
    dice = random.Random(count + first)  # noqa: S311 -- rows for a bench, not a secret
    who, at = system_account().pk, moment(dt.date(2022, 12, 15))
    units = list(CycleUnit.objects.filter(cycle=cycle).values_list("unit_id", flat=True))
    plans = {
        unit_id: RemediationPlan.objects.get_or_create(
            cycle=cycle,
            unit_id=unit_id,
            person=None,
            defaults={"created_at": at, "created_by_id": who},
        )[0].pk
        for unit_id in units
    }
    lines = [
        (units[number % len(units)], dice.choice(Topic.values), _due(dice), dice.random())
        for number in range(count)
    ]
    moments = {
        f"{name}_{part}": value
        for name in ("recorded", "analyzed", "planned")
        for part, value in (("at", at), ("by_id", who))
    }
    told = _written(
        FollowedShortcoming,
        (
            {
                "cycle_id": cycle.pk,
                "unit_id": unit_id,
                "source": SourceKind.BY_HAND,
                "topic": topic,
                "nature": f"Hạn chế {first + number}",
                "cause_kind": CauseKind.SUBJECTIVE,
                "cause": "Chưa đôn đốc",
                "state": ShortcomingState.ACTION_PLANNED,
                "late_after": due_on,
                "has_action": True,
                "lacks_owner": luck < _SHARE,
                "lacks_measure": luck > 1 - _SHARE,
                **moments,
            }
            for number, (unit_id, topic, due_on, luck) in enumerate(lines)
        ),
    )
    done = _written(
        RemediationAction,
        (
            {
                "plan_id": plans[unit_id],
                "text": f"Việc {first + number}",
                "owner_unit_id": unit_id,
                "due_on": None if due_on == NEVER else due_on,
                "late_after": due_on,
                "measure": "Đạt kế hoạch",
                "created_at": at,
                "created_by_id": who,
            }
            for number, (unit_id, _topic, due_on, _luck) in enumerate(lines)
            for _which in range(2)
        ),
    )
    insert_rows(
        ActionLink,
        ({"action_id": pk, "shortcoming_id": told[n // 2]} for n, pk in enumerate(done)),
    )
    insert_rows(
        ShortcomingTransition,
        (
            {
                "shortcoming_id": pk,
                "from_state": before,
                "to_state": after,
                "day": dt.date(2022, 12, 15) + dt.timedelta(days=number % 180),
                "at": at,
                "actor_id": who,
            }
            for number, pk in enumerate(told)
            for before, after in itertools.pairwise(_PATH)
        ),
    )
    fill_tables(cycle.pk)
    if connection.vendor == "postgresql":
        # Its autovacuum does so within a minute of such a change; a bench does not wait for it.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _written(model: Any, rows: Iterator[dict[str, Any]]) -> list[int]:
    """Insert rows and return their keys in the same order."""
    last = model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    insert_rows(model, rows)
    return list(model.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True))


_SHARE: Final = 0.1
_PATH: Final = (
    "",
    ShortcomingState.RECORDED,
    ShortcomingState.CAUSE_ANALYZED,
    ShortcomingState.ACTION_PLANNED,
)


def _due(dice: random.Random) -> dt.date:
    if dice.random() < 0.05:  # noqa: PLR2004 -- a share
        return NEVER
    return dt.date(2023, 1, 10) + dt.timedelta(days=dice.randrange(500))
