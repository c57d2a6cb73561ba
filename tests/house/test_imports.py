"""The engine is arithmetic on facts: no clock, no chance, no files, nothing installed."""

import ast
import sys

import pytest

from tests.house.source import PACKAGE, python_files, shown


FORBIDDEN = {"asyncio", "io", "os", "pathlib", "random", "secrets", "shutil", "socket"}
FORBIDDEN |= {"sqlite3", "subprocess", "sys", "threading", "time", "urllib", "uuid"}
ENGINE = sorted((PACKAGE / "engine").rglob("*.py"))


def _imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""


def test_there_is_an_engine_to_look_at():
    assert len(ENGINE) > 2


@pytest.mark.parametrize("path", ENGINE, ids=shown)
def test_engine_imports_the_standard_library_alone(path):
    for name in _imported(ast.parse(path.read_text("utf-8"))):
        top = name.split(".")[0]
        assert name.startswith("tusoi.engine") or top in sys.stdlib_module_names, name
        assert top not in FORBIDDEN, name


@pytest.mark.parametrize("path", ENGINE, ids=shown)
def test_engine_asks_no_clock(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        assert not (isinstance(node, ast.Attribute) and node.attr in {"now", "today", "utcnow"})


@pytest.mark.parametrize("path", python_files(), ids=shown)
def test_no_debugging_is_left_behind(path):
    tree = ast.parse(path.read_text("utf-8"))

    assert not {"pdb", "ipdb", "pudb"} & set(_imported(tree))
    assert not [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "breakpoint"
    ]
