"""Beside the level that an author proposes stands what the regulation asks for it."""

import re

import pytest
from django.urls import reverse

from tests.factories import cast, cycles, reviews
from tusoi.cycles.models import Obligation
from tusoi.engine import Truth
from tusoi.reviews import operations, queries
from tusoi.reviews.enums import ReviewState
from tusoi.reviews.operations import TextEdit


pytestmark = pytest.mark.slow
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture(autouse=True)
def _in_november(settings):
    settings.TUSOI_CLOCK = "2022-11-10"


@pytest.fixture
def people(db):
    return cast.make()


def begun(people, edition):
    cycle = cycles.cycle(people.district, rulebook_identity=edition)
    return reviews.started(reviews.obligation_of(people, cycle), people.an)


def proposed(review, actor, level, *, points=(), grades=None):
    edits = [
        TextEdit(name, text)
        for name, text in zip(("score-general", "score-tasks"), points, strict=False)
    ]
    operations.save_draft(
        review_id=review.pk,
        draft=operations.Draft(answers=edits, grades=grades or {}, level=level),
        actor=actor,
        at=reviews.at(hour=10),
    )
    review.refresh_from_db()
    return queries.level_conditions(queries.content_of(review))


def truths(conditions):
    return {one.title: one.truth for one in conditions.required}


def test_points_on_the_form_meet_or_miss_a_condition_and_the_rest_waits(people):
    review = begun(people, "366-2025")

    met = proposed(review, people.an, "excellent", points=("28", "64,5"))

    assert truths(met)["Từ 90 điểm trở lên"] is Truth.HOLDS
    exceeded = next(one for one in met.required if "30%" in one.title)
    assert exceeded.truth is Truth.UNDECIDED
    assert exceeded.waits_for
    assert any("366-QĐ/TW" in cite for cite in exceeded.citations)
    assert (met.holding, met.failing) == (1, 0)
    assert met.waiting == len(met.required) - 1
    # What would rule the level out is not known from the form, and not told.
    assert {one.truth for one in met.against} == {Truth.UNDECIDED}


def test_points_below_the_band_fail(people):
    review = begun(people, "366-2025")

    missed = proposed(review, people.an, "excellent", points=("25", "60"))

    assert truths(missed)["Từ 90 điểm trở lên"] is Truth.FAILS
    assert missed.failing == 1


def test_points_that_cannot_be_weigh_nothing(people):
    review = begun(people, "366-2025")

    found = proposed(review, people.an, "good", points=("31", "60"))

    assert Truth.HOLDS not in truths(found).values()
    assert Truth.FAILS not in truths(found).values()


def test_grades_on_the_form_are_weighed(people):
    review = begun(people, "132-2018")
    form = queries.form_of(review.obligation)
    every = [one.criterion for one in form.questions if one.criterion]
    worst = review.obligation.cycle.rulebook_copy.snapshot["grades"][-1]["id"]

    met = proposed(review, people.an, "excellent", grades=dict.fromkeys(every, "excellent"))
    missed = proposed(review, people.an, "excellent", grades=dict.fromkeys(every, worst))

    assert met.holding > 0
    assert met.failing == 0
    assert missed.failing > 0


def test_nothing_is_weighed_without_a_level_or_for_whom_nobody_rates(people):
    review = begun(people, "366-2025")
    assert queries.level_conditions(queries.content_of(review)) is None
    assert proposed(review, people.an, "unsatisfactory").required == ()

    Obligation.objects.filter(pk=review.obligation_id).update(is_rateable=False)
    review.obligation.refresh_from_db()
    assert queries.level_conditions(queries.content_of(review)) is None


def test_the_writing_page_shows_the_conditions_and_an_autosave_renews_them(client, people):
    review = begun(people, "366-2025")
    address = reverse("reviews:write", args=[review.public_id])
    client.force_login(people.an)

    before = client.get(address).content.decode()
    answer = client.post(
        address, {"level": "excellent", "a-score-general": "20", "a-score-tasks": "60"}, **JSON
    ).json()
    page = client.get(address).content.decode()

    assert "Điều kiện của mức" not in before
    for shown in (answer["conditions"], page):
        words = " ".join(re.sub(r"<[^>]+>", " ", shown).split())
        assert "Từ 90 điểm trở lên" in words
        assert "Chưa đạt" in words
        assert "Quy định 366-QĐ/TW" in words
        assert "Tổng điểm: 80" in words


def test_a_failed_condition_keeps_nobody_from_handing_in(people):
    review = begun(people, "366-2025")
    # Twice 25 points and "good", which asks for 70.
    reviews.filled(review, people.an)
    conditions = queries.level_conditions(queries.content_of(review))
    assert conditions is not None
    assert conditions.failing > 0

    operations.submit_review(review_id=review.pk, actor=people.an, at=reviews.at(hour=11))

    review.refresh_from_db()
    assert review.state == ReviewState.SUBMITTED
