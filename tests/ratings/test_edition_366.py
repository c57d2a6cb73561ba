"""Rating by points, with presumptions, holes in the text, and a decision taken again."""

import datetime as dt

import pytest

from tests.factories import cast, cycles, reviews
from tusoi.access.errors import NotPermitted
from tusoi.audit.models import AuditEvent
from tusoi.cycles.enums import AdjustmentKind, ProgressStep
from tusoi.cycles.errors import ObligationCancelled
from tusoi.cycles.operations import (
    Reason,
    cancel_obligation,
    classify_obligation,
    record_step,
)
from tusoi.engine import Truth
from tusoi.people.queries import system_account
from tusoi.ratings import errors, operations, queries
from tusoi.ratings.models import Rating, RatingRecord
from tusoi.rulebooks.library import load
from tusoi.units.models import Discipline


pytestmark = pytest.mark.django_db
AT = cycles.moment(2025, 12, 20)
DONE = {"tasks-assigned-count": 10, "tasks-done-count": 10, "tasks-late-count": 0}


@pytest.fixture
def people():
    return cast.make()


@pytest.fixture
def mine(people):
    cycle = cycles.cycle(
        people.district, rulebook_identity="366-2025", year=2025, at=cycles.moment(2025, 11, 3)
    )
    found = reviews.obligation_of(people, cycle, "an")
    record_step(obligation_id=found.pk, step=ProgressStep.REVIEWED, actor=system_account(), at=AT)
    found.refresh_from_db()
    return found


def facts(**told):
    every = DONE | {name.replace("_", "-"): value for name, value in told.items()}
    return {name: operations.EnteredFact(value, "Biên bản 12") for name, value in every.items()}


def points(general, tasks):
    return {
        "score.general": operations.EnteredFact(general, "Bảng điểm"),
        "score.tasks": operations.EnteredFact(tasks, "Bảng điểm"),
    }


def propose(obligation, level, told, reasons=""):
    return operations.propose_rating(
        obligation_id=obligation.pk,
        choice=operations.Choice(level, reasons, told),
        actor=system_account(),
        at=AT,
    )


def decide(obligation, level, reasons="", told=None):
    return operations.decide_rating(
        obligation_id=obligation.pk,
        choice=operations.Choice(level, reasons, told or {}),
        actor=system_account(),
        at=AT,
        document="15-QĐ/ĐU",
        quota_reasons="Nhóm chỉ có một người.",
    )


def test_points_entered_with_a_source_carry_the_rating(mine):
    record = propose(mine, "good", points("26", "50") | facts())

    assert record.facts["score.tasks"]["source"] == "Bảng điểm"
    assert record.rulebook_fingerprint == mine.cycle.rulebook_fingerprint
    assert "good" in record.outcome["offered"]
    assert not record.is_override


def test_more_points_than_there_are_is_refused_with_its_sentence(mine):
    with pytest.raises(errors.FactsImpossible, match="30"):
        propose(mine, "good", points("35", "50") | facts())
    assert not RatingRecord.objects.exists()


def test_facts_that_cannot_both_be_true_are_refused_and_nothing_is_kept(mine):
    told = points("26", "50") | facts(tasks_done_count=12)

    with pytest.raises(errors.FactsImpossible, match="nhiều hơn số được giao"):
        propose(mine, "good", told)
    assert not RatingRecord.objects.exists()


def test_a_record_that_contradicts_what_was_entered_is_told_and_weighs_nothing(mine):
    propose(mine, "good", points("26", "50") | facts())
    kept = RatingRecord.objects.latest("pk")
    kept.facts["tasks-done-count"]["value"] = 99
    kept.save(update_fields=["facts"])

    found = queries.facts_of(mine)

    assert found.problems
    assert "tasks-done-count" not in found.sheet


def test_where_no_level_matches_the_authority_says_why(mine):
    told = points("20", "40") | facts(tasks_done_count=9)
    told["tasks-late-count"] = operations.EnteredFact(9, "Biên bản 12")
    told |= {
        name: operations.EnteredFact(False, "Kết luận 5")
        for name in (
            "degradation-concluded",
            "forbidden-acts-concluded",
            "exemplary-breach-concluded",
        )
    }

    with pytest.raises(errors.NoLevelMatches):
        propose(mine, "satisfactory", told)

    record = propose(mine, "satisfactory", told, "Đã cân nhắc kết quả thực tế.")
    assert record.outcome["no_level_matches"] == Truth.HOLDS.value


@pytest.fixture
def disciplined(people, mine):
    Discipline.objects.create(
        member=people.an.person.party_member,
        arose_in=people.cell,
        kind="reprimand",
        decided_on=dt.date(2025, 5, 5),
        is_duty_related=True,
    )
    return mine


def told(**more):
    return points("26", "50") | facts(**more)


def test_a_presumption_leaves_only_the_lowest_level_until_it_is_set_aside(disciplined):
    found = queries.facts_of(disciplined)

    assert [one.rule.id for one in found.outcome.presumptions] == ["person-disciplined"]
    assert "good" in found.outcome.presumed
    assert "good" not in found.outcome.offered


def test_setting_a_presumption_aside_needs_grounds_in_words(disciplined):
    with pytest.raises(errors.PresumptionNeedsGrounds, match="xem xét lại"):
        propose(disciplined, "good", told(self_reported=True))


def test_a_presumption_without_a_ground_that_is_the_case_stays(disciplined):
    none = dict.fromkeys(
        (
            "force_majeure",
            "self_detected_and_remedied",
            "self_reported",
            "violation_before_period",
        ),
        False,
    )

    with pytest.raises(errors.RatingError):
        propose(disciplined, "good", told(**none), "Vẫn đề nghị.")


def test_a_presumption_set_aside_is_recorded_and_carried_to_the_decision(disciplined):
    grounds = "Tự báo cáo trước khi bị phát hiện."
    record = propose(disciplined, "good", told(self_reported=True), grounds)
    final = decide(disciplined, "good")

    assert record.lifted == ["person-disciplined"]
    assert not record.is_override
    finding = next(one for one in record.findings if one["rule"] == "person-disciplined")
    assert finding["lifted"] is True
    assert final.lifted == ["person-disciplined"]


def test_a_batch_asks_for_grounds_of_what_is_presumed(disciplined):
    propose(disciplined, "unsatisfactory", told(self_reported=True))

    with pytest.raises(errors.BatchRefused, match="xem xét lại"):
        operations.decide_batch(
            decisions=[
                operations.Decision(disciplined.pk, operations.Choice("good")),
            ],
            actor=system_account(),
            at=AT,
        )


def test_a_batch_refuses_what_the_rules_close_and_one_decision_asks_for_reasons(mine):
    told = points("10", "20") | facts()
    propose(mine, "unsatisfactory", told)

    with pytest.raises(errors.BatchRefused, match=r"không cho phép mức “[^”]+”, vì: chưa đạt “"):
        operations.decide_batch(
            decisions=[operations.Decision(mine.pk, operations.Choice("excellent", "Vẫn xét."))],
            actor=system_account(),
            at=AT,
            quota_reasons="Nhóm chỉ có một người.",
        )
    assert decide(mine, "excellent", "Vẫn xét, có văn bản riêng.").is_override


@pytest.fixture
def decided(mine):
    propose(mine, "good", points("26", "50") | facts())
    decide(mine, "good")
    return mine


def again(obligation, level="satisfactory", actor=None, **changes):
    fields = {"rule": "wrong-result", "grounds": "Kết luận 8-KL/UBKT.", "document": "3-QĐ"}
    return operations.rate_again(
        obligation_id=obligation.pk,
        choice=operations.Choice(level, "Theo kết luận kiểm tra."),
        again=operations.Again(**(fields | changes)),
        actor=actor or system_account(),
        at=cycles.moment(2026, 3, 2),
    )


def test_decided_again_both_decisions_stay_and_the_new_one_counts(decided):
    record = again(decided)

    assert Rating.objects.get(obligation=decided).level_id == "satisfactory"
    history = [(one.level_id, one.again_rule) for one in queries.history_of(decided)]
    assert history[-2:] == [("good", ""), ("satisfactory", "wrong-result")]
    assert queries.records_of([decided])[decided.pk]["decided"] == record
    event = AuditEvent.objects.get(action="ratings.rate_again")
    assert "Kết luận" not in event.note


def test_a_dossier_taken_out_meanwhile_is_not_decided_again(decided):
    cancel_obligation(
        obligation_id=decided.pk,
        reason=Reason(AdjustmentKind.OTHER, "Ghi nhầm", AT.date()),
        actor=system_account(),
        at=AT,
    )

    with pytest.raises(ObligationCancelled):
        again(decided)

    assert Rating.objects.get(obligation=decided).level_id == "good"


def test_new_facts_come_with_a_decision_taken_again(decided):
    record = operations.rate_again(
        obligation_id=decided.pk,
        choice=operations.Choice(
            "unsatisfactory",
            "",
            {
                "forbidden-acts-concluded": operations.EnteredFact(True, "Kết luận 8-KL/UBKT"),
            },
        ),
        again=operations.Again("wrong-result", "Kết luận 8-KL/UBKT."),
        actor=system_account(),
        at=cycles.moment(2026, 3, 2),
    )

    assert record.facts["forbidden-acts-concluded"]["source"] == "Kết luận 8-KL/UBKT"
    assert not record.is_override


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"rule": "no-such-case"}, errors.AgainNotForeseen),
        ({"grounds": "  "}, errors.AgainNeedsGrounds),
    ],
)
def test_a_decision_taken_again_names_its_case_and_its_grounds(decided, changes, refusal):
    with pytest.raises(refusal):
        again(decided, **changes)


@pytest.mark.parametrize("who", ["an", "binh", "cuc", "board", "inspector", "outsider"])
def test_only_who_decides_decides_again(people, decided, who):
    with pytest.raises(NotPermitted):
        again(decided, actor=getattr(people, who))


def test_nothing_undecided_is_decided_again(mine):
    with pytest.raises(errors.NotYetDecided):
        again(mine)


def test_the_best_level_decided_again_counts_in_the_quota(decided):
    with pytest.raises(errors.QuotaExceeded):
        again(decided, "excellent")
    record = again(decided, "excellent", quota_reasons="Được cho phép.")
    assert record.is_override
    assert any(one["kind"] == "quota" for one in record.findings)


def test_the_same_facts_under_another_edition(mine):
    propose(mine, "good", points("26", "50") | facts())

    (found,) = queries.replay(mine.cycle, [mine], load("132-2018"))

    assert found.result.base.rulebook.id == "366-2025"
    assert found.result.other.rulebook.id == "132-2018"
    assert "score.general" in found.result.other.unread
    assert queries.moves([found]) == {(found.before, found.after): 1}
    assert found.after == queries.OPEN, "no grade is known, which 132 would need"


def test_members_outside_the_political_system_are_weighed_by_their_own_class(people, mine):
    classify_obligation(
        obligation_id=mine.pk, rule_class="outside_member", block="", actor=people.binh, at=AT
    )
    mine.refresh_from_db()

    assert queries.facts_of(mine).outcome.subject_class == "outside_member"
    assert queries.placement_of(mine).quota_group.startswith("outside_member:")


def test_what_the_records_say_is_read_and_what_nobody_said_stays_missing(mine):
    sheet = queries.facts_of(mine).sheet

    assert sheet["duty-discipline-in-year"].value is False
    assert sheet["exempt"].value is False
    assert "tasks-done-count" not in sheet
    assert "maternity-leave" not in sheet


def test_a_violation_that_arose_elsewhere_counts_there(people, mine, disciplined):
    Discipline.objects.update(arose_in=people.other_cell)

    found = queries.facts_of(mine)

    assert found.sheet["violation-at-previous-unit"].value is True
    assert found.outcome.presumptions == ()


def test_an_organization_waits_for_its_members_where_the_text_says_so(people, mine):
    cell = cycles.obligation(mine.cycle, people.cell)
    record_step(obligation_id=cell.pk, step=ProgressStep.REVIEWED, actor=system_account(), at=AT)
    propose(cell, "satisfactory", {}, "Đã cân nhắc.")

    with pytest.raises(errors.BatchRefused, match="còn 2 đối tượng"):
        decide(cell, "satisfactory", "Đã cân nhắc.")
    (ahead,) = queries.ratings_ahead(cell.cycle, [queries.facts_of(cell)])[cell.pk]
    assert ahead.is_binding


def test_the_same_decision_sent_again_is_taken_once(decided):
    first = again(decided)

    assert again(decided) == first
    assert RatingRecord.objects.exclude(again_rule="").count() == 1


def test_a_dossier_that_counts_no_more_is_not_decided_again(decided):
    decided.cancelled_on = AT.date()
    decided.save(update_fields=["cancelled_on"])

    with pytest.raises(ObligationCancelled):
        again(decided)
