import datetime as dt

import pytest

from tusoi.engine import Citation


def cited(**places):
    return Citation(key="Q", number="Quy định 1-QĐ/TW", issued_on=dt.date(2025, 8, 30), **places)


@pytest.mark.parametrize(
    ("places", "vietnamese", "english"),
    [
        ({"heading": "II.B.1"}, "mục II.B.1", "section II.B.1"),
        ({"heading": "Phụ lục 4"}, "Phụ lục 4", "Annex 4"),
        ({"article": "11", "point": "a"}, "điểm a, Điều 11", "point a, Article 11"),
        ({"form": "2B"}, "mẫu 2B", "form 2B"),
    ],
)
def test_a_place_is_named_as_readers_name_it(places, vietnamese, english):
    citation = cited(**places)

    assert str(citation) == f"{vietnamese}, Quy định 1-QĐ/TW ngày 30/08/2025"
    assert citation.in_language("en") == f"{english}, Quy định 1-QĐ/TW of 30/08/2025"
