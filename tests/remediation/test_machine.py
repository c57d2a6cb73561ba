"""Whatever people do in whatever order, no shortcoming takes a forbidden step."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import cycles as cycle_of
from tests.factories.remediation import PLANNED, action, analyzed, content, told
from tusoi.access.errors import NotPermitted
from tusoi.remediation import operations
from tusoi.remediation.enums import BACKWARD, TRANSITIONS, ShortcomingState, Verdict
from tusoi.remediation.errors import RemediationError
from tusoi.remediation.models import FollowedShortcoming, RemediationAction


pytestmark = [pytest.mark.django_db, pytest.mark.slow]
VERBS = (
    "analyze",
    "add",
    "drop",
    "note",
    "finish",
    "reopen",
    "unlink",
    "effective",
    "partly",
    "not_effective",
    "close",
    "accept",
)
FIGURE = operations.Evidence(reached_value=Decimal(1))


class Doing:
    """Tries verbs on two shortcomings of one plan; what is refused changes nothing."""

    def __init__(self, cast, drafted, rows):
        self.cast, self.drafted, self.rows = cast, drafted, rows
        self.count = 0

    def try_it(self, verb, which, pick):
        row = self.rows[which]
        actions = list(RemediationAction.objects.filter(plan=self.drafted).order_by("pk"))
        made = actions[pick % len(actions)] if actions else None
        try:
            getattr(self, f"_{verb}")(row, made)
        except (RemediationError, NotPermitted):
            return False
        return True

    def _analyze(self, row, _made):
        analyzed(row, actor=self.cast.binh)

    def _add(self, row, _made):
        self.count += 1
        action(
            self.drafted,
            row,
            actor=self.cast.binh,
            text=f"Việc {self.count}",
            owner_person_id=self.cast.an_person.pk,
        )

    def _drop(self, _row, made):
        if made:
            operations.drop_action(
                action_id=made.pk, reason="thôi", actor=self.cast.binh, at=PLANNED
            )

    def _note(self, _row, made):
        if made:
            self.count += 1
            operations.note_progress(
                action_id=made.pk,
                text=f"kết quả {self.count}",
                actor=self.cast.an,
                at=PLANNED,
                evidence=FIGURE,
            )

    def _finish(self, _row, made):
        if made:
            operations.finish_action(
                action_id=made.pk, text="xong", actor=self.cast.an, at=PLANNED, evidence=FIGURE
            )

    def _reopen(self, _row, made):
        if made:
            operations.reopen_action(
                action_id=made.pk, reason="chưa đủ", actor=self.cast.binh, at=PLANNED
            )

    def _unlink(self, row, made):
        if made:
            operations.edit_action(
                action_id=made.pk,
                version=made.version,
                content=content(row, text=made.text, owner_person_id=self.cast.an_person.pk),
                actor=self.cast.binh,
                at=PLANNED,
            )

    def _check(self, row, verdict):
        operations.check_effect(
            shortcoming_id=row.pk,
            verdict=verdict,
            grounds="Số liệu thu",
            checked_on=PLANNED.date(),
            actor=self.cast.cuc,
            at=PLANNED,
        )

    def _effective(self, row, _made):
        self._check(row, Verdict.EFFECTIVE)

    def _partly(self, row, _made):
        self._check(row, Verdict.PARTLY)

    def _not_effective(self, row, _made):
        self._check(row, Verdict.NOT_EFFECTIVE)

    def _close(self, row, _made):
        operations.close_shortcoming(
            shortcoming_id=row.pk, reason="đủ", actor=self.cast.cuc, at=PLANNED
        )

    def _accept(self, row, _made):
        asked = operations.ask_acceptance(
            shortcoming_id=row.pk,
            until=cycle_of.OPENED.replace(year=2023),
            reason="chờ",
            actor=self.cast.binh,
            at=PLANNED,
        )
        operations.grant_acceptance(acceptance_id=asked.pk, actor=self.cast.cuc, at=PLANNED)


def _follows_the_map(one):
    """Say whether the log is one unbroken path of allowed steps that ends where it stands."""
    state = ""
    for step in one.transitions.order_by("pk"):
        assert step.from_state == state
        if state:
            pair = ShortcomingState(state), ShortcomingState(step.to_state)
            assert pair[1] in TRANSITIONS[pair[0]], pair
            assert pair not in BACKWARD or step.note
        else:
            assert step.to_state == ShortcomingState.RECORDED
        state = step.to_state
    assert state == one.state


DEEDS = st.lists(
    st.tuples(st.sampled_from(VERBS), st.integers(0, 1), st.integers(0, 3)),
    min_size=4,
    max_size=14,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(deeds=DEEDS)
def test_no_order_of_deeds_leads_off_the_map(cast, cycle, drafted, deeds):
    fresh = told(cycle, cast.cell, "Một 1", "Hai 2")
    doing = Doing(cast, drafted, fresh)

    # A way that gets somewhere, and then whatever comes.
    for verb, which, pick in [("analyze", 0, 0), ("add", 0, 0), *deeds]:
        doing.try_it(verb, which, pick)

    for one in FollowedShortcoming.objects.all():
        _follows_the_map(one)
        if one.state == ShortcomingState.CLOSED:
            check = one.checks.latest("pk")
            assert check.verdict != Verdict.NOT_EFFECTIVE
            assert check.checked_by == cast.cuc
    assert operations.rebuild_remedies(cycle_id=cycle.pk, check_only=True) == []


def test_the_tries_reach_every_state(cast, cycle, drafted, shortcoming):
    doing = Doing(cast, drafted, [shortcoming])
    seen = [shortcoming.state]
    for verb in ("analyze", "add", "note", "finish", "not_effective", "add"):
        assert doing.try_it(verb, 0, 0), verb
        shortcoming.refresh_from_db()
        seen.append(shortcoming.state)
    for verb, pick in (("finish", 1), ("effective", 0), ("close", 0)):
        assert doing.try_it(verb, 0, pick), verb
        shortcoming.refresh_from_db()
        seen.append(shortcoming.state)

    assert set(seen) == set(ShortcomingState)
    # To report the same twice is once, and no step.
    others = [verb for verb in VERBS if verb != "finish"]
    assert not any(doing.try_it(verb, 0, 0) for verb in others)


def test_every_state_can_be_left_but_the_last_and_reached_but_the_first():
    reached = {after for states in TRANSITIONS.values() for after in states}

    assert set(TRANSITIONS) == set(ShortcomingState)
    assert reached == set(ShortcomingState) - {ShortcomingState.RECORDED}
    assert [one for one, after in TRANSITIONS.items() if not after] == [ShortcomingState.CLOSED]
