"""Conventions that every template keeps."""

import re

import pytest
from django.conf import settings
from django.template import engines
from django.template.base import Lexer, TokenType
from django.urls import URLResolver, get_resolver

from tests.house.source import PACKAGE, ROOT, TEMPLATES, python_files, shown, templates


# Named by packages that we install, or by Django itself.
NAMED_ELSEWHERE = re.compile(r"^(\d{3}(_csrf)?\.html|(account|mfa|allauth|usersessions)/)")
TAG = re.compile(r"<[a-zA-Z][^>]*>", re.DOTALL)
NAMES = re.compile(r"""["']([\w/.-]+\.html)(?:#[\w-]+)?["']""")
ICON = re.compile(r"""(?:icons\.svg['"]?\s*%}\#|\{%\s*icon\s+['"])([a-z0-9-]+)""")

ADDRESS = re.compile(
    r"""(?:{%\s*url\s+|\b(?:reverse|redirect|reverse_lazy)\(\s*)["']([\w:-]+)["']"""
)

every_template = pytest.mark.parametrize("path", templates(), ids=shown)


def _without_comments(text):
    text = re.sub(r"{#.*?#}", "", text)
    return re.sub(r"{% comment %}.*?{% endcomment %}", "", text, flags=re.DOTALL)


def _source(path):
    return _without_comments(path.read_text("utf-8"))


@every_template
def test_compiles(path):
    engines["django"].get_template(path.relative_to(TEMPLATES).as_posix())


@every_template
def test_has_no_inline_script_style_or_handler(path):
    source = _source(path)

    assert not re.search(r"<style\b", source)
    for script in re.findall(r"<script\b[^>]*>", source):
        assert "src=" in script, script
    for tag in TAG.findall(re.sub(r"{[{%].*?[}%]}", "", source)):
        assert not re.search(r"""\s(on[a-z]+|style|hx-on[\w:-]*)\s*=""", tag, re.IGNORECASE), tag
        assert "javascript:" not in tag, tag


@every_template
def test_loads_nothing_from_elsewhere(path):
    for tag in TAG.findall(_source(path)):
        if not tag.startswith("<a "):
            assert not re.search(r"""(src|href|action|data|poster)\s*=\s*["'](https?:)?//""", tag)


@every_template
def test_uses_every_library_that_it_loads(path):
    source = _source(path)
    tokens = Lexer(source).tokenize()
    used = {token.contents.split()[0] for token in tokens if token.token_type == TokenType.BLOCK}
    filters = set(re.findall(r"\|\s*(\w+)", source))
    for token in tokens:
        words = token.contents.split()
        if token.token_type != TokenType.BLOCK or words[0] != "load" or "from" in words:
            continue
        for name in words[1:]:
            library = engines["django"].engine.libraries[name]
            module = __import__(library, fromlist=["register"])
            offered = set(module.register.tags) | set(module.register.filters)
            assert offered & (used | filters), f"{name} is loaded for nothing"


def test_every_template_is_used():
    sources = [*map(_source, templates())]
    sources += [path.read_text("utf-8") for path in python_files()]
    named = {name for source in sources for name in NAMES.findall(source)}

    unused = [
        name
        for path in templates()
        if (name := path.relative_to(TEMPLATES).as_posix()) not in named
        and not NAMED_ELSEWHERE.match(name)
    ]

    assert unused == []


def test_every_icon_is_in_the_sprite():
    lines = (ROOT / "tools/icons.txt").read_text("utf-8").splitlines()
    offered = {
        f"{line.removeprefix('filled/')}-filled" if line.startswith("filled/") else line
        for line in lines
        if line and not line.startswith("#")
    }
    used = {
        (icon, shown(path))
        for path in [*templates(), *python_files()]
        for icon in ICON.findall(path.read_text("utf-8"))
    }

    assert [(icon, where) for icon, where in sorted(used) if icon not in offered] == []


def _names(resolver, prefix=""):
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from _names(pattern, inner)
        elif pattern.name:
            yield f"{prefix}{pattern.name}"


def test_every_address_that_is_named_exists():
    known = set(_names(get_resolver()))
    named = {
        (name, shown(path))
        for path in [*templates(), *python_files()]
        for name in ADDRESS.findall(path.read_text("utf-8"))
    }

    assert len(named) > 20
    assert [(name, where) for name, where in sorted(named) if name not in known] == []


def test_our_scripts_and_styles_load_nothing_from_elsewhere():
    static = PACKAGE / "web/static"
    ours = [
        path
        for path in static.rglob("*")
        if path.suffix in {".css", ".js"} and "vendor" not in path.relative_to(static).parts
    ]
    for path in ours:
        assert not re.search(
            r"""(url\(|import\s|fetch\()\s*["']?(https?:)?//""", path.read_text("utf-8")
        ), shown(path)


def test_policy_allows_nothing_but_ourselves():
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]

    assert directives["default-src"] == ["'self'"]
    for name, sources in directives.items():
        assert set(sources) <= {"'self'", "'none'", "data:"}, name
    assert "data:" not in directives["script-src"] + directives["style-src"]
    assert {"object-src", "base-uri", "frame-ancestors", "form-action"} <= set(directives)


# A search whose words stay in the address, each with what it looks through.
FIND_NO_PEOPLE = {
    "access/account_detail.html": "organisations",
    "cycles/unit_progress.html": "organisations",
    "meetings/meeting_list.html": "organisations",
    "meetings/plan_choose.html": "organisations",
    "reports/targets.html": "targets",
    "reviews/initiative_list.html": "models and initiatives",
    "units/unit_search.html": "organisations",
    "units/unit_tree.html": "organisations",
}


def test_a_name_that_is_looked_for_never_stands_in_an_address():
    in_addresses = set()
    for path in templates():
        forms = re.findall(r"<form\b.*?</form>", _source(path), re.DOTALL)
        included = re.findall(r"{% include .components/search.html.*?%}", _source(path))
        if any('method="get"' in form and "search" in form for form in forms) or any(
            "finds_people" not in one for one in included
        ):
            in_addresses.add(path.relative_to(TEMPLATES).as_posix())

    assert in_addresses - {"components/search.html"} == FIND_NO_PEOPLE.keys()
