"""What is uploaded is known by its bytes, kept under its id, and refused with a sentence."""

import contextlib
import datetime as dt
import hashlib
import shlex
import sys

import pytest
from django.db import transaction
from django.utils import timezone

from tests.factories import people
from tests.factories.files import DOCX, JPEG, PDF
from tusoi.files import enums, errors, permissions
from tusoi.files.enums import FileState
from tusoi.files.models import StoredFile
from tusoi.files.operations import (
    ScanTally,
    delete_file,
    discard_file,
    plain_name,
    scan_file,
    scan_files,
    store_file,
    storing,
    sweep_files,
)
from tusoi.files.permissions import may_read, use_reader
from tusoi.files.queries import content_of
from tusoi.people.queries import system_account


pytestmark = pytest.mark.django_db
AT = dt.datetime(2022, 11, 30, 9, tzinfo=dt.UTC)


def _store(name, content, **fields):
    return store_file(name=name, content=content, actor=people.account(**fields), at=AT)


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("Kế hoạch 12.PDF", PDF, "application/pdf"),
        ("ảnh.jpeg", JPEG, "image/jpeg"),
        ("văn bản.docx", DOCX, "application/vnd.openxmlformats-officedocument"),
    ],
)
def test_known_kinds_are_kept_whole(name, content, media_type):
    stored = _store(name, content)

    stored.refresh_from_db()
    assert stored.media_type.startswith(media_type)
    assert stored.name == name
    with stored.content.open("rb") as kept:
        assert kept.read() == content
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert stored.size_bytes == len(content)
    assert stored.public_id in stored.content.name, "on disk it is called by its id"


@pytest.mark.parametrize(
    ("name", "content", "refusal"),
    [
        ("trống.pdf", b"", errors.FileIsEmpty),
        ("trang.html", b"<html><script>", errors.FileKindNotAccepted),
        ("giả.pdf", DOCX, errors.FileKindNotAccepted),
        ("không đuôi", PDF, errors.FileKindNotAccepted),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_everything_else_is_refused_and_not_kept(name, content, refusal):
    with pytest.raises(refusal) as caught:
        _store(name, content)

    assert name in str(caught.value)
    assert not StoredFile.objects.exists()


def test_a_file_has_a_largest_size(settings):
    settings.TUSOI_FILE_MAX_MB = 1
    large = PDF.replace(b"%%EOF", b" " * 1024 * 1024 + b"%%EOF")

    with pytest.raises(errors.FileTooLarge, match="1"):
        _store("lớn.pdf", large)


def test_an_account_uploads_only_so_many_a_day(monkeypatch):
    monkeypatch.setattr(storing, "MOST_A_DAY", 2)
    actor = people.account()

    def store(who, at):
        return store_file(name="a.pdf", content=PDF, actor=who, at=at)

    for _again in range(2):
        store(actor, AT)
    with pytest.raises(errors.TooManyToday, match="2"):
        store(actor, AT)
    store(people.account(), AT)
    for _again in range(3):
        store(system_account(), AT)
    store(actor, AT + dt.timedelta(days=1))


# -- scanning ------------------------------------------------------------------------------------


@pytest.fixture
def scanner(settings, tmp_path):
    """Set a real program as the scanner, which finds the word EVIL."""

    def use(script):
        path = tmp_path / "scan.py"
        path.write_text(script)
        settings.TUSOI_SCAN_COMMAND = f"{shlex.quote(sys.executable)} {shlex.quote(str(path))}"

    use(
        "import sys; from pathlib import Path; sys.exit(b'EVIL' in Path(sys.argv[1]).read_bytes())"
    )
    return use


EVIL = PDF.replace(b"%%EOF", b"EVIL\n%%EOF")


def _stored(callbacks, content=PDF, actor=None):
    with callbacks(execute=True):
        made = store_file(name="a.pdf", content=content, actor=actor or people.account(), at=AT)
    made.refresh_from_db()
    return made


def test_a_file_waits_until_it_was_looked_at(scanner, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as later:
        made = store_file(name="a.pdf", content=PDF, actor=people.account(), at=AT)
        assert made.state == FileState.WAITING
        with pytest.raises(errors.FileNotChecked):
            content_of(made)
    for callback in later:
        callback()

    made.refresh_from_db()
    assert (made.state, made.scanned_at) == (FileState.READY, AT)
    assert content_of(made) == PDF


def test_a_malicious_file_is_locked_away(scanner, django_capture_on_commit_callbacks):
    made = _stored(django_capture_on_commit_callbacks, EVIL)

    assert made.state == FileState.QUARANTINED
    with pytest.raises(errors.FileQuarantined):
        content_of(made)


@pytest.mark.parametrize(
    "script", ["raise SystemExit(2)", "import time; time.sleep(30)", "this is no program"]
)
def test_a_scanner_that_cannot_say_leaves_the_file_waiting(
    scanner, script, settings, django_capture_on_commit_callbacks
):
    # Python itself ends with 1 after an error, as a scanner does that found something.
    settings.TUSOI_SCAN_SECONDS = 0.3
    scanner("import sys; sys.exit(2)" if script == "this is no program" else script)

    made = _stored(django_capture_on_commit_callbacks)

    assert (made.state, made.scanned_at) == (FileState.WAITING, None)


def test_a_scanner_that_is_not_there_leaves_the_file_waiting(
    settings, django_capture_on_commit_callbacks
):
    settings.TUSOI_SCAN_COMMAND = "/no/such/scanner --quiet"

    assert _stored(django_capture_on_commit_callbacks).state == FileState.WAITING


def test_a_file_discarded_at_once_is_neither_kept_nor_looked_at(
    scanner, django_capture_on_commit_callbacks, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path / "kept"
    with django_capture_on_commit_callbacks(execute=True):
        made = store_file(name="a.pdf", content=PDF, actor=people.account(), at=AT)
        discard_file(made)

    assert not StoredFile.objects.exists()
    assert not [kept for kept in settings.MEDIA_ROOT.rglob("*") if kept.is_file()]


def test_files_that_wait_are_looked_at_later_and_all_on_demand(
    scanner, settings, django_capture_on_commit_callbacks
):
    settings.TUSOI_SCAN_COMMAND = ""
    old = _stored(django_capture_on_commit_callbacks, EVIL)
    settings.TUSOI_SCAN_COMMAND = "/no/such/scanner"
    waiting = _stored(django_capture_on_commit_callbacks)
    assert scan_files(actor=system_account(), at=AT) == ScanTally(not_known=1)
    scanner(
        "import sys; from pathlib import Path; sys.exit(b'EVIL' in Path(sys.argv[1]).read_bytes())"
    )

    assert scan_files(actor=system_account(), at=AT) == ScanTally(clean=1)
    assert scan_files(actor=system_account(), at=AT, again=True) == ScanTally(1, 1)

    old.refresh_from_db()
    waiting.refresh_from_db()
    assert (old.state, waiting.state) == (FileState.QUARANTINED, FileState.READY)
    with pytest.raises(errors.UploaderNotActive):
        scan_files(actor=people.account(), at=AT)


def test_a_person_has_only_their_own_file_looked_at(scanner, django_capture_on_commit_callbacks):
    actor = people.account()
    made = _stored(django_capture_on_commit_callbacks, actor=actor)

    assert scan_file(file_id=made.pk, actor=actor, at=AT) == FileState.READY
    with pytest.raises(errors.UploaderNotActive):
        scan_file(file_id=made.pk, actor=people.account(), at=AT)


# -- deleting ------------------------------------------------------------------------------------


def test_deleting_takes_the_bytes_and_leaves_a_trace(django_capture_on_commit_callbacks):
    actor = people.account()
    made = store_file(name="a.pdf", content=PDF, actor=actor, at=AT)
    storage, path = made.content.storage, made.content.name
    with django_capture_on_commit_callbacks(execute=True):
        delete_file(file_id=made.pk, reason=" Tải nhầm tệp ", actor=actor, at=AT)

    kept = StoredFile.objects.get(pk=made.pk)
    assert not storage.exists(path)
    assert (kept.state, kept.content.name) == (FileState.DELETED, "")
    assert (kept.deleted_at, kept.deleted_by, kept.deleted_reason) == (AT, actor, "Tải nhầm tệp")
    assert kept.sha256 == hashlib.sha256(PDF).hexdigest()
    with pytest.raises(errors.FileGone):
        content_of(kept)
    with pytest.raises(errors.FileGone):
        delete_file(file_id=made.pk, reason="Lần nữa", actor=actor, at=AT)
    assert scan_file(file_id=made.pk, actor=actor, at=AT) == FileState.DELETED


@pytest.mark.parametrize("is_active", [True, False])
def test_others_and_shut_accounts_delete_nothing(is_active):
    owner = people.account()
    made = store_file(name="a.pdf", content=PDF, actor=owner, at=AT)
    owner.is_active = is_active
    actor = people.account() if is_active else owner

    with pytest.raises(errors.NotYourFile):
        delete_file(file_id=made.pk, reason="x", actor=actor, at=AT)
    assert content_of(made) == PDF


def test_deleting_asks_for_a_reason_and_can_be_undone_with_its_transaction():
    made = store_file(name="a.pdf", content=PDF, actor=system_account(), at=AT)
    with pytest.raises(errors.ReasonMissing):
        delete_file(file_id=made.pk, reason="  ", actor=system_account(), at=AT)
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        delete_file(file_id=made.pk, reason="Nhầm", actor=system_account(), at=AT)
        raise ZeroDivisionError

    made.refresh_from_db()
    assert content_of(made) == PDF


# -- reading -------------------------------------------------------------------------------------


def test_a_room_above_says_who_reads_what_hangs_on_its_things(monkeypatch):
    monkeypatch.setattr(permissions, "_readers", {})
    owner, friend = people.account(), people.account()
    made = store_file(name="a.pdf", content=PDF, actor=owner, at=AT)
    today = AT.date()

    assert may_read(owner, made, on=today)
    assert not may_read(friend, made, on=today)

    def reads(account, file, *, on):
        return (account, file, on) == (friend, made, today)

    use_reader("room", reads)
    assert may_read(friend, made, on=today)
    friend.is_active = False
    assert not may_read(friend, made, on=today)


def test_a_shut_account_uploads_nothing():
    with pytest.raises(errors.UploaderNotActive):
        _store("a.pdf", PDF, is_active=False)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Tài liệu\\Báo cáo.pdf", "Báo cáo.pdf"),
        ("Ke\u0302\u0301 hoa\u0323ch.pdf", "Kế hoạch.pdf"),
        ('a"b\r\nc.pdf', "a'b c.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_names_are_made_plain(given, kept):
    assert plain_name(given) == kept


def test_every_extension_belongs_to_one_kind():
    every = [e for kind in enums.ACCEPTED_KINDS for e in kind.extensions]

    assert len(every) == len(set(every)) == len(enums.ACCEPTED_EXTENSIONS)


def test_bytes_left_by_an_undone_transaction_are_swept(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    kept = _store("a.pdf", PDF)
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        undone = _store("b.pdf", PDF)
        raise ZeroDivisionError
    lost = tmp_path / undone.content.name
    assert lost.exists()
    now = timezone.now()
    system = system_account()

    assert sweep_files(older_than=now - dt.timedelta(hours=1), actor=system) == 0
    assert lost.exists()
    assert sweep_files(older_than=now + dt.timedelta(hours=1), actor=system) == 1

    assert not lost.exists()
    assert (tmp_path / kept.content.name).exists()
    with pytest.raises(errors.UploaderNotActive):
        sweep_files(older_than=now, actor=people.account())


def test_there_is_nothing_to_sweep_before_the_first_upload(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"

    assert sweep_files(older_than=timezone.now(), actor=system_account()) == 0
