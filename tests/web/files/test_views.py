"""A stored document goes to those who may read what it hangs on, and to nobody else."""

import datetime as dt

import pytest
from django.urls import reverse

from tests.factories import cast, cycles
from tests.factories.files import PDF
from tusoi.cycles.enums import SubjectKind
from tusoi.files.operations import store_file
from tusoi.reviews.enums import CommentSource
from tusoi.reviews.models import ReviewComment


pytestmark = pytest.mark.django_db
AT = dt.datetime(2022, 11, 30, 9, tzinfo=dt.UTC)


def _get(client, account, file):
    client.force_login(account)
    return client.get(reverse("files:download", args=[file.public_id]))


def test_the_uploader_gets_it_as_an_attachment(client):
    world = cast.make()
    file = store_file(name="Kế hoạch.pdf", content=PDF, actor=world.board, at=AT)

    response = _get(client, world.board, file)

    assert response.status_code == 200
    assert response.content == PDF
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("who", ["an", "dung", "inspector", "administrator", "outsider"])
def test_others_do_not_find_a_file_that_hangs_on_nothing(client, who):
    world = cast.make()
    file = store_file(name="Kế hoạch.pdf", content=PDF, actor=world.board, at=AT)

    assert _get(client, getattr(world, who), file).status_code == 404


@pytest.mark.parametrize(
    ("who", "status"),
    [("an", 200), ("dung", 200), ("inspector", 200), ("administrator", 404), ("outsider", 404)],
)
def test_a_directive_is_read_by_everybody_whom_its_cycle_reaches(client, who, status):
    world = cast.make()
    cycle = cycles.cycle(world.district)
    file = store_file(name="Hướng dẫn.pdf", content=PDF, actor=world.board, at=AT)
    cycle.directive_files.add(file)

    assert _get(client, getattr(world, who), file).status_code == status


@pytest.mark.parametrize(
    ("who", "status"),
    [("an", 200), ("binh", 200), ("cuc", 200), ("dung", 404), ("administrator", 404)],
)
def test_a_comment_on_a_review_is_read_by_its_readers(client, who, status):
    world = cast.make()
    cycle = cycles.cycle(world.district)
    file = store_file(name="Nhận xét.pdf", content=PDF, actor=world.board, at=AT)
    ReviewComment.objects.create(
        obligation=cycles.obligation(cycle, world.an_person, SubjectKind.MEMBER),
        source=CommentSource.RESIDENCE,
        body="Chi ủy Khu vực 3",
        commented_on=dt.date(2022, 11, 1),
        file=file,
        attached_at=AT,
        attached_by=world.board,
    )

    assert _get(client, getattr(world, who), file).status_code == status


def test_what_is_held_back_says_so_to_those_who_may_read_it(client, settings):
    settings.TUSOI_SCAN_COMMAND = "/no/such/scanner"
    world = cast.make()
    file = store_file(name="Kế hoạch.pdf", content=PDF, actor=world.board, at=AT)

    page = _get(client, world.board, file)

    assert page.status_code == 409
    assert "đang chờ kiểm tra mã độc" in page.content.decode()
    assert _get(client, world.inspector, file).status_code == 404


def test_the_uploader_deletes_with_a_reason_and_readers_are_told(client):
    world = cast.make()
    cycle = cycles.cycle(world.district)
    file = store_file(name="Hướng dẫn.pdf", content=PDF, actor=world.board, at=AT)
    cycle.directive_files.add(file)
    address = reverse("files:delete", args=[file.public_id])
    client.force_login(world.an)
    assert client.post(address, {"reason": "x"}).status_code == 404
    client.force_login(world.board)
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": " "}).status_code == 422

    assert client.post(address, {"reason": "Ban hành lại"}).status_code == 302

    assert client.post(address, {"reason": "x"}).status_code == 410
    page = _get(client, world.an, file)
    assert page.status_code == 410
    assert "Ban hành lại" in page.content.decode()
    client.force_login(world.an)
    cycle_page = client.get(reverse("cycles:detail", args=[cycle.public_id])).content.decode()
    assert "đã xóa" in cycle_page
    other = client.get(reverse("cycles:file", args=[cycle.public_id, file.public_id]))
    assert other.status_code == 410
