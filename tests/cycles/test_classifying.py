"""A subject's class and sector block, where the rulebook tells narrower ones apart."""

import pytest

from tests.factories import cast, cycles, reviews
from tusoi.access.errors import NotPermitted
from tusoi.audit.models import AuditEvent
from tusoi.cycles import operations, queries
from tusoi.cycles.enums import CycleState
from tusoi.cycles.errors import ClassAlreadyUsed, ClassUnknown, CycleNotOpen, ObligationCancelled
from tusoi.reviews.queries import form_of


pytestmark = pytest.mark.django_db
AT = cycles.moment(2025, 11, 20)


@pytest.fixture
def people():
    return cast.make()


@pytest.fixture
def mine(people):
    cycle = cycles.cycle(
        people.district, rulebook_identity="366-2025", year=2025, at=cycles.moment(2025, 11, 3)
    )
    return reviews.obligation_of(people, cycle, "an")


def classify(obligation, actor, rule_class="outside_member", block=""):
    return operations.classify_obligation(
        obligation_id=obligation.pk, rule_class=rule_class, block=block, actor=actor, at=AT
    )


def test_the_class_decides_the_form_and_is_recorded(people, mine):
    usual = form_of(mine).id

    changed = classify(mine, people.binh, block="armed-forces")

    assert queries.rule_class_of(mine) == "member"
    assert queries.rule_class_of(changed) == "outside_member"
    assert changed.block == "armed-forces"
    assert form_of(changed).id != usual
    assert changed.form_id == form_of(changed).id
    event = AuditEvent.objects.get(action="cycles.classify_obligation")
    assert (event.from_state, event.to_state) == (":", "outside_member:armed-forces")


def test_the_usual_class_is_kept_as_nothing_and_no_change_leaves_no_trace(people, mine):
    classify(mine, people.binh)
    classify(mine, people.binh, rule_class="member")
    back = classify(mine, people.binh, rule_class="member")

    assert back.rule_class == ""
    assert AuditEvent.objects.filter(action="cycles.classify_obligation").count() == 2


@pytest.mark.parametrize(
    ("rule_class", "block"), [("collective", ""), ("nobody", ""), ("member", "mining")]
)
def test_a_class_or_block_that_the_rulebook_has_not_is_refused(people, mine, rule_class, block):
    with pytest.raises(ClassUnknown):
        classify(mine, people.binh, rule_class, block)


def test_an_older_rulebook_has_no_narrower_class(people):
    mine = reviews.obligation_of(people, cycles.cycle(people.district), "an")

    assert queries.classes_for(mine) == ("member",)
    with pytest.raises(ClassUnknown):
        classify(mine, people.binh)


def test_a_review_handed_in_keeps_its_form_but_its_block_may_change(people, mine):
    mine.started_at = mine.first_submitted_at = mine.submitted_at = AT
    mine.was_late = False
    mine.save()

    with pytest.raises(ClassAlreadyUsed):
        classify(mine, people.binh)
    assert classify(mine, people.binh, rule_class="member", block="judiciary").block == "judiciary"


@pytest.mark.parametrize("who", ["an", "dung", "outsider", "inspector", "administrator"])
def test_only_those_who_look_after_the_dossiers_classify(people, mine, who):
    with pytest.raises(NotPermitted):
        classify(mine, getattr(people, who))


def test_nothing_is_classified_once_it_no_longer_counts(people, mine):
    mine.cancelled_on = AT.date()
    mine.save(update_fields=["cancelled_on"])
    with pytest.raises(ObligationCancelled):
        classify(mine, people.binh)

    type(mine.cycle).objects.filter(pk=mine.cycle_id).update(
        state=CycleState.CLOSED, closed_at=AT, closed_by=people.cuc
    )
    with pytest.raises(CycleNotOpen):
        classify(mine, people.binh)
