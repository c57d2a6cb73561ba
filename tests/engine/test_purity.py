"""The engine may import nothing but plain Python, and of that no clock, no chance, no files."""

import ast
import sys
from importlib.resources import files

import pytest


FORBIDDEN = {"os", "time", "random", "secrets", "pathlib", "socket", "subprocess"}
MODULES = [one for one in files("tusoi.engine").iterdir() if one.name.endswith(".py")]


def test_there_are_modules_to_look_at():
    assert len(MODULES) > 5


@pytest.mark.parametrize("module", MODULES, ids=lambda one: one.name)
def test_module_imports_only_plain_python(module):
    tree = ast.parse(module.read_text("utf-8"))
    names = {
        one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names
    }
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    foreign = {one for one in names if not one.startswith("tusoi.engine")}

    assert not {one.split(".")[0] for one in foreign} - set(sys.stdlib_module_names)
    assert not {one.split(".")[0] for one in foreign} & FORBIDDEN
