"""Locked dependencies name packages and hashes; where they come from is the installer's choice."""

import json
import re
import tomllib

import pytest

from tests.house.source import ROOT


LOCKED = sorted((ROOT / "requirements").glob("*.txt"))
PIN = re.compile(r"^([a-z0-9][\w.-]*)(?:\[[\w,-]+\])?==", re.MULTILINE)


@pytest.mark.parametrize("path", LOCKED, ids=lambda path: path.name)
def test_locked_file_has_no_address_and_all_hashes(path):
    text = path.read_text("utf-8")
    pins = PIN.findall(text)
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]

    assert pins
    assert len(pins) == len(blocks)
    assert all("--hash=sha256:" in block for block in blocks)
    for word in ("://", "--index", "--extra-index", "--find-links", "--trusted-host", " @ "):
        assert word not in text


def _normal(name):
    return re.sub(r"[-_.]+", "-", re.split(r"[\s\[<>=!~;]", name)[0]).lower()


def test_every_declared_dependency_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = {_normal(name) for name in project["dependencies"]}
    for names in project["optional-dependencies"].values():
        declared |= {_normal(name) for name in names}
    text = (ROOT / "requirements/runtime.txt").read_text("utf-8")
    locked = {_normal(name) for name in PIN.findall(text)}

    assert declared - locked == set(), "run `make lock`"


def test_front_end_lock_is_exact_and_has_no_address():
    package = json.loads((ROOT / "package.json").read_text("utf-8"))
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))

    for version in [*package["dependencies"].values(), *package["devDependencies"].values()]:
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    for path, entry in lock["packages"].items():
        assert "resolved" not in entry
        assert not path or entry["integrity"].startswith("sha512-")


def test_a_package_is_pinned_with_the_extras_that_others_ask_of_it():
    """pip before 23.3 takes "name[extra]" for unpinned where only "name" is pinned."""
    text = (ROOT / "requirements/dev.txt").read_text("utf-8")

    assert re.search(r"^coverage\[toml\]==", text, re.MULTILINE)
