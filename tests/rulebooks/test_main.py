import shutil
from importlib.resources import files

from tusoi.rulebooks.__main__ import main
from tusoi.rulebooks.library import load


def test_the_library_is_in_order(capsys):
    assert main([]) == 0

    rulebook = load("132-2018")
    assert f"{rulebook.identity} {rulebook.fingerprint}\n" in capsys.readouterr().out


def test_a_folder_with_mistakes_is_not(tmp_path, capsys):
    folder = tmp_path / "132-2018"
    shutil.copytree(str(files("tusoi.rulebooks.library") / "132-2018"), folder)
    worked = folder / "cases" / "worked.yaml"
    text = worked.read_text("utf-8")
    worked.write_text(text.replace("    limit: 10\n", "    limit: 11\n"), "utf-8")
    (folder / "cases" / "rules.yaml").unlink()

    assert main([str(folder)]) == 1

    told = capsys.readouterr().out
    assert "case pool-61-good-only: the limit is 10, not 11" in told
    assert "rule member-disciplined has no case; write one in cases/" in told


def test_a_folder_that_is_none_is_told(tmp_path, capsys):
    assert main([str(tmp_path / "nothing")]) == 1
    assert "nothing" in capsys.readouterr().out
