"""Conventions that every model keeps; each test finds the models itself."""

import pytest
from django.contrib.auth.models import AbstractUser
from django.db import connection, models
from django.utils.functional import Promise

from tests.house.source import our_models, own_fields
from tusoi.core.models import Privacy


# Parts of a whole: they have no meaning, and nobody looks for them, once the whole is gone.
PARTS = {
    "ballots.PollQuestion.poll",
    "ballots.PollRoster.poll",
    "ballots.Tally.poll",
    "ballots.Urn.poll",
    "ballots.UrnKey.poll",
    "cycles.CycleClosure.cycle",
    "cycles.CycleStage.cycle",
    "cycles.CycleUnit.cycle",
    "cycles.EarlierPlace.obligation",
    "cycles.ExcusedSubject.cycle",
    "cycles.ObligationFact.obligation",
    "cycles.ProgressDay.cycle",
    "cycles.ProgressRollup.cycle",
    "imports.ImportRemark.batch",
    "imports.ImportRow.batch",
    "meetings.AgendaItem.meeting",
    "meetings.Attendance.meeting",
    "meetings.MinutesRequest.minutes",
    "meetings.MinutesSignature.minutes",
    "meetings.MinutesText.minutes",
    "meetings.MinutesTextVersion.minutes_text",
    "meetings.Remark.item",
    "meetings.RemarkAnswer.item",
    "meetings.RemarkAnswer.remark",
    "meetings.RequestedCorrection.item",
    "ratings.RatingRecord.rating",
    "remediation.ActionLink.action",
    "remediation.ActionLink.shortcoming",
    "remediation.ActionStep.action",
    "remediation.ActionVersion.action",
    "remediation.CarriedShortcoming.earlier",
    "remediation.OwnerChange.action",
    "remediation.PlanGap.action",
    "remediation.PlanGap.plan",
    "remediation.PlanGap.shortcoming",
    "remediation.PlanTransition.plan",
    "remediation.PlanVersion.plan",
    "remediation.ProgressNote.action",
    "remediation.RemedyDay.cycle",
    "remediation.RemedyDue.cycle",
    "remediation.RemedyRollup.cycle",
    "remediation.ShortcomingTransition.shortcoming",
    "reviews.AnswerVersion.answer",
    "reviews.CriterionGrade.review",
    "reviews.DisciplineNote.review",
    "reviews.Initiative.review",
    "reviews.PromptResponse.review",
    "reviews.ProposedRemedy.review",
    "reviews.ReviewAnswer.review",
    "reviews.EarlierShortcoming.review",
    "reviews.ReviewTransition.review",
    "reviews.RowVersion.review",
    "reviews.Shortcoming.review",
    "reviews.Strength.review",
    "reviews.SuperiorDocument.transition",
    "reviews.Target.review",
    "units.UnitClosure.ancestor",
    "units.UnitClosure.descendant",
}

# Pointers that may be forgotten: the text that holds them still says what it said.
POINTERS = {
    "remediation.FollowedShortcoming.target",
    "remediation.FollowedShortcoming.told",
    "reviews.EarlierShortcoming.origin",
    "reviews.ProposedRemedy.shortcoming",
    "reviews.Shortcoming.target",
}

# Pairs of one moment and one person that may part, each with its reason.
UNPAIRED: dict[str, str] = {}

models_under_test = pytest.mark.parametrize(
    "model", our_models(), ids=lambda model: model._meta.label
)


def test_there_are_models_to_look_at():
    assert len(our_models()) > 20


@models_under_test
def test_foreign_keys_protect_unless_part_of_a_whole(model):
    for field in model._meta.fields:
        if field.remote_field is None:
            continue
        name = f"{model._meta.label}.{field.name}"
        kind = field.remote_field.on_delete.__name__
        expected = "CASCADE" if name in PARTS else "SET_NULL" if name in POINTERS else "PROTECT"
        assert kind == expected, name


def test_every_listed_exception_exists():
    names = {
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        for field in model._meta.fields
    }

    assert names >= PARTS | POINTERS


@models_under_test
def test_every_field_is_classified_once(model):
    privacy = getattr(model, "privacy", None)
    assert isinstance(privacy, Privacy), f"{model._meta.label} says nothing of privacy"

    said = f"{privacy.public} {privacy.personal} {privacy.secret}".split()
    assert sorted(said) == sorted(field.name for field in own_fields(model))


def _comes_from_django(field):
    inherited = {
        part.name for part in [*AbstractUser._meta.fields, *AbstractUser._meta.many_to_many]
    }
    return field.model._meta.label == "people.Account" and field.name in inherited


@models_under_test
def test_labels_are_lower_case_and_translatable(model):
    labels = [model._meta.verbose_name, model._meta.verbose_name_plural]
    labels += [
        field.verbose_name
        for field in own_fields(model)
        if field.name != "id" and not _comes_from_django(field)
    ]

    for label in labels:
        first = str(label).split()[0]
        # An abbreviation such as CCCD keeps its capitals.
        assert first[0].islower() or first.isupper(), label
    assert isinstance(model._meta.verbose_name, Promise), "verbose_name is not translatable"


def _moments(model):
    names = {field.name for field in model._meta.fields}
    return sorted(
        name.removesuffix("_at")
        for name in names
        if name.endswith("_at") and f"{name.removesuffix('_at')}_by" in names
    )


PAIRS = [(model, stem) for model in our_models() for stem in _moments(model)]


def test_there_are_pairs_to_look_at():
    assert len(PAIRS) > 10


@pytest.mark.parametrize(
    ("model", "stem"), PAIRS, ids=[f"{model._meta.label}.{stem}" for model, stem in PAIRS]
)
def test_a_moment_and_its_person_come_together(model, stem):
    if f"{model._meta.label}.{stem}" in UNPAIRED:
        return
    moment = model._meta.get_field(f"{stem}_at")
    person = model._meta.get_field(f"{stem}_by")
    if not moment.null and not person.null:
        return
    bound = [
        constraint
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint)
        and {f"{stem}_at", f"{stem}_by"} <= _names(constraint.condition)
    ]
    assert bound, f"{model._meta.label}: nothing binds {stem}_at to {stem}_by"


def _names(condition):
    found = set()
    for child in condition.children:
        if isinstance(child, models.Q):
            found |= _names(child)
        elif isinstance(child, tuple):
            found.add(child[0].split("__")[0])
    return found


def test_no_model_of_ballots_leads_from_a_paper_to_a_person():
    """Only those who work the ballot are named, on the rounds and the totals they entered."""
    for model in our_models():
        if model._meta.app_label != "ballots":
            continue
        people = [
            field.name
            for field in model._meta.fields
            if field.remote_field and field.remote_field.model._meta.app_label == "people"
        ]
        assert all(name.endswith("_by") or name == "teller" for name in people), people
        # Ballots are in no row that names somebody, officers included.
        if any(field.name == "sealed" for field in model._meta.fields):
            assert people == [], model


@pytest.mark.django_db
def test_every_model_has_its_table():
    tables = set(connection.introspection.table_names())

    assert {model._meta.db_table for model in our_models()} <= tables
