from tusoi.files.enums import FileState
from tusoi.files.errors import FileGone, FileNotChecked, FileQuarantined
from tusoi.files.models import StoredFile


_HELD = {
    FileState.DELETED: FileGone,
    FileState.WAITING: FileNotChecked,
    FileState.QUARANTINED: FileQuarantined,
}


def content_of(file: StoredFile) -> bytes:
    """Return what was uploaded.

    Raises:
        FileGone, FileNotChecked, FileQuarantined: it was deleted, or is held back.
    """
    refusal = _HELD.get(FileState(file.state))
    if refusal is not None:
        raise refusal(file.name)
    # Read at once: the size has a bound.
    with file.content.open("rb") as content:
        read: bytes = content.read()
    return read
