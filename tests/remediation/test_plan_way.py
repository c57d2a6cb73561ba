"""A plan from its draft to the answer of the level above, and its versions."""

import datetime as dt

import pytest

from tests.factories import cycles as cycle_of
from tests.factories import units as unit_of
from tests.factories.ratings import review
from tests.factories.remediation import PLANNED, action, analyzed, content, plan, told
from tusoi.access.errors import NotPermitted
from tusoi.audit.models import AuditEvent
from tusoi.people.queries import system_account
from tusoi.remediation import errors, operations, queries
from tusoi.remediation.enums import PlanState, VersionEvent
from tusoi.remediation.models import ActionVersion, RemediationAction, RemediationPlan
from tusoi.reviews.models import ProposedRemedy, Shortcoming


pytestmark = pytest.mark.django_db


@pytest.fixture
def made(cast, drafted, shortcoming):
    return action(drafted, shortcoming, owner_person_id=cast.an_person.pk)


def do(verb, drafted, actor, **fields):
    return getattr(operations, verb)(plan_id=drafted.pk, actor=actor, at=PLANNED, **fields)


def edit(made, actor, version, shortcoming, *, settles=None, **fields):
    return operations.edit_action(
        action_id=made.pk,
        version=version,
        settles=settles,
        content=content(shortcoming, **fields),
        actor=actor,
        at=PLANNED,
    )


@pytest.fixture
def sent(cast, drafted, made, shortcoming):
    analyzed(shortcoming)
    do("approve_plan", drafted, cast.binh)
    return do("send_plan", drafted, cast.binh)


def test_a_plan_is_approved_sent_and_accepted(cast, sent):
    accepted = do("accept_plan", sent, cast.board, note="Nhất trí")

    assert (accepted.state, accepted.judged_by) == (PlanState.ACCEPTED, cast.board)
    path = list(sent.transitions.order_by("pk").values_list("to_state", flat=True))
    assert path == [PlanState.APPROVED, PlanState.SENT, PlanState.ACCEPTED]
    for verb in ("send_plan", "accept_plan"):
        with pytest.raises((errors.PlanNotInState, NotPermitted)):
            do(verb, sent, cast.board if verb == "accept_plan" else cast.binh)


@pytest.mark.parametrize("who", ["an", "binh", "dung", "inspector", "administrator"])
def test_only_the_level_above_answers(cast, sent, who):
    with pytest.raises(NotPermitted):
        do("accept_plan", sent, getattr(cast, who))
    with pytest.raises(NotPermitted):
        do("return_plan", sent, getattr(cast, who), reason="thiếu")


def test_a_returned_plan_says_why_and_is_approved_anew(cast, sent):
    with pytest.raises(errors.ReasonMissing):
        do("return_plan", sent, cast.cuc, reason=" ")
    returned = do("return_plan", sent, cast.cuc, reason="Thiếu mốc quý I")
    assert (returned.state, returned.return_reason) == (PlanState.RETURNED, "Thiếu mốc quý I")

    again = do("approve_plan", sent, cast.binh, justification="Bổ sung mốc")

    assert (again.state, again.return_reason, again.sent_at) == (PlanState.APPROVED, "", None)
    assert [one.number for one in queries.versions_of(again)] == [2, 1]


def test_a_change_after_approval_waits_for_the_next_version(cast, sent, made, shortcoming):
    do("accept_plan", sent, cast.board)
    edit(made, cast.binh, 1, shortcoming, measure="Đạt 95% kế hoạch", places="Khu vực 1")
    sent.refresh_from_db()
    assert (sent.state, sent.has_changes) == (PlanState.ACCEPTED, True)

    why = "Điều chỉnh theo kinh phí"
    do("approve_plan", sent, cast.binh, justification=why, gaps_until=dt.date(2023, 1, 31))

    second, first = queries.versions_of(sent)
    assert [
        (one.name, one.before, one.after)
        for one in queries.differences(first.content, second.content)
    ] == [
        ("owner", "Lê Thị An", ""),
        ("places", "", "Khu vực 1"),
        ("measure", "Đạt 100% kế hoạch", "Đạt 95% kế hoạch"),
    ]
    assert second.note == "Điều chỉnh theo kinh phí"


def test_an_edit_that_is_taken_back_leaves_the_plan_as_it_was_issued(
    cast, sent, made, shortcoming
):
    who = {"owner_person_id": cast.an_person.pk}
    edit(made, cast.binh, 1, shortcoming, places="Khu vực 1", **who)
    sent.refresh_from_db()
    assert sent.has_changes

    edit(made, cast.binh, 2, shortcoming, **who)

    sent.refresh_from_db()
    assert not sent.has_changes


def test_what_came_and_went_between_versions_is_told(cast, drafted, made, shortcoming):
    analyzed(shortcoming)
    do("approve_plan", drafted, cast.binh)
    new = action(drafted, shortcoming, text="Thu tại nhà", owner_person_id=cast.an_person.pk)
    operations.drop_action(action_id=made.pk, reason="thay", actor=cast.binh, at=PLANNED)
    do("set_stages", drafted, cast.binh, starts_on=dt.date(2022, 12, 5), by_stages=True)
    do("approve_plan", drafted, cast.binh)

    second, first = queries.versions_of(drafted)
    found = queries.differences(first.content, second.content)

    assert [(one.part, one.name, one.before, one.after) for one in found] == [
        ("plan", "starts_on", None, "2022-12-05"),
        ("plan", "by_stages", False, True),
        ("actions", "", made.text, ""),
        ("actions", "", "", new.text),
    ]


def test_what_is_sent_is_what_was_approved(cast, drafted, made, shortcoming):
    analyzed(shortcoming)
    with pytest.raises(errors.PlanNotInState):
        do("send_plan", drafted, cast.binh)
    do("approve_plan", drafted, cast.binh)
    edit(made, cast.binh, 1, shortcoming, owner_person_id=cast.an_person.pk, places="Khu vực 2")

    with pytest.raises(errors.PlanHasChanges):
        do("send_plan", drafted, cast.binh)


def test_two_people_editing_one_action_lose_nothing(cast, made, shortcoming):
    edit(made, cast.binh, 1, shortcoming, text="Bản của Bình")
    for _again in range(2):
        with pytest.raises(errors.ActionChangedMeanwhile) as refusal:
            edit(
                made,
                cast.cuc,
                1,
                shortcoming,
                text="Bản của Cúc",
                steps=[operations.Step("Rà soát", dt.date(2023, 1, 5))],
            )

    made.refresh_from_db()
    assert made.text == "Bản của Bình"
    (kept,) = queries.open_conflicts(made)
    assert (kept.pk, kept.saved_by) == (refusal.value.kept_id, cast.cuc)
    assert kept.content["text"] == "Bản của Cúc"
    assert kept.content["steps"] == [{"text": "Rà soát", "due_on": "2023-01-05"}]
    replaced = ActionVersion.objects.get(event=VersionEvent.REPLACED)
    assert replaced.content["text"] == "Đôn đốc thu hằng tháng"

    operations.settle_conflict(kept_id=kept.pk, actor=cast.binh, at=PLANNED)
    assert not queries.open_conflicts(made).exists()
    with pytest.raises(errors.AnsweredAlready):
        operations.settle_conflict(kept_id=kept.pk, actor=cast.binh, at=PLANNED)


def test_an_edit_that_ran_into_another_is_kept_without_a_checklist(cast, made, shortcoming):
    edit(made, cast.binh, 1, shortcoming, text="Bản một")
    with pytest.raises(errors.ActionChangedMeanwhile):
        edit(made, cast.binh, 1, shortcoming, text="Bản hai")

    assert "steps" not in queries.open_conflicts(made).get().content


def test_each_edit_that_ran_into_another_waits_until_somebody_chooses(cast, made, shortcoming):
    edit(made, cast.binh, 1, shortcoming, text="Bản một")
    # The same person in two windows: the second text does not replace the first.
    for text in ("Bản hai", "Bản ba", "Bản ba"):
        with pytest.raises(errors.ActionChangedMeanwhile):
            edit(made, cast.binh, 1, shortcoming, text=text)
    second, third = queries.open_conflicts(made)
    assert [one.content["text"] for one in (second, third)] == ["Bản hai", "Bản ba"]

    # Another edit, from the page as it stands, chooses nothing.
    edit(made, cast.binh, 2, shortcoming, text="Bản bốn")
    assert list(queries.open_conflicts(made)) == [second, third]
    edit(made, cast.cuc, 3, shortcoming, text="Bản hai", settles=second.pk)
    assert list(queries.open_conflicts(made)) == [third]


def test_the_checklist_keeps_its_ticks_when_it_is_edited(cast, made, shortcoming):
    first, second, third = (operations.Step(text) for text in ("Rà soát", " ", "Họp dân"))
    edit(
        made,
        cast.binh,
        1,
        shortcoming,
        owner_person_id=cast.an_person.pk,
        steps=[first, second, third],
    )
    step = made.steps.get(text="Rà soát")

    def tick(is_done, actor=cast.an):
        return operations.tick_step(step_id=step.pk, is_done=is_done, actor=actor, at=PLANNED)

    assert tick(True).done_by == cast.an
    assert tick(True).done_at == PLANNED
    made.refresh_from_db()
    assert made.state == "in_hand"
    with pytest.raises(NotPermitted):
        tick(False, cast.dung)
    edit(made, cast.binh, 2, shortcoming, owner_person_id=cast.an_person.pk, steps=[third, first])
    assert [(one.text, one.done_by) for one in made.steps.order_by("position")] == [
        ("Họp dân", None),
        ("Rà soát", cast.an),
    ]
    with pytest.raises(errors.StepMissing):
        tick(False)
    step = made.steps.get(text="Rà soát")
    assert tick(False).done_at is None
    operations.finish_action(action_id=made.pk, text="xong", actor=cast.an, at=PLANNED)
    with pytest.raises(errors.ActionNotOpen):
        tick(True)


def test_an_edit_takes_up_and_lets_go_of_shortcomings(cast, cycle, drafted, made, shortcoming):
    (other,) = told(cycle, cast.cell, "Họp chưa đều")
    analyzed(shortcoming)
    analyzed(other)
    edit(made, cast.binh, 1, other)

    shortcoming.refresh_from_db()
    other.refresh_from_db()
    assert (shortcoming.state, other.state) == ("cause_analyzed", "action_planned")
    assert not operations.rebuild_remedies(cycle_id=cycle.pk, check_only=True)


def test_an_action_is_not_due_before_it_starts(cast, drafted, shortcoming):
    with pytest.raises(errors.DueBeforeStart):
        action(drafted, shortcoming, start_on=dt.date(2023, 2, 1), due_on=dt.date(2023, 1, 31))


def test_a_plan_is_told_by_30_60_and_90_days(cast, drafted, shortcoming):
    with pytest.raises(errors.StartMissing):
        do("set_stages", drafted, cast.binh, starts_on=None, by_stages=True)
    begun = do("set_stages", drafted, cast.binh, starts_on=dt.date(2023, 1, 1), by_stages=True)
    rows = [
        action(drafted, shortcoming, text=str(day), due_on=day)
        for day in (dt.date(2023, 1, 31), dt.date(2023, 3, 2), dt.date(2023, 4, 2), None)
    ]

    stages, rest = queries.stages_of(begun)

    assert [(one.days, list(one.actions)) for one in stages] == [
        (30, rows[:1]),
        (60, rows[1:2]),
        (90, []),
    ]
    assert rest == [rows[3], rows[2]] or rest == [rows[2], rows[3]]
    assert queries.stages_of(RemediationPlan.objects.get(pk=drafted.pk))[0]


def test_a_member_plans_for_themselves_and_their_committee_approves(cast, cycle):
    owed = cycle_of.obligation(cycle, cast.an_person)
    written = review(owed)
    Shortcoming.objects.create(
        review=written, nature="Nghỉ họp 3 kỳ", saved_at=PLANNED, saved_by=system_account()
    )
    ProposedRemedy.objects.create(
        review=written,
        text="Dự đủ các kỳ họp",
        saved_at=PLANNED,
        saved_by=system_account(),
    )
    drafted = operations.draft_plan(
        cycle_id=cycle.pk,
        unit_id=cast.cell.pk,
        person_id=cast.an_person.pk,
        actor=cast.an,
        at=PLANNED,
    )
    one = queries.shortcomings_of_plan(drafted).get()
    analyzed(one, actor=cast.an)
    taken = drafted.actions.get()
    assert (taken.text, taken.owner_person) == ("Dự đủ các kỳ họp", cast.an_person)
    operations.drop_action(action_id=taken.pk, reason="gộp", actor=cast.an, at=PLANNED)
    for owner in ({"owner_person_id": cast.binh.person_id}, {"owner_unit_id": cast.cell.pk}):
        with pytest.raises(errors.OwnPlanOwnWork):
            action(drafted, one, actor=cast.an, **owner)
    made = action(drafted, one, actor=cast.an, owner_person_id=cast.an_person.pk, text="Dự họp đủ")

    with pytest.raises(NotPermitted):
        do("approve_plan", drafted, cast.an)
    do("approve_plan", drafted, cast.binh)
    do("send_plan", drafted, cast.binh)
    for who in (cast.an, cast.binh, cast.dung):
        with pytest.raises(NotPermitted):
            do("accept_plan", drafted, who)
    assert do("accept_plan", drafted, cast.cuc).state == PlanState.ACCEPTED
    on = PLANNED.date()
    assert list(queries.plans_for(cast.an, on=on)) == [drafted]
    assert list(queries.own_actions(cast.an)) == [made]
    assert list(queries.followed_for(cast.an, on=on)) == [one]
    assert not queries.plans_for(cast.dung, on=on).exists()
    with pytest.raises(NotPermitted):
        action(drafted, one, actor=cast.dung)


def test_the_plan_of_a_closed_unit_is_taken_over(cast, cycle, drafted, made, shortcoming):
    heir = unit_of.unit("Chi bộ Khu vực 2", parent=cast.ward, code="P1-2", kind="cell")

    def take(unit, actor=cast.cuc, reason="Sáp nhập theo Nghị quyết 12"):
        return do("take_over_plan", drafted, actor, unit_id=unit.pk, reason=reason)

    with pytest.raises(errors.KeeperNotFit):
        take(heir)
    cast.cell.closed_on = dt.date(2022, 11, 30)
    cast.cell.save()
    on = PLANNED.date()
    assert list(queries.plans_without_unit(cast.cuc, on=on)) == [drafted]
    assert list(queries.plans_without_unit(system_account(), on=on)) == [drafted]
    with pytest.raises(errors.ReasonMissing):
        take(heir, reason="")
    with pytest.raises(NotPermitted):
        take(heir, cast.dung)

    for _twice in range(2):
        assert take(heir).answering_unit_id == heir.pk
    assert AuditEvent.objects.filter(action="remediation.take_over_plan").count() == 1
    assert not queries.plans_without_unit(cast.cuc, on=on).exists()
    # An belonged to the closed cell, so the action waits for a new owner.
    assert list(queries.without_living_owner(cast.cuc, on=on)) == [made]
    with pytest.raises(errors.KeeperNotFit):
        take(cast.cell)


def test_a_plan_from_an_empty_remedy_is_not_filled_with_nothing(cast, cycle, shortcoming):
    from tests.factories.remediation import remedy

    remedy(shortcoming, text=" ")

    assert not plan(cycle, cast.cell).actions.exists()
    assert RemediationAction.objects.count() == 0


def test_a_deadline_that_was_issued_is_put_off_by_an_extension_only(
    cast, drafted, made, shortcoming
):
    analyzed(shortcoming)
    later, sooner = made.due_on + dt.timedelta(days=1), made.due_on - dt.timedelta(days=1)
    who = {"owner_person_id": cast.an_person.pk}
    made = edit(made, cast.binh, made.version, shortcoming, due_on=later, **who)
    do("approve_plan", drafted, cast.binh)

    for day in (later + dt.timedelta(days=1), None):
        with pytest.raises(errors.DueNeedsExtension):
            edit(made, cast.binh, made.version, shortcoming, due_on=day, **who)
    made.refresh_from_db()
    assert made.due_on == later
    assert edit(made, cast.binh, made.version, shortcoming, due_on=sooner, **who).due_on == sooner
