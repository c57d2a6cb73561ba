import datetime as dt

import pytest

from tests.factories import ballots, meetings, people, units
from tests.factories import cast as cast_of
from tests.factories import cycles as cycle_of
from tests.factories.cycles import moment
from tests.factories.ratings import HELD, choice, decided, proposed, review, reviewed
from tusoi.access.errors import NotPermitted
from tusoi.audit.models import AuditEvent
from tusoi.cycles.enums import AdjustmentKind, SubjectKind
from tusoi.cycles.errors import CycleNotOpen, ObligationCancelled
from tusoi.cycles.models import Obligation, ProgressRollup
from tusoi.cycles.operations import Reason, cancel_obligation, close_cycle
from tusoi.people.queries import system_account
from tusoi.ratings import errors, operations
from tusoi.ratings.enums import RatingStep
from tusoi.ratings.models import Rating, RatingRecord
from tusoi.ratings.queries import facts_of
from tusoi.units.enums import DisciplineKind, Position
from tusoi.units.models import Discipline


pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return cast_of.make()


@pytest.fixture
def cycle(cast):
    return cycle_of.cycle(cast.district)


@pytest.fixture
def an(cast, cycle):
    return reviewed(cycle_of.obligation(cycle, cast.an_person))


def appraised(obligation, actor, level="good", reasons=""):
    return operations.appraise_rating(
        obligation_id=obligation.pk, choice=choice(level, reasons), actor=actor, at=HELD
    )


def decide(obligation, actor, level="good", reasons="", **fields):
    return operations.decide_rating(
        obligation_id=obligation.pk,
        choice=choice(level, reasons),
        actor=actor,
        at=HELD,
        **fields,
    )


def test_the_whole_way_leaves_one_record_for_each_step(cast, an):
    proposed(an, actor=cast.binh)
    appraised(an, cast.cuc, level="good")
    decide(an, cast.ward_authority, document="12-QĐ/ĐU")

    rating = Rating.objects.get(obligation=an)
    records = list(rating.records.order_by("pk"))
    assert rating.step == RatingStep.DECIDED
    assert [one.step for one in records] == ["self", "proposed", "appraised", "decided"]
    assert records[-1].document == "12-QĐ/ĐU"
    assert records[1].facts["reviewed"] == {"value": True, "by": "meeting", "source": ""}
    assert records[1].facts["grade.member-discipline"]["by"] == "self_review"
    assert {one["rule"] for one in records[1].findings} >= {"member-excellent-results"}
    an.refresh_from_db()
    assert an.rated_at == an.decided_at == HELD
    rollup = ProgressRollup.objects.get(
        cycle=an.cycle, unit=cast.district, subject_kind=SubjectKind.MEMBER
    )
    assert (rollup.rated, rollup.decided) == (1, 1)
    assert list(
        AuditEvent.objects.filter(action__startswith="ratings.")
        .order_by("pk")
        .values_list("action", "to_state")
    ) == [
        ("ratings.propose", "proposed"),
        ("ratings.appraise", "appraised"),
        ("ratings.decide", "decided"),
    ]


def propose_on(vote, dossier, actor):
    return operations.propose_rating(
        obligation_id=dossier.pk, choice=choice(), actor=actor, at=HELD, question_id=vote.pk
    )


def test_nobody_is_rated_before_the_review(cast, cycle):
    obligation = cycle_of.obligation(cycle, cast.an_person)

    with pytest.raises(errors.NotReviewedYet):
        proposed(obligation, actor=cast.binh)


def test_a_dossier_that_was_taken_out_is_not_rated(cast, an):
    moved = Reason(AdjustmentKind.LEFT, "Đã chuyển sinh hoạt", HELD.date())
    cancel_obligation(obligation_id=an.pk, reason=moved, actor=cast.board, at=HELD)

    with pytest.raises(ObligationCancelled):
        proposed(an, actor=cast.binh)

    assert not Rating.objects.exists()


def test_a_proposal_names_the_ballot_it_rests_on():
    scene = meetings.scene()
    vote = ballots.signed(scene, 0, 2).questions.get()
    dossier = vote.obligation
    review(dossier)

    record = propose_on(vote, dossier, scene.binh)

    assert record.question == vote
    assert record.facts["reviewed"]["by"] == "meeting"


def test_only_a_signed_ballot_on_the_same_subject_supports_a_proposal(an):
    scene = meetings.scene(mark="z-")
    poll = ballots.counted(scene, 0, 2)
    counting = poll.questions.get()
    review(counting.obligation)

    with pytest.raises(errors.VoteNotUsable):
        propose_on(counting, counting.obligation, scene.binh)
    ballots.sign(scene, poll)
    with pytest.raises(errors.VoteNotUsable):
        propose_on(counting, an, system_account())

    assert not Rating.objects.exists()


def test_a_review_without_a_claim_leaves_no_record_of_one(cast, cycle):
    dossier = reviewed(cycle_of.obligation(cycle, cast.an_person), level="")

    proposed(dossier, actor=cast.binh)

    steps = RatingRecord.objects.filter(rating__obligation=dossier).values_list("step", flat=True)
    assert list(steps) == [RatingStep.PROPOSED]


def test_an_appraisal_names_the_body_that_made_it(cast, an):
    proposed(an, actor=cast.binh)

    record = appraised(an, cast.board)

    assert record.rating.deciding_unit == cast.ward
    assert record.unit == cast.district


def test_nothing_is_appraised_that_nobody_proposed(cast, an):
    with pytest.raises(errors.NotYetProposed):
        appraised(an, cast.cuc)

    proposed(an, actor=cast.binh)
    operations.withdraw_step(obligation_id=an.pk, reason="nhầm", actor=cast.binh, at=HELD)
    with pytest.raises(errors.NotYetProposed):
        appraised(an, cast.cuc)


def test_the_newly_admitted_are_not_rated_and_told_why(cast):
    person = people.make_person("Võ Thị Mới")
    units.membership(people.member(person, admitted_on=dt.date(2022, 9, 1)), cast.cell)
    cycle = cycle_of.cycle(cast.district)
    obligation = reviewed(cycle_of.obligation(cycle, person))

    with pytest.raises(errors.SubjectNotRated, match="Mới kết nạp chưa đủ 6 tháng"):
        proposed(obligation, actor=cast.binh)


@pytest.mark.parametrize("who", ["an", "dung", "board", "ward_authority", "administrator"])
def test_only_the_own_body_proposes(cast, an, who):
    with pytest.raises(NotPermitted):
        proposed(an, actor=getattr(cast, who))

    assert not Rating.objects.exists()


@pytest.mark.parametrize("who", ["an", "binh", "dung", "ward_authority", "inspector"])
def test_only_those_who_serve_the_authority_appraise(cast, an, who):
    proposed(an, actor=cast.binh)

    with pytest.raises(NotPermitted):
        appraised(an, getattr(cast, who))


@pytest.mark.parametrize("who", ["an", "binh", "cuc", "dung", "board", "authority"])
def test_only_the_deciding_unit_itself_decides(cast, an, who):
    proposed(an, actor=cast.binh)

    with pytest.raises(NotPermitted):
        decide(an, getattr(cast, who))


def test_who_proposed_does_not_appraise(cast, an):
    proposed(an, actor=cast.cuc)

    with pytest.raises(errors.ProposerMayNotAppraise):
        appraised(an, cast.cuc)


def test_a_level_that_the_facts_close_needs_reasons_and_stays_marked(cast, an):
    with pytest.raises(errors.OverrideNeedsReasons):
        proposed(an, "excellent", actor=cast.binh)

    record = proposed(an, "excellent", actor=cast.binh, reasons="Có sản phẩm cụ thể.")

    assert record.is_override


def test_an_unknown_level_is_refused(cast, an):
    with pytest.raises(errors.LevelUnknown):
        proposed(an, "sehr-gut", actor=cast.binh)


def test_discipline_leaves_only_the_lowest_level(cast, an):
    Discipline.objects.create(
        member=cast.an_person.party_member,
        arose_in=cast.cell,
        kind=DisciplineKind.REPRIMAND,
        decided_on=dt.date(2022, 5, 5),
    )

    with pytest.raises(errors.OverrideNeedsReasons):
        proposed(an, "satisfactory", actor=cast.binh)

    assert not proposed(an, "unsatisfactory", actor=cast.binh).is_override


def test_entered_facts_are_kept_with_their_source_and_read_by_later_steps(cast, an):
    fact = operations.EnteredFact(True, "Kết luận số 5 của UBKT")
    with pytest.raises(errors.OverrideNeedsReasons):
        proposed(an, "good", actor=cast.binh, **{"degradation-concluded": fact})

    proposed(an, "unsatisfactory", actor=cast.binh, **{"degradation-concluded": fact})
    record = appraised(an, cast.cuc, "unsatisfactory")

    assert record.facts["degradation-concluded"] == {
        "value": True,
        "by": "entered",
        "source": "Kết luận số 5 của UBKT",
    }


@pytest.mark.parametrize(
    ("name", "fact", "refusal"),
    [
        ("children-rated-count", operations.EnteredFact(3, "tôi"), errors.FactNotEnterable),
        ("sick-leave-months", operations.EnteredFact(4, " "), errors.FactNeedsSource),
        ("sick-leave-months", operations.EnteredFact("x", "sổ"), errors.FactNotUnderstood),
    ],
)
def test_facts_that_people_may_not_enter_so_are_refused(cast, an, name, fact, refusal):
    with pytest.raises(refusal):
        proposed(an, actor=cast.binh, **{name: fact})


def test_a_civil_servant_waits_for_the_civil_service_rating(cast, an):
    facts = {
        "is-civil-servant": operations.EnteredFact(True, "hồ sơ"),
        "civil-service-rated": operations.EnteredFact(False, "Phòng Nội vụ"),
    }

    with pytest.raises(errors.PreconditionsNotMet):
        proposed(an, actor=cast.binh, **facts)


def test_a_proposal_may_be_made_again_until_it_is_appraised(cast, an):
    proposed(an, actor=cast.binh)
    proposed(an, "satisfactory", actor=cast.binh)
    assert Rating.objects.get(obligation=an).level_id == "satisfactory"

    appraised(an, cast.cuc, "satisfactory")
    with pytest.raises(errors.AlreadyAppraised):
        proposed(an, actor=cast.binh)


def test_nothing_follows_a_decision(cast, an):
    proposed(an, actor=cast.binh)
    decide(an, cast.ward_authority)

    with pytest.raises(errors.AlreadyDecided):
        proposed(an, actor=cast.binh)
    with pytest.raises(errors.AlreadyDecided):
        appraised(an, cast.cuc)
    with pytest.raises(errors.BatchRefused, match="đã được quyết định"):
        decide(an, cast.ward_authority)
    with pytest.raises(errors.AlreadyDecided):
        operations.withdraw_step(obligation_id=an.pk, reason="nhầm", actor=cast.binh, at=HELD)


def test_a_withdrawn_proposal_stays_on_record_and_counts_no_more(cast, an):
    proposed(an, actor=cast.binh)

    with pytest.raises(errors.WithdrawalNeedsReason):
        operations.withdraw_step(obligation_id=an.pk, reason=" ", actor=cast.binh, at=HELD)
    with pytest.raises(NotPermitted):
        operations.withdraw_step(obligation_id=an.pk, reason="nhầm", actor=cast.dung, at=HELD)
    record = operations.withdraw_step(
        obligation_id=an.pk, reason="Nhập nhầm", actor=cast.binh, at=HELD
    )

    an.refresh_from_db()
    assert record.withdrawn_reason == "Nhập nhầm"
    assert an.rated_at is None
    assert Rating.objects.get(obligation=an).step == RatingStep.SELF
    assert AuditEvent.objects.filter(action="ratings.withdraw", note="Nhập nhầm").exists()
    with pytest.raises(errors.NothingToWithdraw):
        operations.withdraw_step(obligation_id=an.pk, reason="nữa", actor=cast.binh, at=HELD)


def test_withdrawing_an_appraisal_returns_to_the_proposal(cast, an):
    proposed(an, actor=cast.binh)
    appraised(an, cast.cuc, "satisfactory")

    operations.withdraw_step(obligation_id=an.pk, reason="xem lại", actor=cast.board, at=HELD)

    rating = Rating.objects.get(obligation=an)
    assert (rating.step, rating.level_id) == (RatingStep.PROPOSED, "good")


def test_a_closed_cycle_is_rated_no_more(cast, cycle, an):
    proposed(an, actor=cast.binh)
    close_cycle(cycle_id=cycle.pk, actor=system_account(), at=moment(2022, 12, 31))

    with pytest.raises(CycleNotOpen):
        proposed(an, actor=cast.binh)
    with pytest.raises(CycleNotOpen):
        appraised(an, cast.cuc)
    with pytest.raises(errors.BatchRefused):
        decide(an, cast.ward_authority)
    with pytest.raises(CycleNotOpen):
        operations.withdraw_step(obligation_id=an.pk, reason="nhầm", actor=cast.binh, at=HELD)


def test_a_batch_is_all_or_nothing_and_says_who_stands_in_the_way(cast, cycle, an):
    binh = reviewed(cycle_of.obligation(cycle, cast.binh.person))
    proposed(an, actor=cast.binh)

    with pytest.raises(errors.BatchRefused) as refusal:
        operations.decide_batch(
            decisions=[operations.Decision(one.pk, choice()) for one in (an, binh)],
            actor=cast.ward_authority,
            at=HELD,
        )

    assert [one.obligation_id for one in refusal.value.refusals] == [binh.pk]
    assert Rating.objects.get(obligation=an).step == RatingStep.PROPOSED
    assert not RatingRecord.objects.filter(step=RatingStep.DECIDED).exists()


def test_one_decision_does_not_span_two_cycles(cast, cycle, an):
    other = reviewed(cycle_of.obligation(cycle_of.cycle(cast.district, year=2023), cast.an_person))
    for one in (an, other):
        proposed(one)

    with pytest.raises(Obligation.DoesNotExist):
        operations.decide_batch(
            decisions=[operations.Decision(one.pk, choice()) for one in (an, other)],
            actor=cast.ward_authority,
            at=HELD,
        )

    assert not Rating.objects.filter(step=RatingStep.DECIDED).exists()


def test_an_empty_batch_is_refused(cast):
    with pytest.raises(errors.NothingToDecide):
        operations.decide_batch(decisions=[], actor=cast.ward_authority, at=HELD)


@pytest.fixture
def comrades(cast):
    made = [people.make_person(f"Nguyễn Văn {letter}") for letter in "BCDEFGH"]
    for person in made:
        units.membership(people.member(person), cast.cell)
    return made


@pytest.mark.slow
def test_more_excellent_than_the_quota_needs_the_authoritys_reasons(cast, comrades):
    cycle = cycle_of.cycle(cast.district)
    ready = [
        reviewed(cycle_of.obligation(cycle, person), grade="excellent") for person in comrades
    ]
    for one in ready:
        proposed(one, "excellent" if one in ready[:2] else "good", actor=cast.binh)
    batch = [
        operations.Decision(one.pk, choice("excellent" if one in ready[:2] else "good"))
        for one in ready
    ]

    # 20 % of those rated good, out of seven who deserve it: one.
    with pytest.raises(errors.QuotaExceeded, match="2 hoàn thành xuất sắc, tối đa 1, vượt 1"):
        operations.decide_batch(decisions=batch, actor=cast.ward_authority, at=HELD)
    assert not RatingRecord.objects.filter(step=RatingStep.DECIDED).exists()

    operations.decide_batch(
        decisions=batch, actor=cast.ward_authority, at=HELD, quota_reasons="Thí điểm."
    )

    beyond = RatingRecord.objects.filter(step=RatingStep.DECIDED, is_override=True)
    assert beyond.count() == 2
    assert all("Thí điểm." in one.reasons for one in beyond)
    assert all(one.findings[-1]["kind"] == "quota" for one in beyond)


def test_an_upper_organization_waits_for_those_below(cast, cycle):
    ward = reviewed(cycle_of.obligation(cycle, cast.ward))
    cell = reviewed(cycle_of.obligation(cycle, cast.cell))
    proposed(ward, "good")
    proposed(cell, "good")

    with pytest.raises(errors.BatchRefused, match="còn 1 đối tượng chưa quyết định"):
        decide(ward, cast.authority)

    decide(cell, cast.ward_authority)
    decide(ward, cast.authority)
    assert Rating.objects.filter(step=RatingStep.DECIDED).count() == 2


def test_one_batch_decides_the_body_before_its_head_and_caps_it(cast):
    body = units.collective(cast.ward, "Ban Thường vụ")
    units.post(cast.binh.person, cast.ward, Position.HEAD, collective=body)
    cycle = cycle_of.cycle(cast.district)
    ward = reviewed(cycle_of.obligation(cycle, cast.ward))
    cell = reviewed(cycle_of.obligation(cycle, cast.cell))
    collective = reviewed(cycle_of.obligation(cycle, body))
    head = reviewed(cycle_of.obligation(cycle, cast.binh.person, SubjectKind.LEADER))
    decided(cell)
    for one in (ward, collective, head):
        proposed(one)
    batch = [
        operations.Decision(head.pk, choice("good")),
        operations.Decision(collective.pk, choice("satisfactory")),
        operations.Decision(ward.pk, choice("good")),
    ]

    with pytest.raises(errors.BatchRefused) as refusal:
        operations.decide_batch(decisions=batch, actor=cast.authority, at=HELD)

    # The body came first in the batch; its level caps its head.
    assert [one.obligation_id for one in refusal.value.refusals] == [head.pk]
    assert not RatingRecord.objects.filter(step=RatingStep.DECIDED, rating__obligation=ward)


def test_members_below_are_counted_once_everyone_has_a_level(cast, cycle, an):
    cell = reviewed(cycle_of.obligation(cycle, cast.cell))
    proposed(an, actor=cast.binh)
    assert "children-rated-count" not in facts_of(cell).sheet

    proposed(reviewed(cycle_of.obligation(cycle, cast.binh.person)))

    sheet = facts_of(cell).sheet
    assert sheet["children-good-count"].value == sheet["children-rated-count"].value == 2
    assert sheet["children-good-count"].source == "0/2"


def test_the_same_step_sent_twice_is_one(cast, an):
    first = proposed(an, actor=cast.binh)
    assert proposed(an, actor=cast.binh) == first
    proposed(an, "satisfactory", actor=cast.binh)
    assert proposed(an, actor=cast.binh) != first

    weighed = appraised(an, cast.cuc)
    assert appraised(an, cast.cuc) == weighed
    assert AuditEvent.objects.filter(action="ratings.propose").count() == 3
    assert AuditEvent.objects.filter(action="ratings.appraise").count() == 1


def test_a_step_taken_back_may_be_taken_anew(cast, an):
    first = proposed(an, actor=cast.binh)
    operations.withdraw_step(obligation_id=an.pk, reason="Nhầm", actor=cast.binh, at=HELD)

    assert proposed(an, actor=cast.binh) != first
