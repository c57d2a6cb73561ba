"""The command line: `tusoi VERB …`, each verb a management command with plain and JSON output."""

import os
import sys
from pathlib import Path
from typing import Final

from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, get_commands, load_command_class

import tusoi


# What a user types, the command behind it, and what the overview says of it.
VERBS: Final = {
    "demo": ("demo", "serve a sample (Bình Thủy 2022, its end, 2023, or a ward of 2025)"),
    "serve": ("serve", "serve the pages"),
    "booth": ("serve_booth", "serve the booth where drawn codes are used, at its own address"),
    "migrate": ("migrate_database", "create or upgrade the database"),
    "account": ("create_account", "create a sign-in, such as the first administrator"),
    "import": ("import_workbook", "import organisations and people from Excel or CSV"),
    "progress": ("progress", "print x of y per kind of subject for a unit and a day"),
    "rebuild-progress": ("rebuild_progress", "recompute the progress figures, or check them"),
    "rebuild-remedies": ("rebuild_remedies", "recompute the figures of remedies, or check them"),
    "sample": ("sample", "load the sample into an empty database, at any size"),
    "check": ("check_installation", "check settings, database and figures"),
    "rulebook": ("rulebook", "list, show, check and compare rulebooks"),
    "rate": ("rate", "say which levels a rulebook leaves open for the facts of a file, and why"),
    "quota": ("quota", "check a list of levels against the quota of a rulebook"),
    "ballots": ("ballots", "try to tell from a copy of the database who voted how"),
    "bench": ("bench", "measure speed beside a floor measured in the same run"),
    "remind": ("remind", "send everybody today's reminders in one letter"),
    "scan": ("scan", "have the scanner look at uploaded files that still wait, or at all"),
    "tidy": ("tidy", "delete undecided uploads, stray files, ended sessions, keys of old urns"),
    "backup": ("backup", "write a copy of the data to a folder"),
}
EXIT_OK, EXIT_REFUSED, EXIT_USAGE = 0, 1, 2
# What we write, the database, copies and marked lists, names people: nobody else may read it.
_PRIVATE: Final = 0o077
# Folder and clock of each sample that the demo serves; the first unless another is asked for.
_DEMOS: Final = {
    "2022": (".demo", "2022-11-30"),
    "2022-end": (".demo-2022-end", "2023-01-20"),
    "2023": (".demo-2023", "2023-11-20"),
    "2025": (".demo-2025", "2025-12-28"),
}


def run(arguments: list[str]) -> int:
    """Carry out one command line and return its exit code.

    0 when done, 1 when refused or a check found something, 2 when the words are not understood.
    """
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        return _overview()
    if arguments[0] == "--version":
        sys.stdout.write(f"tusoi {tusoi.__version__}\n")
        return EXIT_OK
    verb, *rest = arguments
    if verb not in VERBS:
        sys.stderr.write(f"tusoi: there is no command {verb!r}; `tusoi --help` lists them.\n")
        return EXIT_USAGE
    os.umask(_PRIVATE)
    if verb == "demo":
        _prepare_demo(rest)
    else:
        _keep_demo_day()
    if verb == "booth":
        _prepare_booth()
    return _refuse_in_one_sentence(verb, rest)


def _overview() -> int:
    width = max(map(len, VERBS))
    lines = ["Tự Soi: the review cycle of Party organisations.", "", "Commands:"]
    lines += [f"  tusoi {verb:<{width}}  {what}" for verb, (_, what) in VERBS.items()]
    lines += ["", "`tusoi COMMAND --help` tells more about one. Settings: docs/configuration.md."]
    sys.stdout.write("\n".join(lines) + "\n")
    return EXIT_OK


def _prepare_demo(arguments: list[str]) -> None:
    """Point the settings at the demo's folder and clock, before Django reads them."""
    usual, day = _DEMOS.get(_option(arguments, "--sample"), _DEMOS["2022"])
    folder = Path(_option(arguments, "--data") or usual).resolve()
    os.environ["TUSOI_DATA_DIR"] = str(folder)
    os.environ["TUSOI_DATABASE_URL"] = ""
    os.environ["TUSOI_DEMO"] = "true"
    os.environ["TUSOI_HTTPS"] = "false"
    os.environ.setdefault("TUSOI_CLOCK", day)


def _keep_demo_day() -> None:
    """Look at the folder of a demo by the day on which the demo serves it."""
    mark = Path(os.environ.get("TUSOI_DATA_DIR", "")) / "tusoi-demo"
    if mark.is_file():
        _usual, day = _DEMOS.get(mark.read_text(encoding="ascii").strip(), _DEMOS["2022"])
        os.environ.setdefault("TUSOI_CLOCK", day)


def _prepare_booth() -> None:
    """Let the booth, and the processes that it starts, read settings of their own."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tusoi.config.booth"


def _option(arguments: list[str], name: str) -> str:
    for place, word in enumerate(arguments):
        if word == name and place + 1 < len(arguments):
            return arguments[place + 1]
        if word.startswith(f"{name}="):
            return word.partition("=")[2]
    return ""


def _refuse_in_one_sentence(verb: str, arguments: list[str]) -> int:
    """Carry the command out; say in one sentence what no command can work without."""
    from django.db import DatabaseError, DataError, IntegrityError  # noqa: PLC0415 -- as below

    try:
        _set_up()
        return _run_command(verb, arguments)
    except ImproperlyConfigured as wrong:
        sentence = str(wrong)
    except OSError as refused:
        if refused.filename is None:
            raise
        sentence = f"{refused.filename}: {refused.strerror}."
    except DatabaseError as refused:
        # What does not fit into a column is a fault of the program, not of the installation.
        if "--traceback" in arguments or isinstance(refused, DataError | IntegrityError):
            raise
        first = str(refused).partition("\n")[0]
        sentence = (
            f"the database refused ({first}); check TUSOI_DATABASE_URL, run `tusoi migrate`."
        )
    sys.stderr.write(f"tusoi {verb}: {sentence}\n")
    return EXIT_REFUSED


def _set_up() -> None:
    import django  # noqa: PLC0415 -- reads the settings, which the demo has just changed

    django.setup()


def _run_command(verb: str, arguments: list[str]) -> int:
    name = VERBS[verb][0]
    command = load_command_class(get_commands()[name], name)
    # Else a word that is not understood would be an exception with a traceback.
    command._called_from_command_line = True  # type: ignore[attr-defined]  # noqa: SLF001 -- the only way
    parser = command.create_parser("tusoi", verb)
    options = parser.parse_args(arguments)
    values = vars(options)
    try:
        # call_command would build the words anew and stumble over those without a name.
        command.execute(*values.pop("args", ()), **values)
    except CommandError as refusal:
        sys.stderr.write(f"tusoi {verb}: {refusal}\n")
        return refusal.returncode
    except KeyboardInterrupt:
        return 130
    return EXIT_OK
