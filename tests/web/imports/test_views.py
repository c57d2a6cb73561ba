"""The pages of importing: upload, look, confirm; and what others may not see."""

import datetime as dt
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories import access, cast, people
from tests.imports import files
from tests.web.searching import find
from tusoi.access.enums import RoleKey
from tusoi.core import clock
from tusoi.imports import operations
from tusoi.imports.enums import BatchState
from tusoi.imports.models import ImportBatch
from tusoi.people.models import Person
from tusoi.people.queries import system_account


pytestmark = pytest.mark.django_db
GOOD = ("DV1", "Lê Thị Mới", "1980", "2005", "P1-1")
BAD = ("DV2", "12345", "x", "2005", "P1-1")


@pytest.fixture
def people_of():
    return cast.make()


@pytest.fixture
def board(client, people_of):
    client.force_login(people_of.board)
    return client


def send(client, content, name="ds.xlsx"):
    return client.post(
        reverse("imports:upload"), {"file": SimpleUploadedFile(name, content)}, follow=True
    )


def uploaded(client, *rows):
    send(client, files.people(*rows))
    return ImportBatch.objects.latest("pk")


def address(name, batch):
    return reverse(f"imports:{name}", args=[batch.public_id])


def test_the_upload_page_offers_the_templates(board):
    page = board.get(reverse("imports:upload"))

    assert page.status_code == 200
    assert reverse("imports:template") in page.content.decode()
    assert "Chưa nhập lần nào" in page.content.decode()


def test_from_upload_to_apply(board):
    page = send(board, files.people(GOOD))
    batch = ImportBatch.objects.get()

    assert page.redirect_chain == [(address("batch", batch), 302)]
    assert "Lê Thị Mới" in page.content.decode()
    assert not Person.objects.filter(code="DV1").exists()

    done = board.post(address("apply", batch), follow=True)

    assert Person.objects.filter(code="DV1").exists()
    assert "Đã nhập danh sách." in done.content.decode()
    history = board.get(reverse("imports:upload")).content.decode()
    assert "đã nhập" in history
    assert "ds.xlsx" in history


def test_problems_are_shown_and_can_be_downloaded(board):
    page = send(board, files.people(GOOD, BAD))
    batch = ImportBatch.objects.get()

    assert "“12345” không phải là họ tên" in page.content.decode()
    assert address("apply", batch) not in page.content.decode()
    marked = board.get(address("marked", batch))
    book = openpyxl.load_workbook(io.BytesIO(marked.content))
    assert book["Đảng viên"]["B3"].comment is not None
    listed = board.get(address("problems", batch)).content.decode("utf-8-sig")
    assert "Đảng viên,B3," in listed


@pytest.mark.parametrize("tab", ["problems", "notes", "person", "unit", "nonsense"])
def test_every_tab_opens(board, tab):
    batch = uploaded(board, GOOD, BAD)

    assert board.get(address("batch", batch), {"tab": tab}).status_code == 200


def test_rows_are_filtered_and_found_without_accents(board, people_of):
    batch = uploaded(board, GOOD, ("DV3", "Trần Văn Khác", "1980", "2005", "P1-1"))

    found = find(board, address("batch", batch), tab="person", outcome="added", q="khac")
    gone = board.get(address("batch", batch), {"tab": "person", "outcome": "gone"})

    assert "Trần Văn Khác" in found.content.decode()
    assert "Lê Thị Mới" not in found.content.decode()
    assert people_of.an.person.full_name in gone.content.decode()


def test_what_cannot_be_opened_is_said_beside_the_field(board):
    page = send(board, b"%PDF-1.7", name="ds.pdf")

    assert page.status_code == 422
    assert "Tệp là PDF" in page.content.decode()
    assert not ImportBatch.objects.exists()


def test_an_upload_without_a_file_is_refused(board):
    assert board.post(reverse("imports:upload")).status_code == 422


def test_apply_after_a_change_is_refused_with_the_reason(board):
    batch = uploaded(board, GOOD)
    people.make_person("Ai Đó", code="DV1")

    page = board.post(address("apply", batch))

    assert page.status_code == 422
    assert "Dữ liệu đã thay đổi từ lúc xem trước" in page.content.decode()


def test_discard_drops_the_upload(board):
    batch = uploaded(board, GOOD)

    board.post(address("discard", batch))

    batch.refresh_from_db()
    assert batch.state == BatchState.DISCARDED
    assert board.get(address("marked", batch)).status_code == 404


def test_the_same_file_again_has_nothing_to_write(board):
    batch = uploaded(board, GOOD)
    board.post(address("apply", batch))

    page = send(board, files.people(GOOD))

    assert "không có gì để ghi" in page.content.decode()


def test_an_upload_is_hidden_from_everybody_else(client, people_of):
    client.force_login(people_of.board)
    batch = uploaded(client, GOOD)
    other = people.account(username="other_board")
    access.grant(other, RoleKey.ORGANIZATION_BOARD, people_of.district)
    client.force_login(other)

    for name in ("batch", "marked", "problems"):
        assert client.get(address(name, batch)).status_code == 404
    for name in ("apply", "discard"):
        assert client.post(address(name, batch)).status_code == 404


@pytest.mark.parametrize("name", ["an", "binh", "cuc", "inspector", "administrator", "outsider"])
def test_without_the_permission_no_page_opens(client, people_of, name):
    client.force_login(getattr(people_of, name))

    for address_of in ("imports:upload", "imports:template"):
        assert client.get(reverse(address_of)).status_code == 403


@pytest.mark.parametrize("query", ["", "?example"])
def test_templates_are_downloaded_as_files(board, query):
    book = board.get(reverse("imports:template") + query)
    listed = board.get(reverse("imports:template-csv", args=["people"]) + query)

    assert book["Content-Disposition"].startswith("attachment")
    assert listed.content.decode("utf-8-sig").startswith("Mã cá nhân,Họ và tên")
    assert board.get(reverse("imports:template-csv", args=["other"])).status_code == 404


def test_the_preview_takes_the_same_statements_for_one_row_and_for_many(
    board, django_assert_max_num_queries
):
    few = uploaded(board, GOOD)
    many = uploaded(
        board,
        *((f"DV{n}", f"Lê Thị {'An' * n}", "1980", "2005", "P1-1") for n in range(3, 40)),
    )
    for batch in (few, many):
        with django_assert_max_num_queries(15):
            board.get(address("batch", batch), {"tab": "person"})


def test_a_preview_says_how_long_it_is_kept_and_what_became_of_it(board, people_of, settings):
    settings.TUSOI_IMPORT_KEEP_DAYS = 7
    batch = uploaded(board, GOOD)
    kept_until = clock.local_day(batch.uploaded_at) + dt.timedelta(days=7)

    waiting = board.get(address("batch", batch)).content.decode()
    operations.expire_imports(actor=system_account(), at=batch.uploaded_at + dt.timedelta(days=8))
    gone = board.get(address("batch", batch)).content.decode()

    assert f"{kept_until:%d/%m/%Y}" in waiting
    assert "hệ thống đã xóa tệp này" in " ".join(gone.split())
