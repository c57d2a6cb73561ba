"""Every row and figure of the report on Bình Thủy, as data.

Source: Báo Cần Thơ, "Nêu cao tinh thần 'tự soi, tự sửa'" (a153979), told in our words. Figures
that the report gives as a percentage only are kept as such (`stated_percent`).
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from tusoi.reviews.enums import CauseKind, ShortcomingKind, TargetQualifier, Topic


SOURCE: Final = "Báo Cần Thơ, bài “Nêu cao tinh thần ‘tự soi, tự sửa’” (a153979)"


@dataclass(frozen=True)
class TargetFact:
    name: str
    measure: str
    topic: Topic
    planned: Decimal | None = None
    actual: Decimal | None = None
    qualifier: TargetQualifier = TargetQualifier.EXACT
    stated_percent: Decimal | None = None


@dataclass(frozen=True)
class ShortcomingFact:
    key: str
    nature: str
    topic: Topic
    extent: str = ""
    kind: ShortcomingKind = ShortcomingKind.LIMITATION
    # Index of the target it concerns, in the same review.
    target: int | None = None
    cause_kind: CauseKind = CauseKind.UNKNOWN
    cause: str = ""


@dataclass(frozen=True)
class RemedyFact:
    text: str
    answers: tuple[str, ...]
    first_step: str = ""
    places: str = ""
    partners: str = ""
    partner_codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class InitiativeFact:
    name: str
    place: str = ""
    benefit: str = ""


@dataclass(frozen=True)
class ReviewFacts:
    """What one organisation's review says."""

    strengths: tuple[str, ...]
    targets: tuple[TargetFact, ...]
    shortcomings: tuple[ShortcomingFact, ...]
    remedies: tuple[RemedyFact, ...]
    initiatives: tuple[InitiativeFact, ...] = ()
    discipline: str = ""
    source: str = ""


ECONOMIC_OFFICE: Final = ReviewFacts(
    source=SOURCE,
    strengths=(
        "Hoàn thành tất cả các chỉ tiêu Ủy ban nhân dân quận giao.",
        "Hỗ trợ cây giống, con giống cho người dân, trị giá 500 triệu đồng.",
        "Xây dựng được nhiều mô hình kinh tế.",
    ),
    targets=(
        TargetFact(
            "Các chỉ tiêu Ủy ban nhân dân quận giao",
            "chỉ tiêu",
            Topic.LEADERSHIP,
            qualifier=TargetQualifier.ALL,
            stated_percent=Decimal(100),
        ),
        TargetFact(
            "Cây giống, con giống hỗ trợ người dân",
            "triệu đồng",
            Topic.AGRICULTURE,
            actual=Decimal(500),
        ),
        TargetFact(
            "Thu Quỹ phòng, chống thiên tai",
            "% kế hoạch",
            Topic.FINANCE,
            stated_percent=Decimal(74),
        ),
    ),
    initiatives=(
        InitiativeFact("Mô hình trồng hoa lan"),
        InitiativeFact("Mô hình trồng hoa cát tường"),
        InitiativeFact("Mô hình nuôi lươn không bùn"),
        InitiativeFact("Mô hình nuôi ốc bươu đen"),
        InitiativeFact("Mô hình nuôi cá kiểng"),
    ),
    shortcomings=(
        ShortcomingFact(
            "investment",
            "Thu hút đầu tư các dự án ứng dụng công nghệ mới vào sản xuất nông nghiệp "
            "chưa hiệu quả.",
            Topic.ECONOMY,
        ),
        ShortcomingFact(
            "fund",
            "Thu Quỹ phòng, chống thiên tai không đạt kế hoạch.",
            Topic.FINANCE,
            extent="Đạt 74 % kế hoạch",
            target=2,
        ),
        ShortcomingFact(
            "extension",
            "Công tác khuyến nông có mặt còn hạn chế.",
            Topic.AGRICULTURE,
        ),
    ),
    remedies=(
        RemedyFact(
            "Kêu gọi đầu tư dự án ứng dụng công nghệ mới trong nông nghiệp.",
            ("investment",),
            first_step="Dự án trồng dưa Hoàng kim tạo hình của Trường Đại học Cần Thơ",
            places="Phường Long Hòa, phường Long Tuyền",
            partners="Trường Đại học Cần Thơ",
            partner_codes=("LH", "LT"),
        ),
        RemedyFact(
            "Xây dựng và nhân rộng các mô hình sản xuất nông nghiệp có hiệu quả.",
            ("extension", "investment"),
            places="Các phường",
            partners="Hội Nông dân quận, các phường",
            partner_codes=("ND",),
        ),
        RemedyFact(
            "Tuyên truyền để người dân tự giác đóng góp Quỹ phòng, chống thiên tai.",
            ("fund",),
            places="Các phường",
            partners="Các phường",
        ),
    ),
)

TRA_AN: Final = ReviewFacts(
    source=SOURCE,
    strengths=(
        "15/15 chỉ tiêu chủ yếu theo nghị quyết của Đảng ủy phường đạt và vượt.",
        "Vận động xã hội hóa 7,17 tỷ đồng, đạt trên 179 % kế hoạch.",
        "Nâng cấp, mở rộng 3 tuyến hẻm.",
        "Kết nạp 7 đảng viên, đạt 140 % kế hoạch.",
    ),
    targets=(
        TargetFact(
            "Chỉ tiêu chủ yếu theo nghị quyết Đảng ủy phường đạt và vượt",
            "chỉ tiêu",
            Topic.LEADERSHIP,
            planned=Decimal(15),
            actual=Decimal(15),
        ),
        TargetFact(
            "Vận động xã hội hóa",
            "tỷ đồng",
            Topic.SOCIETY,
            actual=Decimal("7.17"),
            qualifier=TargetQualifier.OVER,
            stated_percent=Decimal(179),
        ),
        TargetFact("Thu thuế", "% kế hoạch", Topic.FINANCE, stated_percent=Decimal("102.5")),
        TargetFact("Hẻm được nâng cấp, mở rộng", "tuyến hẻm", Topic.SOCIETY, actual=Decimal(3)),
        TargetFact(
            "Kết nạp đảng viên",
            "đảng viên",
            Topic.PARTY_BUILDING,
            planned=Decimal(5),
            actual=Decimal(7),
        ),
        TargetFact(
            "Thu Quỹ phòng, chống thiên tai từ doanh nghiệp",
            "% kế hoạch",
            Topic.FINANCE,
            qualifier=TargetQualifier.OVER,
            stated_percent=Decimal(30),
        ),
    ),
    shortcomings=(
        ShortcomingFact(
            "fund",
            "Thu Quỹ phòng, chống thiên tai từ doanh nghiệp đạt thấp.",
            Topic.FINANCE,
            extent="Trên 30 % kế hoạch",
            target=5,
        ),
        ShortcomingFact(
            "insurance", "Bao phủ bảo hiểm y tế toàn dân chưa bền vững.", Topic.SOCIETY
        ),
        ShortcomingFact(
            "discipline",
            "Còn đảng viên vi phạm bị thi hành kỷ luật.",
            Topic.DISCIPLINE,
            kind=ShortcomingKind.FAULT,
        ),
    ),
    remedies=(
        RemedyFact(
            "Đẩy mạnh tuyên truyền, tạo sự đồng thuận trong nhân dân.", ("fund", "insurance")
        ),
        RemedyFact(
            "Nâng cao vai trò, trách nhiệm của cán bộ, đảng viên, nhất là người đứng đầu.",
            ("discipline",),
        ),
        RemedyFact(
            "Làm tốt công tác dân vận; xây dựng mô hình học tập và làm theo Bác gắn với "
            "“Dân vận khéo”.",
            ("insurance", "fund"),
        ),
    ),
    initiatives=(
        InitiativeFact(
            "Mô hình học tập và làm theo Bác gắn với “Dân vận khéo”", place="Phường Trà An"
        ),
    ),
    discipline="Có đảng viên vi phạm bị thi hành kỷ luật (báo không nêu số lượng).",
)
