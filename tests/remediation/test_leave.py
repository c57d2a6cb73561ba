"""More time, and living with a shortcoming: asked, answered by another, over by itself."""

import datetime as dt

import pytest

from tests.factories.remediation import PLANNED, action, analyzed, checked, done, finished
from tusoi.access.errors import NotPermitted
from tusoi.audit.models import AuditEvent
from tusoi.remediation import errors, operations, queries
from tusoi.remediation.enums import Verdict


pytestmark = pytest.mark.django_db
LATER = dt.date(2023, 6, 30)


@pytest.fixture
def made(cast, drafted, shortcoming):
    return action(drafted, shortcoming, owner_person_id=cast.an_person.pk)


def ask(made, actor, until=LATER, reason="Chờ kinh phí"):
    return operations.ask_extension(
        action_id=made.pk, until=until, reason=reason, actor=actor, at=PLANNED
    )


def answer(verb, asked, actor, **fields):
    key = "extension_id" if verb.endswith("extension") else "acceptance_id"
    return getattr(operations, verb)(**{key: asked.pk}, actor=actor, at=PLANNED, **fields)


def test_more_time_counts_once_somebody_else_allows_it(cast, cycle, drafted, made, shortcoming):
    operations.approve_plan(
        plan_id=drafted.pk,
        actor=cast.binh,
        at=PLANNED,
        justification="thiếu nguyên nhân",
        gaps_until=LATER,
    )
    asked = ask(made, cast.an)
    with pytest.raises(errors.AskedAlready):
        ask(made, cast.binh)
    for who in (cast.an, cast.dung, cast.inspector):
        with pytest.raises(NotPermitted):
            answer("grant_extension", asked, who)

    answer("grant_extension", asked, cast.binh)

    made.refresh_from_db()
    shortcoming.refresh_from_db()
    drafted.refresh_from_db()
    assert (made.due_on, made.late_after, shortcoming.late_after) == (LATER, LATER, LATER)
    assert drafted.has_changes
    assert not operations.rebuild_remedies(cycle_id=cycle.pk, check_only=True)
    with pytest.raises(errors.AnsweredAlready):
        answer("refuse_extension", asked, cast.cuc, reason="muộn")


def test_a_refusal_says_why_and_the_deadline_stands(cast, made):
    asked = ask(made, cast.binh)
    with pytest.raises(NotPermitted):
        answer("grant_extension", asked, cast.binh)
    with pytest.raises(errors.ReasonMissing):
        answer("refuse_extension", asked, cast.cuc, reason=" ")

    refused = answer("refuse_extension", asked, cast.board, reason="Đã gia hạn một lần")

    assert refused.refusal == "Đã gia hạn một lần"
    made.refresh_from_db()
    assert made.due_on == dt.date(2023, 3, 31)
    assert ask(made, cast.an)


@pytest.mark.parametrize(
    "until", [dt.date(2022, 12, 1), dt.date(2023, 3, 31), dt.date(2024, 1, 1)]
)
def test_more_time_goes_further_and_not_for_ever(cast, made, until):
    with pytest.raises(errors.UntilNotFit):
        ask(made, cast.an, until)


def test_more_time_is_for_open_actions_with_a_reason(cast, made):
    with pytest.raises(errors.ReasonMissing):
        ask(made, cast.an, reason="")
    asked = ask(made, cast.an)
    finished(made)
    with pytest.raises(errors.ActionNotOpen):
        ask(made, cast.an)
    with pytest.raises(errors.ActionNotOpen):
        answer("grant_extension", asked, cast.cuc)


# -- living with a shortcoming -------------------------------------------------------------------


def ask_leave(shortcoming, actor, until=LATER, reason="Phụ thuộc quy hoạch"):
    return operations.ask_acceptance(
        shortcoming_id=shortcoming.pk, until=until, reason=reason, actor=actor, at=PLANNED
    )


def late(cast, cycle, day):
    return queries.figures_by_topic(cycle, [cast.district.pk], on=day)["economy"].late


def test_what_is_accepted_is_open_again_by_itself(cast, cycle, made, shortcoming):
    analyzed(shortcoming)
    asked = ask_leave(shortcoming, cast.binh)
    with pytest.raises(errors.AskedAlready):
        ask_leave(shortcoming, cast.binh)
    assert late(cast, cycle, dt.date(2023, 4, 1)) == 1
    for who in (cast.an, cast.binh, cast.dung, cast.inspector):
        with pytest.raises(NotPermitted):
            answer("grant_acceptance", asked, who)

    answer("grant_acceptance", asked, cast.cuc)

    assert late(cast, cycle, LATER) == 0
    assert late(cast, cycle, LATER + dt.timedelta(days=1)) == 1
    assert queries.accepted_until(shortcoming, on=LATER) == LATER
    assert queries.accepted_until(shortcoming, on=LATER + dt.timedelta(days=1)) is None
    assert not operations.rebuild_remedies(cycle_id=cycle.pk, check_only=True)

    with pytest.raises(errors.ReasonMissing):
        answer("revoke_acceptance", asked, cast.cuc, reason=" ")
    answer("revoke_acceptance", asked, cast.cuc, reason="Quy hoạch đã duyệt")
    assert late(cast, cycle, dt.date(2023, 4, 1)) == 1
    with pytest.raises(errors.AnsweredAlready):
        answer("revoke_acceptance", asked, cast.cuc, reason="lần nữa")
    with pytest.raises(errors.AnsweredAlready):
        answer("grant_acceptance", asked, cast.cuc)


def test_the_level_above_may_refuse(cast, shortcoming):
    asked = ask_leave(shortcoming, cast.binh)
    with pytest.raises(errors.ReasonMissing):
        answer("refuse_acceptance", asked, cast.board, reason="")
    assert answer("refuse_acceptance", asked, cast.board, reason="Phải làm ngay").refusal
    with pytest.raises(errors.UntilNotFit):
        ask_leave(shortcoming, cast.binh, until=PLANNED.date())
    with pytest.raises(errors.ReasonMissing):
        ask_leave(shortcoming, cast.binh, reason=" ")


def test_what_is_closed_needs_no_leave(cast, drafted, shortcoming):
    asked = ask_leave(shortcoming, cast.binh)
    done(cast, drafted, shortcoming)
    checked(shortcoming, Verdict.EFFECTIVE, actor=cast.cuc)
    operations.close_shortcoming(shortcoming_id=shortcoming.pk, actor=cast.cuc, at=PLANNED)

    with pytest.raises(errors.ShortcomingStepNotAllowed):
        ask_leave(shortcoming, cast.binh)
    with pytest.raises(errors.ShortcomingStepNotAllowed):
        answer("grant_acceptance", asked, cast.cuc)


# -- taken back ----------------------------------------------------------------------------------


def test_who_asked_takes_it_back_until_it_is_answered(cast, made, shortcoming):
    asked = ask(made, cast.an)
    with pytest.raises(NotPermitted):
        answer("withdraw_extension", asked, cast.binh)

    answer("withdraw_extension", asked, cast.an)

    assert not made.extensions.exists()
    event = AuditEvent.objects.get(action="remediation.withdraw_extension")
    assert (event.to_state, event.note) == (LATER.isoformat(), "Chờ kinh phí")
    again = ask(made, cast.an)
    answer("grant_extension", again, cast.binh)
    with pytest.raises(errors.AnsweredAlready):
        answer("withdraw_extension", again, cast.an)


def test_a_request_to_let_be_is_taken_back_by_who_made_it(cast, shortcoming):
    asked = operations.ask_acceptance(
        shortcoming_id=shortcoming.pk,
        until=LATER,
        reason="Chờ dự toán",
        actor=cast.binh,
        at=PLANNED,
    )
    for who in (cast.cuc, cast.board):
        with pytest.raises(NotPermitted):
            answer("withdraw_acceptance", asked, who)

    answer("withdraw_acceptance", asked, cast.binh)

    assert not shortcoming.acceptances.exists()
    again = operations.ask_acceptance(
        shortcoming_id=shortcoming.pk,
        until=LATER,
        reason="Chờ dự toán",
        actor=cast.binh,
        at=PLANNED,
    )
    answer("refuse_acceptance", again, cast.cuc, reason="Làm được ngay")
    with pytest.raises(errors.AnsweredAlready):
        answer("withdraw_acceptance", again, cast.binh)
    assert AuditEvent.objects.filter(action="remediation.withdraw_acceptance").exists()
