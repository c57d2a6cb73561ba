"""Suggests what a sentence about a shortcoming is about; a person chooses."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final


# Words that offices use of one matter and hardly of another; without accents, in lower case.
TOPIC_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "finance": (
        "thu ngan sach",
        "ngan sach",
        "quy",
        "phi",
        "thue",
        "thu chi",
        "quyet toan",
        "no dong",
        "dang phi",
    ),
    "economy": (
        "kinh te",
        "dau tu",
        "giai ngan",
        "xay dung co ban",
        "ha tang",
        "doanh nghiep",
        "san xuat",
        "kinh doanh",
        "giai phong mat bang",
        "du an",
        "cong trinh",
        "thuong mai",
        "dat dai",
        "do thi",
    ),
    "agriculture": (
        "nong nghiep",
        "khuyen nong",
        "trong trot",
        "chan nuoi",
        "thuy san",
        "lam nghiep",
        "nong dan",
        "nong thon moi",
        "cay trong",
        "vat nuoi",
        "thuy loi",
    ),
    "society": (
        "bao hiem y te",
        "bao hiem xa hoi",
        "y te",
        "giao duc",
        "truong hoc",
        "hoc sinh",
        "ho ngheo",
        "giam ngheo",
        "an sinh",
        "dan so",
        "viec lam",
        "van hoa",
        "nguoi co cong",
        "tre em",
    ),
    "security": (
        "quoc phong",
        "an ninh",
        "trat tu",
        "nghia vu quan su",
        "dan quan",
        "toi pham",
        "ma tuy",
        "tai nan giao thong",
        "phong chay",
        "tuyen quan",
    ),
    "administration": (
        "cai cach hanh chinh",
        "thu tuc hanh chinh",
        "mot cua",
        "ho so tre hen",
        "chuyen doi so",
        "dich vu cong",
        "tiep cong dan",
        "khieu nai",
        "cong vu",
    ),
    "discipline": (
        "kiem tra giam sat",
        "ky luat",
        "vi pham",
        "uy ban kiem tra",
        "to cao",
        "ke hoach kiem tra",
        "giam sat chuyen de",
    ),
    "mass_work": (
        "dan van",
        "mat tran",
        "doan the",
        "doan thanh nien",
        "hoi phu nu",
        "hoi nong dan",
        "cuu chien binh",
        "cong doan",
        "doan vien",
        "hoi vien",
    ),
    "party_building": (
        "sinh hoat chi bo",
        "phat trien dang vien",
        "ket nap",
        "dang vien",
        "nghi quyet",
        "hoc tap va lam theo",
        "cong tac can bo",
        "quy hoach can bo",
        "chi bo",
        "xay dung dang",
        "tu tuong",
        "chuyen de",
    ),
    "leadership": (
        "lanh dao",
        "chi dao",
        "dieu hanh",
        "quy che lam viec",
        "phan cong",
        "chuong trinh cong tac",
        "don doc",
        "tham muu",
        "chi uy",
        "cap uy",
    ),
}
_NOT_WORDS: Final = re.compile(r"\W+")


def suggested_topic(text: str) -> str:
    """Return the matter that most words point to; empty when none does, or two do alike."""
    plain = f" {_plain(text)} "
    weights = {
        topic: sum(len(words.split()) for words in phrases if f" {words} " in plain)
        for topic, phrases in TOPIC_WORDS.items()
    }
    best = max(weights.values())
    leading = [topic for topic, weight in weights.items() if weight == best]
    return leading[0] if best and len(leading) == 1 else ""


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    bare = "".join(one for one in letters if not unicodedata.combining(one))
    return _NOT_WORDS.sub(" ", bare).strip()
