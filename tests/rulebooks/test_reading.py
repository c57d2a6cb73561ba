"""Files that nobody writes by mistake are refused with a sentence, like those with one."""

import pytest

from tusoi.rulebooks.errors import RulebookInvalid
from tusoi.rulebooks.reading import read, read_file


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "a: &a [x]\nb: *a\n",
        "a: &a [*a]\n",
        "a: " + "9" * 5_000,
        "a: \0",
        "a: \x01",
        "a: !!timestamp abc",
        "a: !!int abc",
        "a: !!python/object/apply:os.system [ls]",
        "- 1",
        "5",
        "a: 1\n---\nb: 1\n",
    ],
    ids=[
        "deep",
        "alias",
        "endless",
        "long-number",
        "nul",
        "control",
        "timestamp",
        "int",
        "python",
        "list",
        "scalar",
        "two",
    ],
)
def test_what_is_no_plain_file_is_refused(text):
    with pytest.raises(RulebookInvalid, match=r"x\.yaml"):
        read(text, "x.yaml")


def test_bytes_that_are_no_text_are_refused(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_bytes(b"a: \xe9")

    with pytest.raises(RulebookInvalid, match="UTF-8"):
        read_file(path, "x.yaml")
