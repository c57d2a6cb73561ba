"""Everybody is reminded of what is theirs, read anew each time; nobody of what is not."""

import datetime as dt

import pytest

from tests.factories import cast, cycles, meetings, ratings, remediation
from tusoi.cycles.enums import StageKey, SubjectKind
from tusoi.cycles.models import CycleStage, Obligation
from tusoi.people.queries import system_account
from tusoi.remediation.enums import ActionState, PlanState, Verdict
from tusoi.remediation.models import Extension, FollowedShortcoming, RemediationPlan
from tusoi.remediation.models.shortcomings import NEVER
from tusoi.remediation.operations import approve_plan, ask_acceptance, grant_acceptance
from tusoi.reminders import operations
from tusoi.reminders.enums import Place, ReminderKind
from tusoi.reminders.errors import NotForSystem, OnlySystemSends, ReminderDemanded
from tusoi.reminders.models import MutedReminder, ReminderDigest
from tusoi.reminders.queries import (
    choices_of,
    digest_of,
    duties_of,
    muted_kinds,
    summary_of,
)


pytestmark = [pytest.mark.django_db, pytest.mark.slow]
# A Wednesday; the deadlines of the factories' actions lie in March.
ON = dt.date(2022, 10, 5)
AT = cycles.moment(2022, 10, 5)


@pytest.fixture
def seats():
    return cast.make()


@pytest.fixture
def cycle(seats):
    return cycles.cycle(seats.district)


def issue(plan):
    RemediationPlan.objects.filter(pk=plan.pk).update(
        state=PlanState.APPROVED, approved_at=remediation.PLANNED, approved_by=system_account()
    )


@pytest.fixture
def action(seats, cycle):
    (told,) = remediation.told(cycle, seats.cell, "Thu Quỹ chưa đạt")
    plan = remediation.plan(cycle, seats.cell)
    made = remediation.action(plan, told, owner_person_id=seats.an_person.pk)
    issue(plan)
    return made


def _kinds(account, on=ON):
    return [duty.kind for duty in duties_of(account, on=on)]


def test_a_member_is_reminded_of_their_own_review(seats, cycle):
    (duty,) = duties_of(seats.an, on=ON)

    assert duty.kind is ReminderKind.SELF_REVIEW
    assert duty.place is Place.MY_REVIEWS
    assert duty.due_on == cycles.obligation(cycle, seats.an_person).due_on


def test_what_was_handed_in_is_no_duty_any_more(seats, cycle):
    owed = cycles.obligation(cycle, seats.an_person, SubjectKind.MEMBER)
    Obligation.objects.filter(pk=owed.pk).update(
        submitted_at=AT, first_submitted_at=AT, was_late=False
    )

    assert duties_of(seats.an, on=ON) == []


def test_a_secretary_is_reminded_of_the_cells_review_by_its_name(seats, cycle):
    titles = {duty.text for duty in duties_of(seats.binh, on=ON)}

    assert titles == {cycle.name, f"Chi bộ Khu vực 1 · {cycle.name}"}


def test_an_owner_is_reminded_until_the_action_passes_to_another(seats, action):
    found = [one for one in duties_of(seats.an, on=ON) if one.kind is ReminderKind.ACTION]
    assert [(one.text, one.due_on, one.keys) for one in found] == [
        (action.text, action.due_on, (str(action.public_id),))
    ]

    type(action).objects.filter(pk=action.pk).update(owner_person=seats.binh.person)

    assert ReminderKind.ACTION not in _kinds(seats.an)
    assert ReminderKind.ACTION in _kinds(seats.binh)


@pytest.mark.parametrize("why", ["done", "draft", "no day"])
def test_what_needs_no_reminder(seats, action, why):
    if why == "done":
        type(action).objects.filter(pk=action.pk).update(
            state=ActionState.DONE, done_at=AT, done_by=seats.an, late_after=NEVER
        )
    elif why == "draft":
        RemediationPlan.objects.update(
            state=PlanState.DRAFT, approved_at=None, approved_by=None, has_changes=False
        )
    else:
        type(action).objects.filter(pk=action.pk).update(due_on=None, late_after=NEVER)

    assert ReminderKind.ACTION not in _kinds(seats.an)


def test_a_bodys_action_is_its_committees(seats, action):
    type(action).objects.filter(pk=action.pk).update(owner_person=None, owner_unit=seats.cell)

    assert ReminderKind.ACTION in _kinds(seats.binh)
    for who in ("an", "cuc", "dung", "board"):
        assert ReminderKind.ACTION not in _kinds(getattr(seats, who)), who


def test_whoever_is_summoned_is_reminded_of_hour_and_room(seats, cycle):
    scene = meetings.Scene(people=seats, cycle=cycle, teller=seats.binh)
    meeting = meetings.plan(scene, place="Phòng họp tầng 2")

    for account in (seats.an, seats.binh):
        (duty,) = [one for one in duties_of(account, on=ON) if one.kind is ReminderKind.MEETING]
        assert duty.starts_at == meetings.MEETS
        assert duty.where == "Phòng họp tầng 2"
    assert ReminderKind.MEETING not in _kinds(seats.dung)
    # A member opens no page of a meeting.
    (duty,) = [one for one in duties_of(seats.an, on=ON) if one.kind is ReminderKind.MEETING]
    assert (duty.place, duty.keys) == (Place.REMINDERS, ())
    (duty,) = [one for one in duties_of(seats.binh, on=ON) if one.kind is ReminderKind.MEETING]
    assert (duty.place, duty.keys) == (Place.MEETING, (str(meeting.public_id),))


def test_who_decides_is_reminded_of_how_many_wait(seats, cycle):
    scene = meetings.Scene(people=seats, cycle=cycle, teller=seats.binh)
    meeting = meetings.under_way(scene)
    meetings.submit(meeting)
    item = meetings.conclude(scene, meetings.item_of(meeting, seats.an_person))
    item.refresh_from_db()
    ratings.proposed(item.obligation, actor=seats.binh, at=meetings.NOW)

    deciders = [
        name
        for name in ("an", "binh", "cuc", "dung", "authority", "ward_authority", "board")
        if ReminderKind.APPROVAL in _kinds(getattr(seats, name))
    ]

    (decider,) = deciders
    (duty,) = [
        one
        for one in duties_of(getattr(seats, decider), on=ON)
        if one.kind is ReminderKind.APPROVAL
    ]
    assert (duty.count, duty.text) == (1, cycle.name)


# -- effects, plans, leave -----------------------------------------------------------------------


def _of(kind, account, on=ON):
    return [duty for duty in duties_of(account, on=on) if duty.kind is kind]


@pytest.fixture
def finished(seats, cycle):
    """A shortcoming of the cell whose action, An's, is done."""
    (told,) = remediation.told(cycle, seats.cell, "Thu Quỹ chưa đạt")
    plan = remediation.plan(cycle, seats.cell)
    remediation.done(seats, plan, told)
    issue(plan)
    return told


def test_an_effect_is_checked_by_those_who_were_not_in_charge(seats, finished):
    for who in ("binh", "cuc"):
        (duty,) = _of(ReminderKind.EFFECT_CHECK, getattr(seats, who))
        assert duty.due_on == finished.check_on
        assert duty.text == "Chi bộ Khu vực 1 · Thu Quỹ chưa đạt"
    # An was in charge; Dũng sees nothing of it; the district stands two levels up.
    for who in ("an", "dung", "board", "administrator"):
        assert _of(ReminderKind.EFFECT_CHECK, getattr(seats, who)) == [], who

    remediation.checked(finished, Verdict.EFFECTIVE, actor=seats.cuc)
    assert _of(ReminderKind.EFFECT_CHECK, seats.binh) == []


def test_whoever_reported_it_done_checks_no_effect(seats, finished):
    finished.links.get().action.__class__.objects.update(done_by=seats.cuc)

    assert _of(ReminderKind.EFFECT_CHECK, seats.cuc) == []
    assert len(_of(ReminderKind.EFFECT_CHECK, seats.binh)) == 1


def test_what_a_member_puts_right_is_told_to_nobody_else_in_words(seats, finished):
    FollowedShortcoming.objects.filter(pk=finished.pk).update(person=seats.an_person)

    (duty,) = _of(ReminderKind.EFFECT_CHECK, seats.binh)

    assert duty.text == "Chi bộ Khu vực 1"


def test_a_plan_sent_up_waits_for_whoever_stands_directly_above(seats, action):
    plan = action.plan
    RemediationPlan.objects.filter(pk=plan.pk).update(
        state=PlanState.SENT, sent_at=remediation.PLANNED, sent_by=seats.binh
    )

    (duty,) = _of(ReminderKind.APPROVAL, seats.cuc)

    assert (duty.count, duty.text) == (1, plan.cycle.name)
    for who in ("an", "binh", "dung", "board"):
        assert _of(ReminderKind.APPROVAL, getattr(seats, who)) == [], who
    RemediationPlan.objects.filter(pk=plan.pk).update(sent_by=seats.cuc)
    assert _of(ReminderKind.APPROVAL, seats.cuc) == []
    # Without a day for plans in the calendar there is no day to remind of.
    RemediationPlan.objects.filter(pk=plan.pk).update(sent_by=seats.binh)
    CycleStage.objects.filter(key=StageKey.REMEDY).delete()
    assert _of(ReminderKind.APPROVAL, seats.cuc) == []


def test_a_request_for_more_time_waits_for_whoever_plans(seats, action):
    asked = Extension.objects.create(
        action=action,
        from_due_on=action.due_on,
        until=action.due_on + dt.timedelta(days=30),
        reason="Chờ kinh phí",
        asked_at=AT,
        asked_by=seats.an,
    )

    (duty,) = _of(ReminderKind.APPROVAL, seats.binh)

    assert (duty.text, duty.due_on) == (action.text, action.due_on)
    for who in ("an", "dung", "board"):
        assert _of(ReminderKind.APPROVAL, getattr(seats, who)) == [], who
    Extension.objects.filter(pk=asked.pk).update(granted_at=AT, granted_by=seats.binh)
    assert _of(ReminderKind.APPROVAL, seats.binh) == []


def test_a_request_to_let_a_shortcoming_be_waits_for_the_level_above(seats, action):
    one = action.shortcomings.get()
    until = action.due_on + dt.timedelta(days=90)
    asked = ask_acceptance(
        shortcoming_id=one.pk, until=until, reason="Chờ dự toán", actor=seats.binh, at=AT
    )

    (duty,) = _of(ReminderKind.APPROVAL, seats.cuc)

    assert (duty.text, duty.due_on) == (f"{one.unit} · {one.nature}", action.due_on)
    assert duty.keys == (one.public_id,)
    for who in ("an", "binh", "dung", "board"):
        assert _of(ReminderKind.APPROVAL, getattr(seats, who)) == [], who
    grant_acceptance(acceptance_id=asked.pk, actor=seats.cuc, at=AT)
    assert _of(ReminderKind.APPROVAL, seats.cuc) == []


def test_what_a_member_promised_is_said_to_nobody_else(seats, cycle):
    plan = remediation.personal_plan(cycle, seats.cell, seats.an_person)
    one = FollowedShortcoming.objects.create(
        cycle=cycle,
        unit=seats.cell,
        person=seats.an_person,
        source="by_hand",
        nature="Uống rượu buổi trưa",
        recorded_at=AT,
        recorded_by=seats.an,
    )
    made = remediation.action(plan, one, text="Thôi uống rượu", owner_person_id=seats.an_person.pk)
    issue(plan)
    Extension.objects.create(
        action=made,
        from_due_on=made.due_on,
        until=made.due_on + dt.timedelta(days=30),
        reason="Chưa bỏ được",
        asked_at=AT,
        asked_by=seats.an,
    )

    (duty,) = _of(ReminderKind.APPROVAL, seats.binh)
    assert duty.text == str(seats.cell)
    (own,) = _of(ReminderKind.ACTION, seats.an)
    assert own.text == "Thôi uống rượu"


def test_what_a_plan_was_issued_without_is_said_until_it_is_filled(seats, action):
    until = ON + dt.timedelta(days=20)
    RemediationPlan.objects.update(has_changes=True)
    approve_plan(
        plan_id=action.plan_id, actor=seats.binh, at=AT, justification="Chờ họp", gaps_until=until
    )
    (duty,) = (one for one in _of(ReminderKind.ACTION, seats.binh) if one.place is Place.PLAN)

    assert (duty.due_on, duty.keys) == (until, (action.plan.public_id,))
    for who in ("an", "cuc", "dung"):
        found = _of(ReminderKind.ACTION, getattr(seats, who))
        assert [one for one in found if one.place is Place.PLAN] == [], who
    remediation.analyzed(action.shortcomings.get())
    assert [one for one in _of(ReminderKind.ACTION, seats.binh) if one.place is Place.PLAN] == []


def test_shut_accounts_and_the_system_have_no_duties(seats, cycle):
    assert duties_of(system_account(), on=ON) == []
    seats.an.is_active = False
    assert duties_of(seats.an, on=ON) == []


def test_duties_cost_the_same_however_many_there_are(seats, cycle, action):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        duties_of(seats.an, on=ON)
    for number in range(5):
        remediation.action(
            action.plan,
            *action.shortcomings.all(),
            text=f"Việc {number}",
            owner_person_id=seats.an_person.pk,
        )

    with CaptureQueriesContext(connection) as many:
        found = duties_of(seats.an, on=ON)

    assert len(found) == 7
    assert len(many) == len(few) <= 10


# -- the letter of a day -------------------------------------------------------------------------


def test_a_letter_holds_what_is_spoken_of_that_day_alone(seats, action):
    due_on = cycles.obligation(action.plan.cycle, seats.an_person).due_on
    week_before = due_on - dt.timedelta(days=7)

    assert digest_of(seats.an, on=ON).count == 0
    (duty,) = digest_of(seats.an, on=week_before).duties
    assert duty.kind is ReminderKind.SELF_REVIEW
    late = digest_of(seats.an, on=due_on + dt.timedelta(days=7))
    assert [one.kind for one in late.late] == [ReminderKind.SELF_REVIEW]
    assert late.coming == ()


def test_a_superior_gets_a_summary_on_the_first_day_of_a_week(seats, action):
    monday = dt.date(2023, 4, 10)

    lines = {line.title: line.count for line in digest_of(seats.cuc, on=monday).summary}

    # Of the district nobody handed in anything but the cell.
    assert lines["Việc khắc phục quá hạn"] == 1
    assert lines["Hồ sơ quá hạn chưa nộp"] >= 1
    assert digest_of(seats.cuc, on=monday + dt.timedelta(days=1)).summary == ()
    # A secretary hears of each thing by itself; a member looks after nobody; a neighbour sees
    # nothing of it.
    for who in ("an", "binh", "dung", "administrator", "outsider"):
        assert summary_of(getattr(seats, who), on=monday) == (), who


# -- choosing ------------------------------------------------------------------------------------


def test_a_kind_can_be_turned_off_and_on_again(seats, action):
    week_before = action.due_on - dt.timedelta(days=7)
    assert [one.text for one in digest_of(seats.an, on=week_before).duties] == [action.text]

    operations.choose_reminders(muted=[ReminderKind.ACTION], actor=seats.an, at=AT)
    assert muted_kinds(seats.an) == {ReminderKind.ACTION}
    assert digest_of(seats.an, on=week_before).duties == ()
    assert muted_kinds(seats.binh) == frozenset()

    operations.choose_reminders(muted=[], actor=seats.an, at=AT)
    assert digest_of(seats.an, on=week_before).duties != ()


def test_choosing_is_logged_once(seats):
    from tusoi.audit.queries import events_about

    for _again in range(2):
        operations.choose_reminders(muted=[ReminderKind.SUMMARY], actor=seats.cuc, at=AT)

    (event,) = events_about({"people.account": [seats.cuc.pk]})
    assert (event.action, event.to_state) == ("reminders.choose_reminders", "summary")


def test_what_the_rules_demand_stays_on(seats, settings):
    with pytest.raises(ReminderDemanded, match="nộp bản kiểm điểm"):
        operations.choose_reminders(muted=[ReminderKind.SELF_REVIEW], actor=seats.an, at=AT)
    assert not MutedReminder.objects.exists()

    settings.TUSOI_REMINDERS_DEMANDED = frozenset()
    operations.choose_reminders(muted=[ReminderKind.SELF_REVIEW], actor=seats.an, at=AT)
    assert muted_kinds(seats.an) == {ReminderKind.SELF_REVIEW}

    # Demanded since: it is on again whatever was chosen before.
    settings.TUSOI_REMINDERS_DEMANDED = frozenset({"self_review"})
    assert muted_kinds(seats.an) == frozenset()


def test_a_summary_can_be_turned_off(seats, action):
    operations.choose_reminders(muted=[ReminderKind.SUMMARY], actor=seats.cuc, at=AT)

    assert digest_of(seats.cuc, on=dt.date(2023, 4, 10)).summary == ()


def test_a_demanded_kind_shows_where_the_rulebook_demands_it(seats, cycle):
    found = {one.kind: one for one in choices_of(seats.an, on=ON)}

    review = found[ReminderKind.SELF_REVIEW]
    assert review.is_demanded
    assert review.cites
    assert review.status == "unverified"
    assert found[ReminderKind.ACTION].cites == ()
    # Outside a cycle there is no rulebook to name.
    assert choices_of(seats.outsider, on=ON)[0].cites == ()


def test_the_system_chooses_nothing():
    with pytest.raises(NotForSystem):
        operations.choose_reminders(muted=[], actor=system_account(), at=AT)


# -- once a day ----------------------------------------------------------------------------------


def _claim(account, at=AT):
    return operations.claim_digest(
        account_id=account.pk, day=ON, item_count=2, actor=system_account(), at=at
    )


def test_a_letter_is_taken_in_hand_once(seats):
    row = _claim(seats.an)

    assert _claim(seats.an) is None
    operations.mark_digest_sent(digest_id=row.pk, actor=system_account(), at=AT)
    assert _claim(seats.an, AT + dt.timedelta(hours=5)) is None
    assert ReminderDigest.objects.get().sent_at == AT


def test_a_letter_left_by_a_crash_is_taken_up_later(seats):
    first = _claim(seats.an)

    assert _claim(seats.an, AT + operations.PATIENCE - dt.timedelta(seconds=1)) is None
    again = _claim(seats.an, AT + operations.PATIENCE)

    assert again.pk == first.pk
    assert _claim(seats.an, AT + operations.PATIENCE) is None


def test_only_the_system_sends(seats):
    with pytest.raises(OnlySystemSends):
        operations.claim_digest(
            account_id=seats.an.pk, day=ON, item_count=1, actor=seats.an, at=AT
        )
    with pytest.raises(OnlySystemSends):
        operations.mark_digest_sent(digest_id=1, actor=seats.an, at=AT)
