"""Invented contents for the organisations and persons of whom the report says nothing."""

import random
from decimal import Decimal

from tusoi.reviews.enums import CauseKind, ShortcomingKind, Topic
from tusoi.sample.facts import (
    InitiativeFact,
    RemedyFact,
    ReviewFacts,
    ShortcomingFact,
    TargetFact,
)


# What an invented member writes in the line of posts in mass organisations.
MASS_ORGANIZATIONS = (
    *["Không"] * 6,
    "Tổ trưởng tổ công đoàn",
    "Chi hội trưởng Chi hội Nông dân",
    "Chi hội trưởng Chi hội Cựu chiến binh",
)
_TARGETS = (
    ("Thu ngân sách trên địa bàn", "tỷ đồng", Topic.FINANCE, 12, 45),
    ("Thu Quỹ phòng, chống thiên tai", "triệu đồng", Topic.FINANCE, 60, 400),
    ("Tỷ lệ bao phủ bảo hiểm y tế", "%", Topic.SOCIETY, 88, 95),
    ("Hộ nghèo giảm trong năm", "hộ", Topic.SOCIETY, 4, 20),
    ("Lao động được giải quyết việc làm", "người", Topic.SOCIETY, 120, 700),
    ("Kết nạp đảng viên", "đảng viên", Topic.PARTY_BUILDING, 2, 9),
    ("Chi bộ sinh hoạt chuyên đề", "lượt", Topic.PARTY_BUILDING, 6, 40),
    ("Cuộc kiểm tra, giám sát theo chương trình", "cuộc", Topic.DISCIPLINE, 2, 8),
    ("Hồ sơ giải quyết đúng hạn", "hồ sơ", Topic.ADMINISTRATION, 200, 2400),
    ("Mô hình “Dân vận khéo”", "mô hình", Topic.MASS_WORK, 2, 9),
    ("Vụ việc an ninh trật tự giảm", "vụ", Topic.SECURITY, 2, 15),
    ("Đề án, kế hoạch hoàn thành đúng tiến độ", "đề án", Topic.LEADERSHIP, 3, 12),
)
_SHORTCOMINGS = (
    (
        "Tiến độ thu các loại quỹ còn chậm, vận động chưa đều giữa các khu vực.",
        Topic.FINANCE,
        "Công tác tuyên truyền chưa thường xuyên; chưa phân công rõ người phụ trách.",
    ),
    (
        "Tỷ lệ người dân tham gia bảo hiểm y tế giảm ở nhóm lao động tự do.",
        Topic.SOCIETY,
        "Một số hộ vừa ra khỏi diện được hỗ trợ mức đóng.",
    ),
    (
        "Sinh hoạt chi bộ có tháng chưa đi vào chuyên đề, phát biểu thảo luận còn ít.",
        Topic.PARTY_BUILDING,
        "Chi ủy chuẩn bị nội dung còn chậm.",
    ),
    (
        "Giải quyết một số hồ sơ của người dân còn trễ hẹn.",
        Topic.ADMINISTRATION,
        "Phối hợp giữa các bộ phận chưa chặt chẽ.",
    ),
    (
        "Công tác tạo nguồn phát triển đảng viên gặp khó khăn.",
        Topic.PARTY_BUILDING,
        "Đoàn viên trẻ đi làm xa; chưa chủ động bồi dưỡng quần chúng ưu tú.",
    ),
    (
        "Việc nắm tình hình tư tưởng, dư luận ở cơ sở có lúc chưa kịp thời.",
        Topic.MASS_WORK,
        "Chưa duy trì giao ban cộng tác viên dư luận xã hội.",
    ),
    (
        "Tự kiểm tra, giám sát của chi bộ còn nể nang, chưa phát hiện thiếu sót từ sớm.",
        Topic.DISCIPLINE,
        "Người đứng đầu chưa quan tâm đúng mức.",
    ),
    (
        "Nhân rộng mô hình sản xuất có hiệu quả còn chậm.",
        Topic.AGRICULTURE,
        "Thiếu vốn đối ứng và đầu ra chưa ổn định.",
    ),
    (
        "Trật tự lòng lề đường tái diễn ở một số tuyến.",
        Topic.SECURITY,
        "Xử lý chưa thường xuyên sau đợt cao điểm.",
    ),
    (
        "Chưa tốt.",
        Topic.OTHER,
        "",
    ),
)
_REMEDIES = {
    Topic.FINANCE: "Phân công cấp ủy viên phụ trách từng khu vực, hằng tháng công khai kết quả.",
    Topic.SOCIETY: "Rà soát từng hộ, vận động tham gia bảo hiểm y tế, hỗ trợ hộ khó khăn.",
    Topic.PARTY_BUILDING: "Chuẩn bị nội dung sinh hoạt trước 5 ngày, mỗi quý một chuyên đề.",
    Topic.ADMINISTRATION: "Niêm yết hồ sơ trễ hẹn hằng tuần, xin lỗi người dân bằng văn bản.",
    Topic.MASS_WORK: "Giao ban cộng tác viên dư luận mỗi tháng, trả lời kiến nghị trong 10 ngày.",
    Topic.DISCIPLINE: "Xây dựng chương trình tự kiểm tra, mỗi quý giám sát một chuyên đề.",
    Topic.AGRICULTURE: "Chọn một mô hình làm điểm, ký kết tiêu thụ trước khi nhân rộng.",
    Topic.SECURITY: "Tổ chức tuần tra theo lịch, giao từng tuyến cho đoàn thể tự quản.",
    Topic.OTHER: "Bổ sung, làm rõ hạn chế trong quý I.",
}
# What a branch is given targets for; budgets and files are not its own.
_CELL_SIZE = 4
_CELL_TOPICS = {Topic.SOCIETY, Topic.PARTY_BUILDING, Topic.DISCIPLINE, Topic.MASS_WORK}
_STRENGTHS = (
    "Nội bộ đoàn kết, giữ nghiêm nguyên tắc tập trung dân chủ.",
    "Thực hiện nền nếp chế độ sinh hoạt, tự phê bình và phê bình.",
    "Hoàn thành phần lớn chỉ tiêu được giao, một số chỉ tiêu vượt kế hoạch.",
    "Việc học tập và làm theo Bác có mô hình cụ thể, được nhân dân đồng tình.",
)
_INITIATIVES = (
    ("Tổ tiết kiệm góp vốn quay vòng", "Giúp hộ khó khăn có vốn làm ăn"),
    ("Camera an ninh do dân góp", "Giảm mất trộm vặt trong khu vực"),
    ("Ngày thứ Bảy giải quyết hồ sơ", "Giảm hồ sơ trễ hẹn"),
    ("Tuyến hẻm xanh, sạch, đẹp", "Nhân dân cùng chăm sóc cây xanh"),
    ("Tủ sách pháp luật tại nhà thông tin khu vực", "Người dân dễ tra cứu"),
)


def organization_review(rng: random.Random, *, size: int) -> ReviewFacts:
    """Invent a review; `size` is how many targets, and a third as many shortcomings."""
    own = _TARGETS if size > _CELL_SIZE else [row for row in _TARGETS if row[2] in _CELL_TOPICS]
    targets = tuple(_target(row, rng) for row in rng.sample(own, size))
    chosen = rng.sample(_SHORTCOMINGS[:-1], max(1, size // 3))
    if rng.random() < 0.06:  # noqa: PLR2004 -- now and then somebody writes next to nothing
        chosen.append(_SHORTCOMINGS[-1])
    shortcomings = tuple(_shortcoming(row, targets, rng) for row in chosen)
    return ReviewFacts(
        strengths=tuple(rng.sample(_STRENGTHS, 2)),
        targets=targets,
        shortcomings=shortcomings,
        remedies=tuple(
            RemedyFact(_REMEDIES[one.topic], (one.key,))
            for one in shortcomings
            if rng.random() < 0.85  # noqa: PLR2004 -- some leave a shortcoming without a remedy
        ),
        initiatives=tuple(
            InitiativeFact(name, benefit=benefit)
            for name, benefit in rng.sample(_INITIATIVES, 1 if size > _CELL_SIZE else 0)
        ),
        discipline="Trong năm không có đảng viên vi phạm bị thi hành kỷ luật.",
    )


def _target(row: tuple[str, str, Topic, int, int], rng: random.Random) -> TargetFact:
    name, measure, topic, low, high = row
    planned = Decimal(rng.randint(low, high))
    ratio = Decimal(
        str(round(rng.choices((rng.uniform(0.45, 0.95), rng.uniform(1, 1.3)), (2, 9))[0], 3))
    )
    actual = planned * ratio
    whole = measure not in {"tỷ đồng", "%"}
    return TargetFact(
        name,
        measure,
        topic,
        planned=planned,
        actual=actual.quantize(Decimal(1)) if whole else actual.quantize(Decimal("0.01")),
    )


def _shortcoming(
    row: tuple[str, Topic, str], targets: tuple[TargetFact, ...], rng: random.Random
) -> ShortcomingFact:
    nature, topic, cause = row
    missed = [
        place
        for place, target in enumerate(targets)
        if target.topic == topic and (target.actual or 0) < (target.planned or 0)
    ]
    return ShortcomingFact(
        key=nature[:24],
        nature=nature,
        topic=topic,
        kind=ShortcomingKind.FAULT if rng.random() < 0.1 else ShortcomingKind.LIMITATION,  # noqa: PLR2004 -- one in ten
        target=missed[0] if missed else None,
        cause_kind=CauseKind.SUBJECTIVE if cause else CauseKind.UNKNOWN,
        cause=cause,
    )


# What a member writes under a question; other questions take a duty done.
_PERSONAL = {
    # The headings of form 2A for leaders, and of the forms of 2025.
    "personal-politics-ethics": (
        "Giữ vững lập trường, lối sống giản dị, chấp hành phân công; đã học {n} nghị quyết.",
        "Chấp hành nghiêm chủ trương của Đảng; dự {n} kỳ sinh hoạt, giữ đoàn kết trong chi bộ.",
    ),
    "personal-leadership-results": (
        "Chỉ đạo {n} nhiệm vụ trọng tâm của đơn vị; việc chậm đã rõ nguyên nhân, thời hạn.",
    ),
    "personal-leadership-responsibility": (
        "Phân công rõ người, rõ việc; {n} thủ tục được xử lý trên môi trường số.",
    ),
    "personal-leadership-example": (
        "Bản thân và gia đình gương mẫu, kê khai tài sản đúng hạn; tiếp dân {n} buổi.",
    ),
    "personal-political-thought": (
        "Chấp hành nghiêm chủ trương của Đảng, pháp luật của Nhà nước; đã học {n} nghị quyết.",
        "Tin tưởng đường lối của Đảng; tuyên truyền {n} buổi cho người thân và nhân dân.",
    ),
    "personal-ethics-lifestyle": (
        "Giữ gìn đạo đức, lối sống giản dị; đã giúp {n} hộ khó khăn trong khu vực.",
        "Gương mẫu trong gia đình và nơi ở; tham gia {n} đợt vận động của khu vực.",
    ),
    "personal-discipline-sense": (
        "Dự {n} kỳ sinh hoạt chi bộ trong năm, đóng đảng phí đúng quy định.",
        "Chấp hành sự phân công của chi bộ; dự {n} kỳ sinh hoạt, vắng có báo cáo.",
    ),
    "personal-working-style": (
        "Làm việc có kế hoạch, biết lắng nghe; đã góp ý {n} lần trong sinh hoạt chi bộ.",
        "Việc hằng tuần có ghi sổ theo dõi; {n} việc phát sinh đều báo cáo kịp thời.",
    ),
    "personal-responsibility": (
        "Cùng chịu trách nhiệm về phần việc được phân công trong hạn chế chung của chi bộ.",
    ),
    "personal-commitment": (
        "Thực hiện được {n} nội dung đã cam kết đầu năm, còn một nội dung chậm.",
    ),
    "personal-direction": (
        "Năm tới hoàn thành {n} việc được giao đúng hạn, dự đủ sinh hoạt, góp ý thẳng thắn hơn.",
    ),
}
_DUTY_DONE = (
    "Hoàn thành {n} phần việc chi bộ giao, trong đó có vận động nhân dân trong khu vực.",
    "Nhận {n} việc trong năm, xong đúng hạn phần lớn; việc chậm đã nêu ở phần hạn chế.",
)
# A shortcoming, what it is about, and what is to be done about it.
_PERSONAL_SHORTCOMINGS = (
    (
        "Có lúc còn ngại phát biểu, góp ý trong sinh hoạt chi bộ.",
        Topic.PARTY_BUILDING,
        "Mỗi kỳ sinh hoạt chuẩn bị trước ít nhất một ý kiến.",
    ),
    (
        "Việc tự học tập, nghiên cứu nghị quyết chưa thường xuyên.",
        Topic.PARTY_BUILDING,
        "Mỗi tháng đọc một nghị quyết, ghi lại việc cần làm ở chi bộ.",
    ),
    (
        "Công việc được giao có lần chậm so với thời hạn.",
        Topic.LEADERSHIP,
        "Lập lịch theo tuần, việc có khả năng chậm thì báo cáo trước hạn ba ngày.",
    ),
    (
        "Chưa thường xuyên nắm tình hình các hộ được phân công phụ trách.",
        Topic.MASS_WORK,
        "Mỗi tháng đến thăm các hộ được phân công một lần và phản ánh với chi ủy.",
    ),
)


def personal_text(rng: random.Random, question_id: str) -> str:
    return rng.choice(_PERSONAL.get(question_id, _DUTY_DONE)).format(n=rng.randint(3, 12))


def personal_shortcoming(rng: random.Random) -> tuple[str, Topic, str]:
    return rng.choice(_PERSONAL_SHORTCOMINGS)
