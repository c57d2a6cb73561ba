"""Files beside a summons: for those summoned, in time or late, taken away with a trace."""

import datetime as dt

import pytest

from tests.factories import files, meetings
from tests.factories.meetings import NOW, PLANNED
from tusoi.access.errors import NotPermitted
from tusoi.audit.models import AuditEvent
from tusoi.files.enums import MOST_FILES, FileState
from tusoi.files.errors import FileKindNotAccepted, TooManyFiles
from tusoi.files.models import StoredFile
from tusoi.files.permissions import may_read
from tusoi.meetings import errors, operations, queries


pytestmark = [pytest.mark.django_db, pytest.mark.slow]
DAY = NOW.date()


@pytest.fixture
def scene():
    return meetings.scene(more_members=1)


@pytest.fixture
def meeting(scene):
    return meetings.plan(scene)


def add(scene, meeting, *names, actor=None, at=PLANNED, content=files.DOCX):
    return operations.add_documents(
        meeting_id=meeting.pk,
        uploads=[(one, content) for one in names],
        actor=actor or scene.binh,
        at=at,
    )


def remove(document, actor, reason="Gửi nhầm bản"):
    return operations.remove_document(document_id=document.pk, reason=reason, actor=actor, at=NOW)


def test_documents_are_for_those_summoned_and_who_holds_the_meeting(scene, meeting):
    (document,) = add(scene, meeting, "bao-cao.docx", actor=scene.teller)

    reads = {
        name: may_read(getattr(scene.people, name), document.file, on=DAY)
        for name in ("an", "binh", "cuc", "dung", "inspector", "board", "administrator")
    }

    # Cúc holds meetings of the whole ward; the inspector reads minutes but was not summoned.
    assert reads == {
        "an": True,
        "binh": True,
        "cuc": True,
        "dung": False,
        "inspector": False,
        "board": False,
        "administrator": False,
    }
    scene.people.an.is_active = False
    assert not may_read(scene.people.an, document.file, on=DAY)
    event = AuditEvent.objects.get(action="meetings.document_add")
    assert event.actor_id == scene.teller.pk


def test_a_file_of_something_else_is_none_of_a_meeting(scene, meeting):
    (document,) = add(scene, meeting, "bao-cao.docx")
    document.delete()

    assert not may_read(scene.people.an, document.file, on=DAY)


def test_what_comes_after_the_last_day_is_late(scene, meeting):
    latest = queries.notice_of(meeting).latest_on
    in_time = dt.datetime.combine(latest, NOW.timetz())
    add(scene, meeting, "som.docx", at=in_time)
    add(scene, meeting, "muon.docx", at=in_time + dt.timedelta(days=1))

    found = queries.documents_of(meeting)

    assert [(one.document.file.name, one.is_late) for one in found] == [
        ("som.docx", False),
        ("muon.docx", True),
    ]


def test_taking_away_leaves_a_line_and_takes_the_own_bytes(scene, meeting):
    own, others = add(scene, meeting, "a.docx", "b.docx")
    with pytest.raises(errors.ReasonMissing):
        remove(own, scene.binh, " ")
    with pytest.raises(NotPermitted):
        remove(own, scene.people.an)

    remove(own, scene.binh)
    remove(others, scene.teller)
    with pytest.raises(errors.DocumentRemoved):
        remove(own, scene.binh)

    own.file.refresh_from_db()
    others.file.refresh_from_db()
    assert (own.file.state, own.file.deleted_reason) == (FileState.DELETED, "Gửi nhầm bản")
    assert others.file.state == FileState.READY
    assert not may_read(scene.people.an, others.file, on=DAY)
    assert [one.document.remove_reason for one in queries.documents_of(meeting)] == [
        "Gửi nhầm bản",
        "Gửi nhầm bản",
    ]
    event = AuditEvent.objects.filter(action="meetings.document_remove").latest("pk")
    assert event.note == "Gửi nhầm bản"


def test_a_file_whose_bytes_went_before_can_still_be_taken_away(scene, meeting):
    from tusoi.files.operations import delete_file

    (document,) = add(scene, meeting, "a.docx")
    delete_file(file_id=document.file_id, reason="Sai", actor=scene.binh, at=NOW)

    assert remove(document, scene.binh).removed_by == scene.binh


def test_all_or_none_are_taken(scene, meeting):
    with pytest.raises(FileKindNotAccepted):
        operations.add_documents(
            meeting_id=meeting.pk,
            uploads=[("a.docx", files.DOCX), ("b.docx", b"MZ program")],
            actor=scene.binh,
            at=PLANNED,
        )
    with pytest.raises(TooManyFiles):
        add(scene, meeting, *["a.docx"] * (MOST_FILES + 1))
    with pytest.raises(errors.NoDocumentChosen):
        add(scene, meeting)
    with pytest.raises(NotPermitted):
        add(scene, meeting, "a.docx", actor=scene.people.an)

    assert not StoredFile.objects.exists()


def test_documents_come_until_the_meeting_is_over(scene):
    meeting = meetings.closed(scene)

    with pytest.raises(errors.DocumentsOfMeetingOver):
        add(scene, meeting, "a.docx", at=NOW)


def test_the_minutes_name_the_files_that_were_left(scene):
    meeting = meetings.under_way(scene)
    _kept, taken = add(scene, meeting, "giu.docx", "go.docx")
    remove(taken, scene.binh)

    content = queries.minutes_content(queries.current_minutes(meeting))

    assert content["documents"]["files"] == ["giu.docx"]
