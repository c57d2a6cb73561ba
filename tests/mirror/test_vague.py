import unicodedata

import pytest

from tusoi.mirror.vague import Vagueness, is_vague, vagueness


@pytest.mark.parametrize(
    ("nature", "extent", "expected"),
    [
        ("Công tác khuyến nông có mặt còn hạn chế", "", True),
        ("Còn yếu", "", True),
        ("Thu Quỹ phòng, chống thiên tai chưa cao", "đạt 74% kế hoạch", False),
        ("Sinh hoạt chi bộ chưa thường xuyên từ tháng 3", "", False),
        ("Chưa duy trì được tỷ lệ bao phủ bảo hiểm y tế toàn dân", "", False),
        ("Khuyến nông", "", True),
    ],
)
def test_what_says_nothing_that_can_be_checked_is_pointed_out(nature, extent, expected):
    assert is_vague(nature, extent) is expected
    assert is_vague(unicodedata.normalize("NFD", nature), extent) is expected


def test_it_says_why():
    assert vagueness("Còn yếu") == set(Vagueness)
    assert vagueness("Đạt 30%") == frozenset()
