"""`tusoi import`: for people a summary, for programs JSON, and an exit code that says which."""

import json

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from tests.factories import cast
from tests.imports import files
from tusoi.audit.models import AuditEvent
from tusoi.imports.template import template_workbook
from tusoi.jobs import cli
from tusoi.jobs.management.commands import import_workbook
from tusoi.people.models import Person
from tusoi.units.models import Unit


pytestmark = pytest.mark.django_db


@pytest.fixture
def listed(tmp_path):
    def write(content, name="ds.xlsx"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


def run(capsys, *arguments):
    call_command("import_workbook", *map(str, arguments))
    return capsys.readouterr().out


def test_the_example_sets_up_an_empty_database(listed, capsys):
    told = run(capsys, listed(template_workbook(with_example=True)))

    assert Unit.objects.count() == 4
    assert Person.objects.count() == 2
    assert "added 4" in told
    assert told.rstrip().endswith("Written.")
    assert AuditEvent.objects.filter(action="imports.apply").count() == 1


def test_a_dry_run_writes_nothing(listed, capsys):
    told = run(capsys, listed(template_workbook(with_example=True)), "--dry-run")

    assert not Unit.objects.exists()
    assert "dry run" in told


def test_json_for_programs(listed, capsys):
    path = listed(template_workbook(with_example=True))
    run(capsys, path)

    told = json.loads(run(capsys, path, "--json"))

    assert told["state"] == "applied"
    assert told["counts"]["people"] == {"added": 0, "changed": 0, "unchanged": 2, "gone": 0}
    assert told["problems"] == []


def test_the_installed_command_takes_the_file_as_its_first_word(listed, capsys):
    path = listed(template_workbook(with_example=True))

    assert cli.run(["import", str(path), "--dry-run"]) == cli.EXIT_OK
    assert cli.run(["import", "khong-co.xlsx"]) == cli.EXIT_REFUSED
    assert "No such file" in capsys.readouterr().err


def test_problems_are_printed_marked_and_refused(listed, capsys, tmp_path):
    path = listed(files.people(("DV1", "12345", "1980", "2005", "CB01")))

    with pytest.raises(CommandError, match="nothing was written") as refused:
        run(capsys, path, "--json", "--marked", tmp_path / "marked.xlsx")

    assert refused.value.returncode == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["state"], told["problems"][0]["row"], told["problems"][0]["column"]) == (
        "refused",
        2,
        "B",
    )
    book = openpyxl.load_workbook(tmp_path / "marked.xlsx")
    assert book["Đảng viên"]["B2"].comment is not None
    assert not Person.objects.exists()


def test_many_problems_are_counted_not_listed(listed, capsys, monkeypatch):
    monkeypatch.setattr(import_workbook, "_SHOWN", 1)
    path = listed(files.people(*((f"DV{n}", "12345", "1980", "2005", "CB01") for n in range(3))))

    with pytest.raises(CommandError, match="nothing was written"):
        run(capsys, path)

    first, more = capsys.readouterr().out.splitlines()
    assert "12345" in first
    assert more.startswith("… and ")


def test_an_account_imports_within_its_own_rights(listed, capsys):
    cast.make()
    path = listed(files.people(("DV1", "Lê Thị Mới", "1980", "2005", "P1-1")))

    with pytest.raises(CommandError, match="không được giao quyền"):
        run(capsys, path, "--as", "an")
    run(capsys, path, "--as", "board")

    assert Person.objects.filter(code="DV1").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["missing.xlsx"], "No such file"),
        ([__file__, "--as", "nobody"], "no active account"),
        ([__file__], "Không tìm thấy hàng tiêu đề|không phải là bảng tính|problems"),
    ],
)
def test_what_is_missing_is_said_in_one_line(arguments, sentence, capsys):
    with pytest.raises(CommandError, match=sentence):
        run(capsys, *arguments)


def test_a_terminal_sees_bars_and_programs_see_none(listed, capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    path = listed(template_workbook(with_example=True))

    call_command("import_workbook", str(path), "--dry-run")
    drawn = capsys.readouterr().err
    call_command("import_workbook", str(path), "--json")
    silent = capsys.readouterr().err

    assert "comparing" in drawn
    assert silent == ""
