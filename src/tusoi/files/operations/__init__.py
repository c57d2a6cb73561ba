from tusoi.files.operations.content import check_content, check_number, plain_name
from tusoi.files.operations.deleting import delete_file
from tusoi.files.operations.scanning import ScanTally, scan_file, scan_files
from tusoi.files.operations.storing import (
    all_or_no_files,
    discard_file,
    store_file,
    sweep_files,
)


__all__ = [
    "ScanTally",
    "all_or_no_files",
    "check_content",
    "check_number",
    "delete_file",
    "discard_file",
    "plain_name",
    "scan_file",
    "scan_files",
    "store_file",
    "sweep_files",
]
