"""Invented names, in the proportions that the Mekong delta knows."""

import random


_FAMILIES = (
    *["Nguyễn"] * 30, *["Trần"] * 11, *["Lê"] * 9, *["Phạm"] * 7, *["Huỳnh"] * 6, *["Võ"] * 5,
    *["Phan"] * 4, *["Trương"] * 3, *["Bùi"] * 3, *["Đặng"] * 3, *["Đỗ"] * 3, *["Ngô"] * 2,
    *["Hồ"] * 2, *["Dương"] * 2, *["Lý"] * 2, "Đinh", "Lâm", "Mai", "Cao", "Tạ", "Thạch", "Sơn",
    "Danh", "Châu", "Quách", "Kiều",
)  # fmt: skip
_MALE_MIDDLES = (
    "Văn", "Hữu", "Minh", "Quốc", "Thanh", "Hoàng", "Công", "Đức", "Phước", "Trung", "Tấn", "Chí",
)  # fmt: skip
_FEMALE_MIDDLES = ("Thị", "Thị Mỹ", "Thị Ngọc", "Thị Kim", "Thị Thu", "Ngọc", "Thúy", "Bích")
_MALE_GIVEN = (
    "An", "Bình", "Cường", "Dũng", "Đạt", "Đông", "Giang", "Hải", "Hậu", "Hiếu", "Hòa", "Hùng",
    "Huy", "Khánh", "Khoa", "Kiệt", "Lâm", "Lộc", "Long", "Mẫn", "Nam", "Nghĩa", "Nhân", "Phong",
    "Phúc", "Quân", "Quang", "Sang", "Tài", "Tâm", "Tân", "Thái", "Thắng", "Thịnh", "Tiến", "Toàn",
    "Trí", "Trường", "Tuấn", "Tùng", "Vinh", "Vũ", "Ý",
)  # fmt: skip
_FEMALE_GIVEN = (
    "Ánh", "Châu", "Chi", "Diễm", "Dung", "Đào", "Hà", "Hạnh", "Hằng", "Hiền", "Hoa", "Hồng",
    "Hương", "Huyền", "Lan", "Liên", "Loan", "Ly", "Mai", "Nga", "Ngân", "Nguyệt", "Nhung", "Oanh",
    "Phương", "Quyên", "Sương", "Thảo", "Thơ", "Thu", "Thủy", "Thư", "Tiên", "Trang", "Trinh",
    "Tuyết", "Uyên", "Vân", "Xuân", "Yến",
)  # fmt: skip
# Public officials named in the report; an invented person must not bear their names.
_NOT_THESE = frozenset({"Đoàn Hoàng Sơn"})


def person_name(rng: random.Random, *, female: bool) -> str:
    while True:
        middle = rng.choice(_FEMALE_MIDDLES if female else _MALE_MIDDLES)
        given = rng.choice(_FEMALE_GIVEN if female else _MALE_GIVEN)
        name = f"{rng.choice(_FAMILIES)} {middle} {given}"
        if name not in _NOT_THESE:
            return name
