"""Commands of whoever runs an installation: each does one thing and says so in one sentence."""

import datetime as dt
import json
import os
import socket
import sqlite3
from dataclasses import replace

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from tests.factories import access, cast, people
from tests.factories.files import PDF
from tests.imports import files
from tusoi.__main__ import main
from tusoi.access.enums import RoleKey
from tusoi.access.models import RoleGrant
from tusoi.core import clock
from tusoi.files.operations import store_file
from tusoi.imports.operations import Upload, preview_import
from tusoi.jobs import cli, installing, serving
from tusoi.jobs.management.commands import (
    check_installation,
    demo,
    migrate_database,
    serve,
    serve_booth,
)
from tusoi.people.models import Account
from tusoi.people.queries import system_account
from tusoi.sample.catalogue import SAMPLES


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_checks_of_the_framework(monkeypatch):
    """The test runner puts an object where a check of Django's expects a string."""
    monkeypatch.setattr(check_installation.checks, "run_checks", list)


def test_the_overview_lists_every_command(capsys):
    assert cli.run([]) == cli.EXIT_OK

    told = capsys.readouterr().out
    assert all(f"tusoi {verb} " in told for verb in cli.VERBS)


@pytest.mark.parametrize("verb", cli.VERBS)
def test_every_command_has_help(verb, capsys, monkeypatch):
    monkeypatch.setattr(cli, "_prepare_demo", lambda _: None)
    monkeypatch.setattr(cli, "_prepare_booth", lambda: None)
    with pytest.raises(SystemExit) as left:
        cli.run([verb, "--help"])

    assert left.value.code == 0
    assert "--json" in capsys.readouterr().out


def test_exit_codes_mean_something(capsys):
    assert cli.run(["--version"]) == cli.EXIT_OK
    assert cli.run(["sing"]) == cli.EXIT_USAGE
    assert "there is no command 'sing'" in capsys.readouterr().err
    with pytest.raises(SystemExit) as left:
        cli.run(["migrate", "--sing"])
    assert left.value.code == cli.EXIT_USAGE
    assert cli.run(["account", "chi", "--unit", "none"]) == cli.EXIT_REFUSED


@pytest.mark.parametrize(
    ("refusal", "sentence"),
    [
        (ImproperlyConfigured("TUSOI_HTTPS='maybe': write true or false."), "write true or false"),
        (PermissionError(13, "Permission denied", "/srv/tusoi"), "/srv/tusoi: Permission denied."),
        (OperationalError("no such table: units_unit\nmore"), "(no such table: units_unit);"),
        (DatabaseError("file is not a database"), "(file is not a database);"),
    ],
    ids=["setting", "folder", "database", "broken"],
)
def test_what_no_command_can_work_without_is_told_in_one_line(
    monkeypatch, capsys, refusal, sentence
):
    def refuse():
        raise refusal

    monkeypatch.setattr(cli, "_set_up", refuse)

    assert cli.run(["migrate"]) == cli.EXIT_REFUSED
    told = capsys.readouterr().err
    assert told.startswith("tusoi migrate: ")
    assert sentence in told
    assert told.count("\n") == 1


def test_a_mistake_of_the_program_keeps_its_traceback(monkeypatch):
    def refuse():
        raise OSError("no file is to blame")

    monkeypatch.setattr(cli, "_set_up", refuse)

    with pytest.raises(OSError, match="no file"):
        cli.run(["migrate"])


@pytest.mark.skipif(os.name == "nt", reason="there are no permission bits to set")
def test_what_commands_write_is_private(tmp_path):
    before = os.umask(0o022)
    try:
        assert cli.run(["migrate"]) == cli.EXIT_OK
        (tmp_path / "list.csv").touch()
    finally:
        os.umask(before)

    assert (tmp_path / "list.csv").stat().st_mode & 0o077 == 0


def test_a_command_tells_the_version_of_tusoi(capsys):
    with pytest.raises(SystemExit):
        cli.run(["check", "--version"])

    assert capsys.readouterr().out.startswith("tusoi ")


def test_the_demo_leaves_other_folders_alone(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    (tmp_path / "tusoi.sqlite3").write_bytes(b"real")

    for words in ([], ["--reset"]):
        with pytest.raises(CommandError, match="not a folder of the demo"):
            call_command("demo", "--no-serve", *words)

    assert [path.name for path in tmp_path.iterdir()] == ["tusoi.sqlite3"]


def test_the_demo_begins_in_a_folder_with_nothing_but_the_key(
    on_sqlite, settings, monkeypatch, tmp_path, capsys
):
    settings.DATA_DIR = tmp_path / "new"
    settings.DATA_DIR.mkdir()
    (settings.DATA_DIR / "secret-key").touch()
    loaded = []
    stub = replace(SAMPLES["2022"], load=lambda **how: loaded.append(how))
    monkeypatch.setitem(SAMPLES, "2022", stub)
    monkeypatch.setattr(demo.connection, "close", lambda: None)

    call_command("demo", "--no-serve", "--reset")

    assert len(loaded) == 1
    assert [path.name for path in settings.DATA_DIR.iterdir()] == ["tusoi-demo"]


def test_the_demo_looks_at_the_port_before_it_loads(settings, monkeypatch, tmp_path):
    settings.DATA_DIR = tmp_path
    with pytest.raises(CommandError, match="99999"):
        call_command("demo", "--port", "99999")

    assert not list(tmp_path.iterdir())


def test_an_interrupt_is_told_from_a_refusal(monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(migrate_database, "migrate", interrupt)

    assert cli.run(["migrate"]) == 130


def test_the_demo_has_its_own_folder_and_clock(monkeypatch, tmp_path):
    environment = {}
    monkeypatch.setattr(cli.os, "environ", environment)

    for words in (["--data", str(tmp_path)], [f"--data={tmp_path}"]):
        cli._prepare_demo(words)
        assert environment["TUSOI_DATA_DIR"] == str(tmp_path)
    assert environment["TUSOI_CLOCK"] == "2022-11-30"
    cli._prepare_demo(["--data"])
    assert environment["TUSOI_DATA_DIR"].endswith(".demo")


@pytest.mark.parametrize(("sample", "day"), [("2022", "2022-11-30"), ("2025", "2025-12-28")])
def test_other_commands_keep_the_day_of_a_demo(monkeypatch, tmp_path, sample, day):
    environment = {"TUSOI_DATA_DIR": str(tmp_path)}
    monkeypatch.setattr(cli.os, "environ", environment)
    cli._keep_demo_day()
    assert "TUSOI_CLOCK" not in environment

    (tmp_path / "tusoi-demo").write_text(sample, encoding="ascii")
    cli._keep_demo_day()
    assert environment["TUSOI_CLOCK"] == day


def test_migrate_says_when_nothing_is_pending(capsys):
    call_command("migrate_database")

    assert "up to date" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_database_half_way_through_earlier_migrations_is_refused(settings, monkeypatch):
    settings.MIGRATION_MODULES = {}
    applied = {("units", "0001_initial"): None}
    monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda _: applied)

    with pytest.raises(ImproperlyConfigured, match="units"):
        installing.pending_migrations()

    applied["units", "0002_initial"] = applied["units", "0002_accented_search"] = None
    assert not [one for one in installing.pending_migrations() if one.startswith("units.")]


def test_migrate_applies_what_is_pending(monkeypatch, capsys):
    asked = []
    monkeypatch.setattr(installing, "pending_migrations", lambda: ["units.0099_more"])
    monkeypatch.setattr(installing, "call_command", lambda name, **_: asked.append(name))

    call_command("migrate_database", "--json")

    assert json.loads(capsys.readouterr().out) == {"applied": ["units.0099_more"]}
    assert asked == ["migrate"]
    assert Account.objects.get().is_system


def test_the_module_runs_as_the_command(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["tusoi", "--version"])

    with pytest.raises(SystemExit) as left:
        main()

    assert left.value.code == cli.EXIT_OK
    assert capsys.readouterr().out.strip()


def test_an_account_is_created_once_with_its_role(capsys, client):
    people = cast.make()

    call_command("create_account", "chi", "--unit", "P1", "--role", "inspector", "--json")

    told = json.loads(capsys.readouterr().out)
    assert client.login(username="chi", password=told["password"])
    grant = RoleGrant.objects.get(account__username="chi")
    assert (grant.unit, grant.role) == (people.ward, "inspector")
    with pytest.raises(CommandError, match="already"):
        call_command("create_account", "chi")


def test_an_account_needs_an_organisation():
    with pytest.raises(CommandError, match="import the organisations first"):
        call_command("create_account", "chi")
    assert not Account.objects.filter(username="chi").exists()


def test_an_account_names_the_code_or_the_name_that_is_wrong():
    cast.make()
    with pytest.raises(CommandError, match="no organisation has the code 'none'"):
        call_command("create_account", "chi", "--unit", "none")
    with pytest.raises(CommandError, match="no spaces"):
        call_command("create_account", "Chi Mai")


def test_a_weak_password_is_made_anew(monkeypatch, capsys):
    cast.make()
    made = iter(["12345678", "một mật khẩu đủ dài"])
    monkeypatch.setattr("secrets.token_urlsafe", lambda _: next(made))

    call_command("create_account", "chi")

    assert "đủ dài" in capsys.readouterr().out


def test_check_names_what_is_wrong(monkeypatch, capsys):
    monkeypatch.setattr(check_installation, "pending_migrations", lambda: ["units.0099_more"])

    with pytest.raises(CommandError, match="1 things to mend"):
        call_command("check_installation")
    assert "units.0099_more is not applied" in capsys.readouterr().out


def test_check_says_of_an_empty_database_one_sentence(monkeypatch, capsys):
    pending = ["people.0001_initial", "units.0001_initial", "units.0002_more"]
    monkeypatch.setattr(check_installation, "pending_migrations", lambda: pending)

    with pytest.raises(CommandError, match="1 things to mend"):
        call_command("check_installation")
    assert capsys.readouterr().out.strip() == "the database is empty: run `tusoi migrate`."


def test_check_of_a_sound_installation(capsys):
    cast.make()

    call_command("check_installation")

    assert "in order" in capsys.readouterr().out


def test_serving_waits_for_the_database(monkeypatch, capsys):
    asked = []
    monkeypatch.setattr(serve, "serve", lambda **how: asked.append(how))
    monkeypatch.setattr(serve, "refuse_taken_port", lambda *_: None)
    call_command("serve", "--port", "8124", "--workers", "2")
    assert asked == [{"address": "127.0.0.1", "port": 8124, "workers": 2, "threads": 4}]

    monkeypatch.setattr(serve, "pending_migrations", lambda: ["units.0099_more"])
    with pytest.raises(CommandError, match="tusoi migrate"):
        call_command("serve")
    assert len(asked) == 1
    with pytest.raises(SystemExit):
        cli.run(["serve", "--workers", "0"])
    assert "1 or more" in capsys.readouterr().err


def test_a_taken_port_is_told_in_one_sentence(monkeypatch):
    served = []
    monkeypatch.setattr(serving.Granian, "serve", lambda _: served.append(True))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(CommandError, match=f"port {port}"):
            serving.serve(address="127.0.0.1", port=port)

    serving.serve(address="127.0.0.1", port=port)
    assert served == [True]


@pytest.mark.django_db(transaction=True)
def test_a_backup_holds_the_database_and_the_files(on_sqlite, settings, tmp_path, capsys):
    cast.make()
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.mkdir()
    (settings.MEDIA_ROOT / "a.bin").write_bytes(b"a")

    with pytest.raises(CommandError, match="exists already"):
        call_command("backup", str(tmp_path))
    call_command("backup", str(tmp_path / "copy"))

    assert "Copied to" in capsys.readouterr().out
    assert (tmp_path / "copy/files/a.bin").read_bytes() == b"a"
    copy = sqlite3.connect(tmp_path / "copy/tusoi.sqlite3")
    assert copy.execute("SELECT count(*) FROM units_unit").fetchone()[0] > 0
    copy.close()


def test_a_backup_of_nothing_is_no_backup(on_sqlite, monkeypatch, tmp_path):
    monkeypatch.setattr(type(connection.introspection), "table_names", lambda _: [])

    with pytest.raises(CommandError, match="TUSOI_DATA_DIR"):
        call_command("backup", str(tmp_path / "copy"))
    assert not (tmp_path / "copy").exists()


@pytest.mark.django_db(transaction=True)
def test_a_backup_of_an_installation_without_files(on_sqlite, settings, tmp_path):
    cast.make()
    settings.MEDIA_ROOT = tmp_path / "files"

    call_command("backup", str(tmp_path / "copy"))

    assert [one.name for one in (tmp_path / "copy").iterdir()] == ["tusoi.sqlite3"]


def test_a_backup_of_postgresql_is_left_to_its_own_tools(monkeypatch, tmp_path):
    monkeypatch.setattr(connection, "vendor", "postgresql")

    with pytest.raises(CommandError, match="pg_dump"):
        call_command("backup", str(tmp_path / "copy"))
    assert not (tmp_path / "copy").exists()


def test_tidying_drops_what_is_kept_no_longer(settings, tmp_path, capsys):
    settings.MEDIA_ROOT = tmp_path
    stray = tmp_path / "2022" / "11" / "stray.bin"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"x")
    os.utime(stray, (0, 0))
    session = SessionStore()
    session["search-terms"] = {"k": "Nguyễn Văn A"}
    session.set_expiry(-1)
    session.save()
    seats = cast.make()
    batch = preview_import(
        upload=Upload(files.people(files.PERSON), "ds.xlsx"),
        actor=seats.board,
        at=clock.now() - dt.timedelta(days=settings.TUSOI_IMPORT_KEEP_DAYS, hours=1),
        on=clock.today(),
    )

    call_command("tidy", "--json")

    assert json.loads(capsys.readouterr().out) == {
        "expired_uploads": 1,
        "swept_files": 1,
        "destroyed_keys": 0,
        "waiting_files": 0,
    }
    batch.refresh_from_db()
    assert batch.content is None
    assert not stray.exists()
    assert not Session.objects.exists()


def test_check_fails_on_what_is_serious_and_names_nobody(capsys):
    seats = cast.make()
    access.grant(people.account(), RoleKey.MEMBER, seats.cell)
    call_command("check_installation", "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["ok"]
    notices = {one["id"]: one for one in told["checks"] if one["count"]}
    assert set(notices) == {"role-without-person"}
    assert notices["role-without-person"]["severity"] == "notice"

    people.member(people.make_person("Đỗ Không Nơi"))
    with pytest.raises(CommandError, match="1 things to mend"):
        call_command("check_installation", "--json")

    printed = capsys.readouterr().out
    told = json.loads(printed)
    assert not told["ok"]
    assert [one["count"] for one in told["checks"] if one["id"] == "member-without-cell"] == [1]
    assert "Đỗ Không Nơi" not in printed
    with pytest.raises(CommandError):
        call_command("check_installation")
    assert "serious: Đảng viên không thuộc chi bộ nào (1)" in capsys.readouterr().out


def test_scan_says_what_it_found(settings, capsys):
    with pytest.raises(CommandError, match="nothing to look with"):
        call_command("scan")
    settings.TUSOI_SCAN_COMMAND = "/bin/false"
    store_file(name="a.pdf", content=PDF, actor=system_account(), at=clock.now())
    with pytest.raises(CommandError, match="scanner's own log"):
        call_command("scan", "--json")
    assert json.loads(capsys.readouterr().out) == {"clean": 0, "quarantined": 1, "not_known": 0}

    store_file(name="b.pdf", content=PDF, actor=system_account(), at=clock.now())
    settings.TUSOI_SCAN_COMMAND = "/bin/true"
    call_command("scan")
    assert "1 files are clean" in capsys.readouterr().out
    settings.TUSOI_SCAN_COMMAND = "/no/such/scanner"
    store_file(name="c.pdf", content=PDF, actor=system_account(), at=clock.now())
    call_command("tidy", "--json")
    assert json.loads(capsys.readouterr().out)["waiting_files"] == 1


def test_the_booth_reads_settings_of_its_own(monkeypatch):
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tusoi.config.settings")
    monkeypatch.setattr(cli, "_refuse_in_one_sentence", lambda *_: cli.EXIT_OK)

    assert cli.run(["booth"]) == cli.EXIT_OK
    assert os.environ["DJANGO_SETTINGS_MODULE"] == "tusoi.config.booth"


def test_serving_the_booth_waits_for_the_database(monkeypatch, capsys):
    asked = []
    monkeypatch.setattr(serve_booth, "serve", lambda **how: asked.append(how))
    monkeypatch.setattr(serve_booth, "refuse_taken_port", lambda *_: None)
    call_command("serve_booth", "--port", "8125", "--json")
    assert asked == [{"address": "127.0.0.1", "port": 8125, "threads": 4}]
    assert json.loads(capsys.readouterr().out) == {"address": "http://127.0.0.1:8125/"}
    call_command("serve_booth")
    assert capsys.readouterr().out == ""

    monkeypatch.setattr(serve_booth, "pending_migrations", lambda: ["units.0099_more"])
    with pytest.raises(CommandError, match="tusoi migrate"):
        call_command("serve_booth")


@pytest.mark.parametrize("named", ["", "https://phieu.example"], ids=["here", "elsewhere"])
def test_the_booth_is_started_and_ended_with_the_pages(monkeypatch, capsys, named):
    """Its origin has another host name than the pages, as cookies go by the host name."""
    steps = []

    class Booth:
        def __init__(self, words):
            steps.append(words[1:])

        def terminate(self):
            steps.append("ended")

        def wait(self, **_how):
            steps.append("gone")

    # Set first, so that what the command sets is taken back after the test.
    monkeypatch.setattr(settings, "TUSOI_BOOTH_ORIGIN", named)
    monkeypatch.setenv(serving.BOOTH_ORIGIN, named)
    if not named:
        monkeypatch.delenv(serving.BOOTH_ORIGIN)
    monkeypatch.setattr(serving.subprocess, "Popen", Booth)
    monkeypatch.setattr(serve, "serve", lambda **_: steps.append("served"))
    monkeypatch.setattr(serve, "refuse_taken_port", lambda *_: None)
    call_command("serve", "--port", "8124", "--booth-port", "8125")

    words = ["-m", "tusoi", "booth", "--address", "127.0.0.1", "--port", "8125", "--threads", "4"]
    assert steps == [words, "served", "ended", "gone"]
    origin = named or "http://localhost:8125"
    # Processes that are spawned read the one, those that are forked have the other.
    assert os.environ[serving.BOOTH_ORIGIN] == settings.TUSOI_BOOTH_ORIGIN == origin
    assert f"for voters {origin}/" in capsys.readouterr().out


def test_the_booth_is_where_the_pages_are_on_any_other_address():
    assert serving.local_origin("192.168.1.5", 8125) == "http://192.168.1.5:8125"
