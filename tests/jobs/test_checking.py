"""`tusoi rulebook`, `tusoi rate`, `tusoi quota`: what an officer checks without a database."""

import json
import os
import shutil
import subprocess
import sys
from importlib.resources import files

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command

from tusoi.jobs.checking.lists import ListRefused, level_names, read_groups
from tusoi.jobs.cli import run
from tusoi.rulebooks.library import available, load, samples


PEOPLE = """Họ và tên;Chi bộ;Mức xếp loại
An;Chi bộ 1;HTXS
Bình;Chi bộ 1;Hoàn thành tốt nhiệm vụ
Cúc;Chi bộ 1;hoan thanh tot
Dũng;Chi bộ 2;Tốt
Em;Chi bộ 2;chưa xếp loại
"""
COUNTS = """Đơn vị,Số HTXS,Số HTT,HT,KHT
Đảng bộ A,11,50,3,0
Đảng bộ B,1,9,,
Tổng cộng,12,59,3,0
"""
MEMBER = {
    "reviewed": True,
    "is-civil-servant": False,
    "outstanding-confirmed": True,
    "disciplined-in-year": False,
    "degradation-concluded": False,
    "task-completion-ratio": "100%",
    "sick-leave-months": 0,
}
GRADES = {
    "grade.member-political-thought": "good",
    "grade.member-ethics-lifestyle": "good",
    "grade.member-discipline": "good",
    "grade.member-working-style": "good",
    "grade.member-assigned-duties": "excellent",
    "grade.member-earlier-shortcomings": "not-applicable",
}


@pytest.fixture
def written(tmp_path):
    def write(content, name="list.csv", encoding="utf-8"):
        path = tmp_path / name
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        path.write_bytes(text.encode(encoding))
        return str(path)

    return write


def told(capsys, *arguments):
    call_command(*arguments, "--json")
    return json.loads(capsys.readouterr().out)


def refusal(*arguments):
    with pytest.raises(CommandError) as caught:
        call_command(*arguments)
    return caught.value


# quota


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_list_of_people_is_counted_by_group(capsys, written, encoding):
    path = written(PEOPLE, encoding=encoding)

    data = told(capsys, "quota", path, "--rulebook", "132-2018", "--base", "good_or_above",
                "--rounding", "ceil")  # fmt: skip

    first, second = data["groups"]
    assert (first["group"], first["counts"]) == ("Chi bộ 1", {"excellent": 1, "good": 2})
    assert (first["limit"], first["over"]) == (1, 0)
    assert (second["counts"], second["not_rated"]) == ({"good": 1}, 1)
    assert data["rulebook"] == load("132-2018").identity
    assert data["fingerprint"] == load("132-2018").fingerprint


def test_a_group_over_its_quota_is_told_and_the_exit_code_says_so(capsys, written):
    found = refusal("quota", written(COUNTS), "--rulebook", "132-2018")

    assert found.returncode == 1
    assert "1 trong 2 nhóm vượt tỷ lệ" in str(found)
    out = capsys.readouterr().out
    assert "Đảng bộ A" in out
    assert "Ai được giữ mức xuất sắc do cấp có thẩm quyền" in out
    assert "Tổng cộng" not in out


def test_every_reading_is_beside_the_chosen_one(capsys, written):
    path = written(COUNTS)

    data = told(capsys, "quota", path, "--rulebook", "132-2018", "--ratio", "25%")

    readings = {
        (one["base"], one["rounding"]): one["limit"] for one in data["groups"][0]["readings"]
    }
    assert readings["good_only", "floor"] == 12
    assert readings["good_or_above", "half_up"] == 15
    assert readings["all_rated", "floor"] == 16


def test_a_workbook_is_as_good_as_a_csv(capsys, tmp_path):

    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Danh sách")
        sheet.write_row(0, 0, ["DANH SÁCH XẾP LOẠI NĂM 2022"])
        sheet.write_row(2, 0, ["Tên đơn vị", "HTXS", "HTT"])
        sheet.write_row(3, 0, ["Đảng bộ A", 1, 9])

    (group,) = told(capsys, "quota", str(path), "--rulebook", "132-2018")["groups"]

    assert (group["limit"], group["over"]) == (1, 0)
    assert {one["base"] for one in group["readings"]} == {"good_only", "good_or_above"}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "không có nội dung"),
        ("Họ và tên;Mức xếp loại\n", "chưa có dòng nào"),
        ("Họ và tên;Ngày sinh\nAn;1980\n", "Không tìm thấy dòng tiêu đề"),
        ("Họ và tên;Mức xếp loại\nAn;Giỏi\n", "dòng 2: “Giỏi”"),
        ("Đơn vị;HTXS;HTT\nA;mười;2\n", "“mười” không phải là số lượng"),
        ("Đơn vị;HTXS;HTT\nA;1,5;2\n", "“1,5” không phải là số lượng"),
    ],
)
def test_a_file_that_can_not_be_counted_is_refused_in_one_sentence(written, content, sentence):
    found = refusal("quota", written(content), "--rulebook", "132-2018")

    assert found.returncode == 3
    assert sentence in str(found)


def test_many_unknown_levels_are_told_in_part(written):
    rows = "".join(f"Người {number};Giỏi\n" for number in range(14))

    found = refusal("quota", written(f"Họ và tên;Mức\n{rows}"), "--rulebook", "132-2018")

    assert "và 4 dòng nữa" in str(found)
    assert "HTXS (Hoàn thành xuất sắc nhiệm vụ)" in str(found)


def test_a_base_that_the_file_does_not_tell_is_refused(written):
    path = written("Đơn vị;HTXS;HTT\nA;1;9\n")

    found = refusal("quota", path, "--rulebook", "132-2018", "--base", "all_rated")

    assert found.returncode == 3


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--rulebook", "999-2099"], "không có bộ quy tắc"),
        (["--rulebook", "132-2018", "--class", "choir"], "không có loại đối tượng"),
        (["--rulebook", "132-2018", "--ratio", "some"], "không phải là tỷ lệ"),
        (["--rulebook", "132-2018", "--setting", "quota-base=all"], "không hiểu lựa chọn"),
    ],
)
def test_words_that_are_not_understood_have_their_own_code(written, arguments, sentence):
    found = refusal("quota", written(PEOPLE), *arguments)

    assert found.returncode == 2
    assert sentence in str(found)


def test_a_file_that_is_not_there_is_told(tmp_path):
    found = refusal("quota", str(tmp_path / "none.csv"), "--rulebook", "132-2018")

    assert found.returncode == 3
    assert "none.csv" in str(found)


def test_the_authority_s_choice_counts(capsys, written):
    data = told(capsys, "quota", written(PEOPLE), "--rulebook", "132-2018", "--setting",
                "quota-rounding=ceil")  # fmt: skip

    assert data["rounding"] == "ceil"


def test_every_way_to_write_a_level_is_understood():
    names = level_names(load("132-2018"))

    assert names["hoan thanh"] == names["ht"] == names["hoan thanh nhiem vu"] == "satisfactory"
    assert names["xuat sac"] == names["duties fulfilled excellently"] == "excellent"
    assert names["khong hoan thanh nhiem vu"] == "unsatisfactory"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        # Merged cells of a unit, a total, and what is signed below the list.
        (
            (
                "ĐẢNG BỘ PHƯỜNG X;;;\nTT;Họ và tên;Chi bộ;Kết quả xếp loại\n1;An;Chi bộ 1;HTXSNV\n"
                "2;Bình;;HTT nhiệm vụ\n3;Cúc;;HT tốt NV\n4;Em;Chi bộ 2;HTTNV\nTổng cộng: 4;;;\n"
                ";;;Ngày 30 tháng 12 năm 2022\n"
            ),
            {"Chi bộ 1": {"excellent": 1, "good": 2}, "Chi bộ 2": {"good": 1}},
        ),
        # One heading over the people of each cell.
        (
            (
                "TT;Họ và tên;Mức\n;Chi bộ Khu vực 1;\n1;An;HTXS\n2;Bình;HTTNV\n"
                ";Chi bộ Khu vực 2;\n1;Cúc;Không HT\n"
            ),
            {
                "Chi bộ Khu vực 1": {"excellent": 1, "good": 1},
                "Chi bộ Khu vực 2": {"unsatisfactory": 1},
            },
        ),
        # Counts with thousands, a second heading row, the total in another column.
        (
            (
                "STT;Đơn vị;Tổng số;HTXSNV;HTTNV\n;;;SL;SL\n1;Đảng bộ A;1.150;150;1.000\n"
                ";Cộng;1150;150;1000\n"
            ),
            {"Đảng bộ A": {"excellent": 150, "good": 1000}},
        ),
        # A heading that spans the levels below it.
        (
            (
                "STT;Đơn vị;Xếp loại;;;Không HT\n;;HTXS;HTT;HT;\n1;Chi bộ A;3;15;2;0\n"
                "Tổng cộng;;3;15;2;0\n"
            ),
            {"Chi bộ A": {"excellent": 3, "good": 15, "satisfactory": 2, "unsatisfactory": 0}},
        ),
    ],
)
def test_a_list_as_offices_write_it_is_understood(content, expected):
    found = read_groups(content.encode(), filename="list.csv", rulebook=load("132-2018"))

    assert {one.name: dict(one.counts) for one in found} == expected


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
@pytest.mark.parametrize(
    "content",
    [
        "Hoï vaø teân;Chi boä;Möùc xeáp loaïi\nNguyeãn Vaên An;Chi boä 1;Hoaøn thaønh toát\n",
        "Hä vµ tªn;Chi bé;Møc xÕp lo¹i\nNguyÔn V¨n An;Chi bé 1;Hoµn thµnh tèt\n",
    ],
    ids=["vni", "tcvn3"],
)
def test_a_list_typed_for_an_old_font_is_understood(content, encoding):
    (group,) = read_groups(
        content.encode(encoding), filename="list.csv", rulebook=load("132-2018")
    )

    assert (group.name, group.counts) == ("Chi bộ 1", {"good": 1})


def test_a_cover_sheet_is_passed_over(tmp_path):
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Bìa").write(0, 0, "Danh sách xếp loại năm 2022")
        sheet = book.add_worksheet("Danh sách")
        sheet.write_row(0, 0, ["Họ và tên", "Mức"])
        sheet.write_row(1, 0, ["An", "HTT"])

    (group,) = read_groups(path.read_bytes(), filename=path.name, rulebook=load("132-2018"))

    assert group.counts == {"good": 1}


def test_a_picture_is_no_list():
    with pytest.raises(ListRefused):
        read_groups(b"\x89PNG\r\n\x1a\n\x00\x00", filename="a.png", rulebook=load("132-2018"))


# rate


def test_one_subject_is_weighed_with_its_reasons(capsys, written):
    path = written({"facts": {**MEMBER, **GRADES}}, "facts.json")

    call_command("rate", path, "--rulebook", "132-2018")

    out = capsys.readouterr().out
    assert "· đảng viên · 132-2018@" in out
    assert "Mức cao nhất còn mở: Hoàn thành xuất sắc nhiệm vụ" in out
    assert "Còn thiếu" not in out


def test_many_subjects_for_programs(capsys, written):
    subjects = [
        {"name": "An", "facts": {**MEMBER, **GRADES}, "level": "excellent"},
        {"name": "Tập thể", "class": "collective", "facts": {"unit-level": "good"}},
    ]

    data = told(capsys, "rate", written(subjects, "facts.json"), "--rulebook", "132-2018")

    first, second = data["subjects"]
    assert first["fits"]
    assert first["outcome"]["best_open"] == "excellent"
    assert second["outcome"]["best_open"] == "good"
    assert second["outcome"]["missing"]


def test_a_level_that_is_not_open_is_found(capsys, written):
    entry = {"name": "An", "facts": {"disciplined-in-year": True}, "level": "good"}

    found = refusal("rate", written(entry, "facts.json"), "--rulebook", "132-2018")

    assert found.returncode == 1
    out = capsys.readouterr().out
    assert "KHÔNG khớp" in out
    assert "Bị thi hành kỷ luật đảng trong năm" in out


POINTS = {
    "verification-pending": False,
    "is-civil-servant": False,
    "score.general": 27.5,
    "score.tasks": 58,
    "tasks-assigned-count": 10,
    "tasks-done-count": 7,
    "tasks-late-count": 0,
    "degradation-concluded": False,
}
CLEAN = {
    "duty-discipline-in-year": False,
    "forbidden-acts-concluded": False,
    "exemplary-breach-concluded": False,
}


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({}, "Chưa xác định: hoặc Không hoàn thành nhiệm vụ, hoặc không mức nào khớp"),
        (CLEAN, "Không mức nào khớp quy định: cấp có thẩm quyền quyết định"),
        (
            {**CLEAN, "forbidden-acts-concluded": True, "tasks-done-count": 10},
            "Chỉ chọn được khi cấp có thẩm quyền nêu căn cứ: Hoàn thành tốt nhiệm vụ",
        ),
    ],
)
def test_what_the_text_leaves_to_the_authority_is_said(capsys, written, more, sentence):
    path = written({"facts": {**POINTS, **more}}, "facts.json")

    call_command("rate", path, "--rulebook", "366-2025")

    assert sentence in capsys.readouterr().out


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ({"facts": {"sick-leave-months": -3}}, "chỉ nhận giá trị từ 0"),
        ({"facts": {"disciplined-in-year": "không"}}, "cần có hoặc không"),
        ({"facts": {"no-such-fact": 1}}, "no-such-fact"),
        ({"facts": {}, "level": "great"}, "Không có mức “great”"),
        ({"facts": {}, "lifted": ["member-disciplined"]}, "member-disciplined"),
    ],
)
def test_facts_that_can_not_be_are_refused_one_by_one(capsys, written, entry, sentence):
    path = written([entry, {"facts": MEMBER}], "facts.json")

    found = refusal("rate", path, "--rulebook", "132-2018", "--brief")

    assert found.returncode == 1
    assert sentence in capsys.readouterr().out
    assert "1 trong 2" in str(found)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "trống"),
        ("{", "dòng 1"),
        ("[]", "không có đối tượng"),
        ("[1]", "đối tượng thứ 1"),
        ('{"facts": {}, "fact": {}}', "Không hiểu “fact”"),
        ('{"subjects": [], "colour": 1}', "Không hiểu “colour”"),
        ('{"subjects": [{"facts": {}}], "settings": []}', "settings"),
        ('{"name": "An"}', "Thiếu “facts”"),
        ('{"facts": {"reviewed": true, "reviewed": false}}', "hai lần"),
    ],
)
def test_a_file_that_can_not_be_weighed_is_refused_in_one_sentence(written, content, sentence):
    found = refusal("rate", written(content, "facts.json"), "--rulebook", "132-2018")

    assert found.returncode == 3
    assert sentence in str(found)


def test_a_file_in_another_encoding_is_told(written):
    path = written('{"name": "Nguyễn"}', "facts.json", encoding="utf-16")

    assert "UTF-8" in str(refusal("rate", path, "--rulebook", "132-2018"))


def test_decimals_are_read_exactly(capsys, written):
    text = '{"facts": {"task-completion-ratio": 0.1}}'

    data = told(capsys, "rate", written(text, "facts.json"), "--rulebook", "132-2018")

    lowest = data["subjects"][0]["outcome"]["levels"][-1]["findings"]
    facts = {name: value for one in lowest for name, value in one["facts"].items()}
    assert facts["task-completion-ratio"] == "1/10"


def test_what_if_puts_two_editions_side_by_side(capsys, written):
    path = written({"facts": {**MEMBER, "sick-leave-months": 4}}, "facts.json")

    call_command("rate", path, "--rulebook", "132-2018", "--what-if", "124-2023")

    out = capsys.readouterr().out
    assert "Nếu theo 124-2023" in out


def test_english_speaks_english(capsys, written):
    path = written({"facts": MEMBER}, "facts.json")

    call_command("rate", path, "--rulebook", "132-2018", "--lang", "en")

    assert "Best level still open" in capsys.readouterr().out


# rulebook


def test_the_rulebooks_are_listed(capsys):
    data = told(capsys, "rulebook", "list")

    known = [one.identity for one in (*available(), *samples())]
    assert [one["identity"] for one in data["rulebooks"]] == known
    call_command("rulebook", "--lang", "en", "list")
    assert "Regulation" in capsys.readouterr().out


def test_the_library_checks_and_its_cases_hold(capsys):
    data = told(capsys, "rulebook", "check")

    assert data["wrong"] == []
    assert set(data["fingerprints"]) == {one.identity for one in (*available(), *samples())}
    assert told(capsys, "rulebook", "cases", "132-2018")["cases"] > 50


@pytest.fixture
def broken(tmp_path):
    folder = tmp_path / "132-2018"
    shutil.copytree(str(files("tusoi.rulebooks.library") / "132-2018"), folder)
    return folder


def test_a_folder_with_a_mistake_is_found(capsys, broken):
    (broken / "levels.yaml").write_text("levels: []\n", "utf-8")

    assert refusal("rulebook", "check", str(broken)).returncode == 1
    assert refusal("rulebook", "cases", str(broken)).returncode == 3
    assert "levels.yaml" in capsys.readouterr().out


def test_a_rulebook_is_checked_by_its_name_and_a_wrong_name_is_told(capsys):
    identity = load("132-2018").identity
    call_command("rulebook", "check", identity)
    assert f"{identity} " in capsys.readouterr().out

    assert refusal("rulebook", "check", "132-2018@999").returncode == 2
    refused = refusal("rulebook", "check", "nofolder")
    assert refused.returncode == 2
    assert "không có thư mục hay bộ quy tắc “nofolder”; hiện có: 366-2025@" in str(refused)


def test_a_case_that_no_longer_holds_is_found(capsys, broken):
    worked = broken / "cases" / "worked.yaml"
    worked.write_text(worked.read_text("utf-8").replace("limit: 10\n", "limit: 11\n"), "utf-8")

    found = refusal("rulebook", "cases", str(broken))

    assert found.returncode == 1
    assert "the limit is 10, not 11" in capsys.readouterr().out


def test_cases_that_can_not_be_read_are_told(broken):
    (broken / "cases" / "worked.yaml").write_text("rules: {", "utf-8")

    assert refusal("rulebook", "cases", str(broken)).returncode == 3


def test_the_schema_is_printed_or_written(capsys, tmp_path):
    call_command("rulebook", "schema")
    schemas = json.loads(capsys.readouterr().out)

    assert schemas["gates.yaml"]["properties"]["rules"]["items"]["$ref"].endswith("RuleSpec")
    overlaid = schemas["overlay/gates.yaml"]["$defs"]["RuleSpec"]
    assert overlaid["anyOf"][0] == {"required": ["replaces"]}
    assert "replaces" not in schemas["gates.yaml"]["$defs"]["RuleSpec"]["properties"]
    assert "replaces" in schemas["overlay/forms/questions/*.yaml"]["properties"]
    assert "replaces" not in schemas["overlay/settings.yaml"]["$defs"]["Choice"]["properties"]
    participation = schemas["participation.yaml"]["$defs"]["ParticipationRule"]
    assert participation["else"] == {"required": ["rate", "review"]}
    call_command("rulebook", "schema", "--out", str(tmp_path / "schema"))
    names = {one.name for one in (tmp_path / "schema").iterdir()}
    assert {"gates.schema.json", "forms-questions.schema.json", "cases.schema.json"} <= names
    assert refusal("rulebook", "schema", "--out", "/dev/null/x").returncode == 3


def test_the_command_line_passes_the_codes_on(capsys, written):
    assert run(["quota", written(COUNTS), "--rulebook", "132-2018"]) == 1
    assert run(["rulebook", "cases", "no-such"]) == 2
    assert "không có bộ quy tắc" in capsys.readouterr().err


def test_a_rulebook_is_read_out(capsys):
    call_command("rulebook", "show", "132-2018")
    out = capsys.readouterr().out

    assert "== Các mức xếp loại ==" in out
    assert "[chưa đối chiếu]" in out
    data = told(capsys, "rulebook", "show", "132-2018")
    assert data["content"]["id"] == "132-2018"


def test_the_difference_of_two_is_found_and_of_none_not(capsys):
    assert refusal("rulebook", "diff", "124-2023", "366-2025").returncode == 1
    assert "→" in capsys.readouterr().out
    call_command("rulebook", "diff", "132-2018", "132-2018")
    assert "giống nhau" in capsys.readouterr().out


def test_checking_an_overlay_says_what_it_changes(capsys):
    sample = files("tusoi.rulebooks.library") / "sample-tinh-mau-2025"

    call_command("rulebook", "check", str(sample))

    out = capsys.readouterr().out
    assert "sample-tinh-mau-2025@3 khác 366-2025@3:" in out
    assert "+ Đóng đảng phí đúng hạn" in out


@pytest.mark.slow
def test_vietnamese_is_written_whatever_the_system_would_write():
    """As an officer's `tusoi … > ket-qua.txt` on a system with another code."""
    done = subprocess.run(
        [sys.executable, "-m", "tusoi", "rulebook", "list"],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=True,
    )

    assert "Quy định 132-QĐ/TW" in done.stdout.decode("utf-8")


def test_a_name_that_stands_twice_in_a_group_is_told_by_its_rows_alone(capsys, written):
    path = written(
        "Họ và tên;Chi bộ;Mức\nTrần Thị B;Chi bộ 1;HTT\nTrần thị B;Chi bộ 1;HTT\n"
        "Trần Thị B;Chi bộ 2;HTT\n"
    )

    call_command("quota", path, "--rulebook", "132-2018")

    out = capsys.readouterr().out
    assert "Chi bộ 1: dòng 2, 3 ghi cùng một tên" in out
    assert "Chi bộ 2: dòng" not in out


def test_an_exceptional_group_that_the_list_has_not_is_refused(written):
    path = written("Họ và tên;Chi bộ;Mức\nTrần Thị B;Chi bộ 1;HTT\n")

    refused = refusal("quota", path, "--rulebook", "366-2025", "--exceptional", "Chi bộ 9")

    assert "danh sách không có nhóm “Chi bộ 9”; các nhóm: Chi bộ 1." in str(refused)
    assert refused.returncode == 2


def test_a_fact_that_no_rule_knows_is_refused_in_the_language_of_the_answer(capsys, written):
    path = written('{"class": "member", "facts": {"nope": 1}}', name="facts.json")

    with pytest.raises(CommandError):
        call_command("rate", path, "--rulebook", "366-2025")

    assert "Bộ quy tắc không có dữ kiện “nope”" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["quota"], "còn thiếu: file, --rulebook."),
        (["quota", "a.csv", "--rulebook", "x", "--rounding", "up"], "không có lựa chọn “up”"),
        (["quota", "a.csv", "--rulebook", "x", "--strange"], "không hiểu: --strange."),
        (["quota", "a.csv", "--rulebook"], "hãy ghi thêm giá trị ở sau."),
        (["quota", "--lang", "en"], "the following arguments are required"),
    ],
)
def test_words_that_the_command_does_not_know_are_refused_in_its_language(
    capsys, arguments, sentence
):
    with pytest.raises(SystemExit) as left:
        run(arguments)

    assert left.value.code == 2
    assert sentence in capsys.readouterr().err


def test_a_rulebook_file_without_end_is_refused_before_it_is_read(capsys, tmp_path):
    folder = tmp_path / "132-2018"
    shutil.copytree(files("tusoi.rulebooks.library") / "132-2018", folder)
    (folder / "levels.yaml").write_text("# x\n" * 300_000)

    with pytest.raises(CommandError):
        call_command("rulebook", "check", folder)

    assert "levels.yaml: found more than 1 MB" in capsys.readouterr().out
