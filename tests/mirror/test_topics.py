import pytest

from tusoi.mirror.topics import TOPIC_WORDS, suggested_topic
from tusoi.reviews.enums import Topic


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Thu Quỹ Đền ơn đáp nghĩa mới đạt 74% kế hoạch", "finance"),
        ("Tỷ lệ bao phủ bảo hiểm y tế còn thấp", "society"),
        ("Công tác khuyến nông chưa có mô hình mới", "agriculture"),
        ("Cải cách hành chính, hồ sơ trễ hẹn 12 ngày", "administration"),
        ("CAI CACH HANH CHINH", "administration"),
        ("Kết nạp đảng viên đạt 2/5", "party_building"),
        ("Còn một số mặt chưa tốt", ""),
        ("", ""),
    ],
)
def test_words_point_to_a_matter_or_to_none(text, topic):
    assert suggested_topic(text) == topic


def test_two_matters_alike_suggest_none():
    assert suggested_topic("an ninh, y tế") == ""


def test_every_matter_is_one_that_boards_count_by():
    assert set(TOPIC_WORDS) == set(Topic.values) - {Topic.OTHER}
