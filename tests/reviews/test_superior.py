"""The topmost organisation: what the body above it answered is noted with its document."""

import datetime as dt

import pytest

from tests.factories import access, cast, cycles, reviews
from tests.factories import people as persons
from tusoi.access.enums import RoleKey
from tusoi.access.errors import NotPermitted
from tusoi.audit.models import AuditEvent
from tusoi.cycles.models import Obligation
from tusoi.reviews import errors, operations
from tusoi.reviews.enums import ReviewState
from tusoi.reviews.models import SuperiorDocument


pytestmark = pytest.mark.django_db
LETTER = operations.Document("123-CV/TU", dt.date(2022, 10, 11), "Ban Thường vụ Thành ủy")


@pytest.fixture
def people():
    return cast.make()


@pytest.fixture
def writer(people):
    account = persons.account(persons.make_person("Đỗ Thị Ngà"))
    access.grant(account, RoleKey.COMMITTEE_OFFICER, people.district)
    return account


@pytest.fixture
def review(people, writer):
    cycle = cycles.cycle(people.district)
    return reviews.submitted(cycles.obligation(cycle, people.district), writer)


def accept(review, actor, document=LETTER):
    return operations.record_superior_acceptance(
        review_id=review.pk, document=document, actor=actor, at=reviews.at(12)
    )


def send_back(review, actor, reason="Bổ sung số liệu thu ngân sách"):
    return operations.record_superior_return(
        review_id=review.pk, document=LETTER, reason=reason, actor=actor, at=reviews.at(12)
    )


@pytest.mark.parametrize("name", ["board", "authority"])
def test_the_acceptance_of_the_body_above_is_noted(people, review, name):
    actor = getattr(people, name)

    accepted = accept(review, actor)

    assert (accepted.state, accepted.accepted_by) == (ReviewState.ACCEPTED, actor)
    assert Obligation.objects.get(pk=review.obligation_id).accepted_at == reviews.at(12)
    kept = SuperiorDocument.objects.get(transition__review=review)
    assert (kept.number, kept.issued_on, kept.issuer) == (
        "123-CV/TU",
        dt.date(2022, 10, 11),
        "Ban Thường vụ Thành ủy",
    )
    assert AuditEvent.objects.filter(action="reviews.accepted", actor_id=actor.pk).exists()


def test_its_return_comes_with_what_is_asked(people, review, writer):
    with pytest.raises(errors.ReasonMissing):
        send_back(review, people.board, reason=" ")

    send_back(review, people.board)

    review.refresh_from_db()
    assert review.state == ReviewState.RETURNED
    assert SuperiorDocument.objects.get().transition.note == "Bổ sung số liệu thu ngân sách"
    operations.submit_review(review_id=review.pk, actor=writer, at=reviews.at(13))


@pytest.mark.parametrize(
    ("document", "refusal"),
    [
        (operations.Document(" ", LETTER.issued_on, LETTER.issuer), errors.DocumentMissing),
        (operations.Document(LETTER.number, LETTER.issued_on, ""), errors.DocumentMissing),
        (
            operations.Document(LETTER.number, dt.date(2022, 10, 13), LETTER.issuer),
            errors.DocumentInFuture,
        ),
    ],
)
def test_no_answer_without_its_document(people, review, document, refusal):
    with pytest.raises(refusal):
        accept(review, people.board, document)

    review.refresh_from_db()
    assert review.state == ReviewState.SUBMITTED
    assert not SuperiorDocument.objects.exists()


@pytest.mark.parametrize(
    "name", ["an", "binh", "cuc", "dung", "ward_authority", "inspector", "administrator"]
)
def test_nobody_else_notes_it(people, review, name):
    with pytest.raises(NotPermitted):
        accept(review, getattr(people, name))


def test_who_wrote_it_does_not_note_its_acceptance(people, review, writer):
    with pytest.raises(NotPermitted):
        accept(review, writer)
    access.grant(writer, RoleKey.ORGANIZATION_BOARD, people.district)
    with pytest.raises(NotPermitted):
        accept(review, writer)


def test_a_review_with_somebody_above_it_is_accepted_by_them(people, review):
    cell = reviews.submitted(cycles.obligation(review.obligation.cycle, people.cell), people.binh)
    mine = reviews.submitted(reviews.obligation_of(people, review.obligation.cycle), people.an)

    for one in (cell, mine):
        with pytest.raises(NotPermitted):
            accept(one, people.board)
    with pytest.raises(NotPermitted):
        operations.accept_review(review_id=review.pk, actor=people.board, at=reviews.at(12))


def test_it_is_noted_once(people, review):
    accept(review, people.board)

    with pytest.raises(errors.StepNotAllowed):
        accept(review, people.authority)
