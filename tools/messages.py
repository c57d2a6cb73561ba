"""Keep the English catalogue: find the Vietnamese sources, keep translations, compile.

Does what makemessages and compilemessages do, without GNU gettext. Vietnamese is the language of
the source, so a message that English lacks is an unfinished page: `--check` fails on it.
"""

import argparse
import io
import os
import re
import string
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po


ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src/tusoi"
CATALOGUE = SOURCE / "locale/en/LC_MESSAGES/django.po"
COMPILED = CATALOGUE.with_suffix(".mo")

KeywordArguments = tuple[int | tuple[int, str], ...] | None
KEYWORDS: dict[str, KeywordArguments] = {
    name + suffix: arguments
    for suffix in ("", "_lazy")
    for name, arguments in {
        "gettext": None,
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
        "npgettext": ((1, "c"), 2, 3),
    }.items()
} | {"_": None, "_t": None, "gettext_noop": None}
SHOWN = 20  # faults named one by one
COMMENT_TAGS = ("Translators:",)
HEADER = "# English words of Tự Soi; the source is Vietnamese. `make messages` keeps this file."
NOISE = re.compile(
    rb'^"(POT?-[A-Za-z-]*Date|Generated-By|Last-Translator|Report-Msgid-Bugs-To|Language-Team)'
    rb": [^\n]*\n",
    re.MULTILINE,
)
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]")


def template_source(path: Path) -> str:
    # Imported late: compiling alone must not need Django.
    from django.utils.translation.template import templatize  # noqa: PLC0415

    source = str(templatize(path.read_text("utf-8"), origin=str(path)))
    # What is left of the markup keeps its indentation, which means nothing as Python.
    return "\n".join(line.lstrip() for line in source.splitlines())


def sources() -> Iterator[tuple[Path, str]]:
    for folder, _, names in os.walk(SOURCE):
        for name in names:
            path = Path(folder) / name
            if path.suffix == ".py" and "migrations" not in path.parts:
                yield path, path.read_text("utf-8")
            elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
                yield path, template_source(path)


def found() -> Catalog:
    """Return a catalogue of everything translatable, without translations."""
    catalogue = new_catalogue()
    for path, text in sorted(sources()):
        where = path.relative_to(ROOT).as_posix()
        for _, message, comments, context in extract(
            "python", io.BytesIO(text.encode()), KEYWORDS, COMMENT_TAGS
        ):
            catalogue.add(
                message,
                locations=[(where, 0)],
                auto_comments=comments,
                context=context,
            )
    return catalogue


def new_catalogue() -> Catalog:
    return Catalog(
        locale="en",
        domain="django",
        project="tusoi",
        version="1",
        header_comment=HEADER,
        fuzzy=False,
    )


def kept() -> Catalog:
    if not CATALOGUE.exists():
        return new_catalogue()
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en", domain="django")


def translation(message: Message, old: Catalog) -> str | list[str] | tuple[str, ...]:
    earlier = old.get(message.id, message.context)
    if earlier is not None and "fuzzy" not in earlier.flags and earlier.id == message.id:
        return earlier.string
    # The singular alone, kept from when the message had no plural, is no translation of both.
    return ("", "") if isinstance(message.id, (list, tuple)) else ""


def merged() -> Catalog:
    """Return what was found, with the translations that we have."""
    old, catalogue = kept(), found()
    for message in catalogue:
        if message.id:
            message.string = translation(message, old)
    return catalogue


def written(catalogue: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_po(
        buffer, catalogue, width=99, sort_output=True, ignore_obsolete=True, include_lineno=False
    )
    # Dates change without the words having changed, and nobody is named here.
    return NOISE.sub(b"", buffer.getvalue())


def strings(message: Message) -> list[str]:
    text = message.string
    return list(text) if isinstance(text, (list, tuple)) else [str(text)]


def ids(message: Message) -> list[str]:
    return list(message.id) if isinstance(message.id, (list, tuple)) else [str(message.id)]


def faults(catalogue: Catalog) -> Iterator[str]:
    for message in catalogue:
        if not message.id:
            continue
        first = ids(message)[0]
        places = ", ".join(sorted({place for place, _ in message.locations}))
        if not all(strings(message)) or len(strings(message)) != len(ids(message)):
            yield f'"{first}" has no English ({places})'
        elif not placeholders_agree(message):
            yield f'"{first}": the placeholders of the English differ ({places})'


def names(text: str) -> set[str]:
    percent = {match[0] for match in PLACEHOLDER.finditer(text)}
    try:
        braces = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    except ValueError:
        braces = set()
    return percent | braces


def placeholders_agree(message: Message) -> bool:
    allowed = set().union(*(names(text) for text in ids(message)))
    # A singular may leave the number out; a plural may not.
    return all(names(text) <= allowed for text in strings(message)) and (
        names(strings(message)[-1]) == names(ids(message)[-1])
    )


def compile_catalogue() -> None:
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="en", domain="django")
    with COMPILED.open("wb") as file:
        write_mo(file, catalogue)


def report(lines: Iterable[str]) -> int:
    shown = list(lines)
    for line in shown[:SHOWN]:
        print(line, file=sys.stderr)
    if len(shown) > SHOWN:
        print(f"… and {len(shown) - 20} more.", file=sys.stderr)
    return int(bool(shown))


def check() -> int:
    catalogue = merged()
    lines = list(faults(catalogue))
    if not CATALOGUE.exists() or written(catalogue) != CATALOGUE.read_bytes():
        lines.append("The English catalogue is not current: run `make messages`.")
    return report(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="fail if anything is missing")
    parser.add_argument("--compile", action="store_true", help="only write the .mo file")
    options = parser.parse_args()
    if options.check:
        return check()
    if not options.compile:
        catalogue = merged()
        CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
        CATALOGUE.write_bytes(written(catalogue))
        missing = len(list(faults(catalogue)))
        print(f"{len(catalogue)} messages, {missing} without English.")
    compile_catalogue()
    return 0


if __name__ == "__main__":
    sys.exit(main())
