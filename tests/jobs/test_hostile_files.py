"""Files made to harm end with a sentence, never with a traceback."""

import pytest

from tusoi.imports.errors import UnreadableFile
from tusoi.imports.reading.separated import read_separated
from tusoi.jobs.checking.subjects import SubjectsRefused, read_subjects


ONE = '{"name": "A", "facts": {"x": %s}}'


@pytest.mark.parametrize(
    "text",
    ["[" * 200_000, ONE % ("9" * 5_000), ONE % "1e999999999", '{"facts": {}, "lifted": 5}'],
    ids=["deep", "long", "power", "lifted"],
)
def test_json_without_measure_is_refused(text):
    with pytest.raises(SubjectsRefused):
        read_subjects(text.encode(), subject_class="member")


def test_a_quotation_mark_without_end_is_refused():
    with pytest.raises(UnreadableFile):
        read_separated(b'"' + b"x" * 200_000, name="a.csv")
