"""What an operator or a contributor looks up is written down, and what is written down exists."""

import re
import subprocess

from tests.house.source import PACKAGE, ROOT, python_files
from tusoi.access.enums import Permission, RoleKey


VARIABLE = re.compile(r"""["'](TUSOI_[A-Z_]+)["']""")


def test_every_setting_is_documented():
    read = {
        name
        for path in python_files()
        for name in VARIABLE.findall(path.read_text("utf-8"))
        if PACKAGE / "sample" not in path.parents
    }
    documented = set(
        re.findall(r"`(TUSOI_[A-Z_]+)`", (ROOT / "docs/configuration.md").read_text("utf-8"))
    )

    assert read == documented


def test_every_permission_and_role_is_documented():
    page = (ROOT / "docs/permissions.md").read_text("utf-8")

    for name in [*Permission, *RoleKey]:
        assert f"`{name.value}`" in page, "run `make docs`"


def test_every_command_of_make_says_what_it_does():
    listed = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.*?)\n\n", makefile, re.DOTALL | re.MULTILINE)[1]

    for target in phony.replace("\\", " ").split():
        assert re.search(rf"^  make {target} ", listed, re.MULTILINE), target
