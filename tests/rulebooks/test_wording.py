import pytest

from tusoi.rulebooks.library import load
from tusoi.rulebooks.schema import ConditionSpec
from tusoi.rulebooks.wording import condition_text


@pytest.mark.parametrize(
    ("written", "vi", "en"),
    [
        (
            {"fact": "sick-leave-months", "at_least": 3},
            "Tổng thời gian nghỉ ốm trong năm (tháng): từ 3 tháng trở lên",
            "3 months or more",
        ),
        ({"fact": "reviewed", "is": False}, "Đã kiểm điểm: không", "Has been reviewed: no"),
        (
            {"fact": "civil-service-level", "at_least": "good"},
            "từ mức “Hoàn thành tốt nhiệm vụ” trở lên",
            "or more",
        ),
        (
            {"fact": "task-completion-ratio", "below": "50%"},
            "Tỷ lệ chỉ tiêu, nhiệm vụ được giao đã hoàn thành: dưới 50%",
            "less than 50%",
        ),
        (
            {"grades": {"of": "results", "at_least": "excellent"}},
            "Các tiêu chí về kết quả thực hiện nhiệm vụ: mức “Xuất sắc”",
            "“Excellent”",
        ),
        (
            {"grades": {"of": ["others", "member-discipline"], "at_least": "good"}},
            "Các tiêu chí còn lại; Ý thức tổ chức kỷ luật: từ mức “Tốt” trở lên",
            "or better",
        ),
        (
            {
                "share": {
                    "of": ["children-excellent-count", "children-good-count"],
                    "out_of": "children-rated-count",
                    "at_least": "80%",
                }
            },
            ": từ 80% trở lên",
            "80% or more",
        ),
        (
            {"not": {"grades": {"of": "every", "at_least": "fair"}}},
            "Mọi tiêu chí: có tiêu chí dưới mức “Trung bình”",
            "Every criterion: one below “Fair”",
        ),
        (
            {"not": {"all": [{"fact": "reviewed", "is": True}, {"fact": "exempt", "is": True}]}},
            "không phải: (Đã kiểm điểm: có; đồng thời Được miễn công tác và sinh hoạt đảng: có)",
            "not: (Has been reviewed: yes; and ",
        ),
        (
            {"any": [{"fact": "reviewed", "is": True}, {"fact": "exempt", "is": True}]},
            "Đã kiểm điểm: có; hoặc Được miễn",
            "; or ",
        ),
        (
            {
                "at_least_of": {
                    "count": 2,
                    "of": [{"fact": "reviewed", "is": True}, {"fact": "exempt", "is": True}],
                }
            },
            "ít nhất 2 trong các điều sau: Đã kiểm điểm: có; Được miễn",
            "at least 2 of the following: ",
        ),
        (
            {"compare": {"fact": "children-good-count", "at_most": "children-rated-count"}},
            ": không quá ",
            ": at most ",
        ),
        (
            {"score": {"of": "total", "at_least": "70", "below": "89,5"}},
            "Tổng điểm: từ 70 điểm trở lên, dưới 89,5 điểm",
            "Total score: 70 points or more, less than 89.5 points",
        ),
    ],
)
def test_a_condition_reads_as_a_phrase(written, vi, en):
    words = condition_text(load("132-2018"), ConditionSpec.model_validate(written))

    assert vi in words.vi
    assert en in words.en


def test_every_rule_of_the_library_can_be_read():
    for name in ("132-2018", "124-2023"):
        rulebook = load(name)
        for rule in rulebook.content.rules:
            if rule.condition is not None:
                assert condition_text(rulebook, rule.condition).vi, rule.id
