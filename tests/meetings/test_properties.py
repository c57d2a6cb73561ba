"""Whatever is done to a meeting, in whatever order: its states move only along their arrows."""

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import meetings
from tests.factories.meetings import NOW
from tusoi.audit.models import AuditEvent
from tusoi.meetings import operations, queries
from tusoi.meetings.enums import (
    ITEM_TRANSITIONS,
    MEETING_TRANSITIONS,
    MINUTES_TRANSITIONS,
    MinutesState,
)
from tusoi.meetings.errors import MeetingError
from tusoi.meetings.models import AgendaItem, Minutes, ReviewMeeting


pytestmark = [pytest.mark.django_db, pytest.mark.slow]
VERBS = [
    "open",
    "close",
    "reopen",
    "cancel",
    "take_up",
    "pause",
    "conclude",
    "postpone",
    "reopen_item",
    "approve",
    "withdraw",
    "sign",
    "correct",
]
ARROWS = {
    "meetings.reviewmeeting": MEETING_TRANSITIONS,
    "meetings.agendaitem": ITEM_TRANSITIONS,
    "meetings.minutes": MINUTES_TRANSITIONS,
}


class _Run:
    def __init__(self):
        self.scene = meetings.scene()
        self.meeting = meetings.plan(self.scene)
        meetings.submit(self.meeting)
        meetings.everybody_present(self.meeting, self.scene.binh)
        meetings.name_officers(self.scene, self.meeting)
        self.at = NOW
        self.locked = {}

    def step(self, verb, number):
        self.at += dt.timedelta(minutes=1)
        items = list(self.meeting.items.order_by("position"))
        minutes = queries.current_minutes(self.meeting) or Minutes(pk=0)
        who = {"actor": self.scene.binh, "at": self.at}
        meeting = {"meeting_id": self.meeting.pk, **who}
        item = {"item_id": items[number % len(items)].pk, **who}
        signatures = list(minutes.signatures.order_by("position")) if minutes.pk else []
        if verb in {"approve", "withdraw", "sign", "correct"} and not minutes.pk:
            return
        acts = {
            "open": lambda: operations.open_meeting(**meeting),
            "close": lambda: operations.close_meeting(**meeting),
            "reopen": lambda: operations.reopen_meeting(reason="x", **meeting),
            "cancel": lambda: operations.cancel_meeting(reason="x", **meeting),
            "pause": lambda: operations.pause(**meeting),
            "take_up": lambda: operations.take_up_item(**item),
            "conclude": lambda: operations.conclude_item(conclusion="x", order_note="x", **item),
            "postpone": lambda: operations.postpone_item(reason="x", **item),
            "reopen_item": lambda: operations.reopen_item(reason="x", **item),
            "approve": lambda: operations.approve_minutes(minutes_id=minutes.pk, **who),
            "withdraw": lambda: operations.withdraw_minutes(
                minutes_id=minutes.pk, reason="x", **who
            ),
            "correct": lambda: operations.correct_minutes(reason="x", **meeting),
            "sign": lambda: [
                operations.sign_minutes(signature_id=one.pk, on_paper=True, **who)
                for one in signatures
            ],
        }
        try:
            with transaction.atomic():
                acts[verb]()
        except MeetingError:
            pass

    def check(self):
        assert AgendaItem.objects.filter(running_since__isnull=False).count() <= 1
        every = list(self.meeting.minutes.order_by("number"))
        assert [one.number for one in every] == list(range(1, len(every) + 1))
        for one in every[:-1]:
            assert one.state == MinutesState.LOCKED
        for one in every:
            if one.state == MinutesState.LOCKED:
                assert queries.verify(one).is_intact
                assert self.locked.setdefault(one.pk, one.digest) == one.digest

    def check_log(self):
        for event in AuditEvent.objects.filter(action__startswith="meetings."):
            arrows = ARROWS.get(event.object_kind)
            if arrows and event.from_state and event.to_state:
                assert event.to_state in arrows[event.from_state], event.action
        assert ReviewMeeting.objects.filter(pk=self.meeting.pk).exists()


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(st.tuples(st.sampled_from(VERBS), st.integers(0, 5)), min_size=4, max_size=16).map(
        lambda steps: [("open", 0), *steps, ("close", 0), ("approve", 0), ("sign", 0)]
    )
)
def test_states_move_along_their_arrows_and_signed_minutes_stay(steps):
    with transaction.atomic():
        run = _Run()
        for verb, number in steps:
            run.step(verb, number)
            run.check()
        run.check_log()
        transaction.set_rollback(True)
