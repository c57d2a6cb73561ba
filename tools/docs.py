"""Write the pages of docs/ that follow from the code; `--check` says whether they are current."""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from django.utils import translation


ROOT = Path(__file__).resolve().parent.parent
NOTE = "<!-- Written by `make docs`; change the code, not this page. -->"


def permissions_page() -> Iterator[str]:
    """Yield docs/permissions.md: who may do what, as the roles of the code say."""
    from tusoi.access.enums import Permission  # noqa: PLC0415 -- needs Django set up
    from tusoi.access.roles import ROLES  # noqa: PLC0415

    yield from (
        "# Roles and permissions",
        "",
        NOTE,
        "",
        "A role is given to an account over one node of the tree, from a day and until a day;",
        "it holds there and in everything below. What a person may do with their own review comes",
        "from being that person, not from a role. Whatever is not listed is refused.",
        "",
        "| role | in Vietnamese | what for |",
        "|---|---|---|",
    )
    for role in ROLES.values():
        yield f"| `{role.key.value}` | {role.key.label} | {role.description} |"
    yield from ("", "| permission | " + " | ".join(f"`{key.value}`" for key in ROLES) + " |")
    yield "|---|" + ":-:|" * len(ROLES)
    for permission in Permission:
        marks = ["✓" if permission in role.permissions else "" for role in ROLES.values()]
        yield f"| `{permission.value}` | " + " | ".join(marks) + " |"


PAGES = {"docs/permissions.md": permissions_page}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="fail if a page is not current")
    check = parser.parse_args().check
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tusoi.config.settings")
    django.setup()
    stale = False
    with translation.override("vi"):
        for name, page in PAGES.items():
            path, text = ROOT / name, "\n".join(page()) + "\n"
            if not check:
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, "utf-8")
            elif not path.exists() or path.read_text("utf-8") != text:
                print(f"{name} is not current: run `make docs`.", file=sys.stderr)
                stale = True
    return int(stale)


if __name__ == "__main__":
    sys.exit(main())
