"""Rating pages under the edition of 2025: points, classes, a decision taken again, what if."""

import pytest
from django.urls import reverse

from tests.factories import cast as cast_of
from tests.factories import cycles, ratings
from tusoi.cycles.enums import ProgressStep
from tusoi.cycles.operations import record_step
from tusoi.people.queries import system_account
from tusoi.ratings import operations
from tusoi.ratings.enums import RatingStep
from tusoi.ratings.models import RatingRecord
from tusoi.units.models import Discipline


pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def cast():
    return cast_of.make()


@pytest.fixture
def under_366(cast):
    """A member's dossier under the edition of 2025, past its meeting."""
    cycle = cycles.cycle(
        cast.district, rulebook_identity="366-2025", year=2025, at=cycles.moment(2022, 11, 3)
    )
    found = cycles.obligation(cycle, cast.an.person)
    record_step(
        obligation_id=found.pk,
        step=ProgressStep.REVIEWED,
        actor=system_account(),
        at=ratings.HELD,
    )
    return found


def test_points_and_facts_are_entered_with_their_source_and_weighed(client, cast, under_366):
    client.force_login(cast.binh)
    sent = {
        "level": "good",
        "source": "Biên bản 12",
        "fact-score.general": "26,5",
        "fact-score.tasks": "50",
        "fact-tasks-assigned-count": "10",
        "fact-tasks-done-count": "10",
        "fact-tasks-late-count": "0",
    }

    answer = client.post(reverse("ratings:propose", args=[under_366.pk]), sent)
    page = client.get(reverse("ratings:detail", args=[under_366.pk])).content.decode()

    assert answer.status_code == 302
    record = RatingRecord.objects.get(step=RatingStep.PROPOSED)
    assert record.facts["score.general"] == {
        "value": "26.5",
        "by": "entered",
        "source": "Biên bản 12",
    }
    assert "26,5" in page


def test_facts_that_contradict_are_refused_with_what_was_typed(client, cast, under_366):
    client.force_login(cast.binh)
    sent = {
        "level": "good",
        "source": "Biên bản 12",
        "fact-tasks-assigned-count": "10",
        "fact-tasks-done-count": "12",
    }

    answer = client.post(reverse("ratings:propose", args=[under_366.pk]), sent)

    assert answer.status_code == 422
    assert "nhiều hơn số được giao" in answer.content.decode()
    assert 'value="12"' in answer.content.decode()
    assert not RatingRecord.objects.exists()


def test_the_class_of_a_member_is_told_on_the_page(client, cast, under_366):
    client.force_login(cast.binh)
    address = reverse("ratings:classify", args=[under_366.pk])

    answer = client.post(address, {"rule_class": "outside_member", "block": "judiciary"})
    refused = client.post(address, {"rule_class": "collective", "block": ""})

    under_366.refresh_from_db()
    assert answer.status_code == 302
    assert (under_366.rule_class, under_366.block) == ("outside_member", "judiciary")
    assert refused.status_code == 422


def test_a_decision_is_taken_again_and_printed(client, cast, under_366):
    actor = system_account()
    told = {"score.general": "26", "score.tasks": "50", "tasks-assigned-count": 10}
    facts = {name: operations.EnteredFact(value, "Biên bản") for name, value in told.items()}
    for take in (operations.propose_rating, operations.decide_rating):
        take(
            obligation_id=under_366.pk,
            choice=operations.Choice("good", "Đã cân nhắc.", facts),
            actor=actor,
            at=ratings.HELD,
        )
    client.force_login(cast.ward_authority)
    sent = {
        "again-level": "satisfactory",
        "again-reasons": "Theo kết luận kiểm tra.",
        "again-again_rule": "wrong-result",
        "again-again_grounds": "Kết luận 8-KL/UBKT.",
        "again-document": "3-QĐ/ĐU",
    }

    answer = client.post(reverse("ratings:again", args=[under_366.pk]), sent)
    record = RatingRecord.objects.latest("pk")
    printed = client.get(
        reverse("ratings:again-decision", args=[under_366.pk, record.pk])
    ).content.decode()
    former = client.get(
        reverse("ratings:again-decision", args=[under_366.pk, record.pk - 1])
    ).status_code

    assert answer.status_code == 302
    assert record.again_rule == "wrong-result"
    assert "3-QĐ/ĐU" in printed
    assert "Kết luận 8-KL/UBKT." in printed
    assert former == 404


def test_the_same_facts_under_another_edition_are_compared_and_nothing_is_stored(
    client, cast, under_366
):
    client.force_login(cast.ward_authority)

    one = client.get(reverse("ratings:what-if", args=[under_366.pk]), {"rulebook": "132-2018"})
    every = client.get(
        reverse("ratings:replay"),
        {"rulebook": "132-2018", "cycle": str(under_366.cycle.public_id)},
    )
    unknown = client.get(reverse("ratings:what-if", args=[under_366.pk]), {"rulebook": "1-1900"})

    assert [side["identity"].split("@")[0] for side in one.context["sides"]] == [
        "366-2025",
        "132-2018",
    ]
    assert under_366.name in every.content.decode()
    assert sum(count for _old, _new, count in every.context["moves"]) == len(
        every.context["lines"]
    )
    assert unknown.status_code == 404
    assert not RatingRecord.objects.exists()


def test_a_replay_says_what_closes_levels_and_what_is_missing(client, cast, under_366):
    Discipline.objects.create(
        member=cast.an.person.party_member,
        arose_in=cast.cell,
        kind="reprimand",
        decided_on=under_366.cycle.period_to,
        is_duty_related=True,
    )
    client.force_login(cast.ward_authority)
    sent = {"rulebook": "132-2018", "cycle": str(under_366.cycle.public_id)}

    answer = client.get(reverse("ratings:replay"), sent)

    titles = [title for title, _citations, count in answer.context["closing"] if count == 1]
    assert titles
    assert all(title in answer.content.decode() for title in titles)
    (line,) = (one for one in answer.context["lines"] if one[0].pk == under_366.pk)
    assert line[2][2].id != "excellent"
    assert answer.context["missing"]


def test_facts_that_come_after_the_decision_call_for_rating_again(client, cast, under_366):
    told = {"score.general": "26", "score.tasks": "50", "tasks-assigned-count": 10}
    facts = {name: operations.EnteredFact(value, "Biên bản") for name, value in told.items()}
    for take in (operations.propose_rating, operations.decide_rating):
        take(
            obligation_id=under_366.pk,
            choice=operations.Choice("good", "", facts),
            actor=system_account(),
            at=ratings.HELD,
        )
    client.force_login(cast.ward_authority)
    address = reverse("ratings:detail", args=[under_366.pk])

    before = client.get(address).content.decode()
    Discipline.objects.create(
        member=cast.an.person.party_member,
        arose_in=cast.cell,
        kind="reprimand",
        decided_on=under_366.cycle.period_to,
        is_duty_related=True,
    )
    after = client.get(address).content.decode()

    assert "Có dữ kiện mới sau quyết định" not in before
    assert "Có dữ kiện mới sau quyết định" in after
