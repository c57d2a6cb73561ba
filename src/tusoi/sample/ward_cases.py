"""How each subject of the ward did: points, figures, what others concluded. Invented, by rank."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from tusoi.cycles.enums import SubjectKind
from tusoi.cycles.models import Obligation
from tusoi.reviews.enums import EarlierOutcome, Topic
from tusoi.reviews.models import EarlierShortcoming, SelfReview, Target
from tusoi.sample.blueprint import UnitPlan
from tusoi.sample.dossiers import Dossier, Scribe, Writer, goes_with_unit
from tusoi.sample.ward import DECIDED


ANNEX: Final = "Phụ lục kết quả thực hiện nhiệm vụ kèm bản kiểm điểm"
LAST_YEAR: Final = "Kết luận kiểm điểm năm 2024 (mẫu)"
CHECKED: Final = "Ủy ban Kiểm tra Đảng ủy phường trả lời ngày 05/12/2025 (mẫu)"
RATED_AT_WORK: Final = "Thông báo kết quả xếp loại công chức, viên chức năm 2025 (mẫu)"
NOT_APPLICABLE: Final = "not-applicable"
# What was pointed out the year before, as many of them as the case says.
_EARLIER: Final = (
    "Sinh hoạt chưa đều, chuẩn bị ý kiến còn sơ sài.",
    "Báo cáo kết quả việc được giao có lần chậm.",
    "Chưa chủ động nắm tình hình nơi được phân công.",
)
_NEVER: Final = dict.fromkeys(
    (
        "verification-pending",
        "degradation-concluded",
        "forbidden-acts-concluded",
        "exemplary-breach-concluded",
        "personnel-wrongdoing-concluded",
        "disunity-concluded",
        "member-degradation-concluded",
        "corruption-disciplined",
        "has-kht-quarter",
        "violation-at-previous-unit",
    ),
    False,
)
# General criteria of 30, task results of 70, by rank: from and to, in half points.
_POINTS: Final = (
    ((54, 58), (128, 136)),
    ((48, 54), (104, 120)),
    ((40, 46), (72, 86)),
    ((28, 32), (50, 58)),
)
_WORST: Final = 3
# Better than the quota allows where the cell has still to weigh its proposals.
_WEIGHTS: Final = {"TM-UB": (45, 45, 10, 0), "TM-KP1": (45, 45, 10, 0)}
_USUAL: Final = (24, 62, 13, 1)


@dataclass(frozen=True)
class Case:
    """What is known of a subject beside its own words."""

    rank: int
    points: tuple[str, str]
    # Assigned, done, late, exceeded; nothing where nobody has told.
    tasks: tuple[int, int, int, int] | None
    faults: tuple[int, int]
    told: Mapping[str, bool] = field(default_factory=dict)
    reasons: str = ""
    has_conclusions: bool = True

    def facts(self) -> dict[str, tuple[bool | int | str, str]]:
        """Return each fact with its source."""
        found: dict[str, tuple[bool | int | str, str]] = {}
        if self.tasks is not None:
            names = ("assigned", "done", "late", "exceeded")
            for name, number in zip(names, self.tasks, strict=True):
                found[f"tasks-{name}-count"] = number, ANNEX
                found[f"unit-tasks-{name}-count"] = number, ANNEX
        found["faults-pointed-out-count"] = self.faults[0], LAST_YEAR
        found["faults-remedied-count"] = self.faults[1], LAST_YEAR
        if self.has_conclusions:
            found |= {name: (value, CHECKED) for name, value in _NEVER.items()}
            found["basic-targets-failed"] = NOT_APPLICABLE, CHECKED
            found["low-confidence-ratio"] = NOT_APPLICABLE, "Trong năm không lấy phiếu tín nhiệm"
        return found | {name: (value, CHECKED) for name, value in self.told.items()}


class WardScribe(Scribe):
    """Writes the reviews of the ward, with points, and remembers how everybody did."""

    def prepare(self) -> None:
        self.cases: dict[int, Case] = {}
        self.special = _special_cases()
        self.places = {
            member.person_id: (code, place)
            for code, members in self.population.members_of.items()
            for place, member in enumerate(members)
        }

    def dossier_of(self, obligation: Obligation) -> Dossier:
        plan = self.plans[obligation.unit_id]
        done = plan.is_done if goes_with_unit(obligation) else plan.members_done
        dossier = Dossier(obligation, self._rank_of(obligation, plan))
        if done:
            dossier.meets_on = self.meeting_days[obligation.unit_id]
        if obligation.subject_kind == SubjectKind.GRASSROOTS_ORGANIZATION:
            dossier.content = self.content_of(plan)
        return dossier

    def _rank_of(self, obligation: Obligation, plan: UnitPlan) -> int:
        special = self._special(obligation)
        if special is not None:
            return special.rank
        if obligation.person_id is None:
            return 0 if plan.code == "TM-KP1" else 1
        return self.rng.choices((0, 1, 2, _WORST), _WEIGHTS.get(plan.code, _USUAL))[0]

    def _special(self, obligation: Obligation) -> Case | None:
        if obligation.subject_kind != SubjectKind.MEMBER:
            return None
        return self.special.get(self.places.get(obligation.person_id or 0, ("", 0)))

    def write(self, dossier: Dossier, writer: Writer) -> None:
        case = self._special(dossier.obligation)
        if case is None:
            case = _case(dossier.level_rank, self.rng)
            # Where nothing is decided yet, the inspection commission has not answered everybody.
            plan = self.plans[dossier.obligation.unit_id]
            waits = plan.code not in DECIDED and self.rng.random() < 0.5  # noqa: PLR2004 -- one in two
            case = replace(case, has_conclusions=not waits)
        self.cases[dossier.obligation.pk] = case
        dossier.points = case.points
        super().write(dossier, writer)
        if dossier.review is not None:
            self._write_annex(dossier.review, case, writer)

    def _write_annex(self, review: SelfReview, case: Case, writer: Writer) -> None:
        """Let the form say what is entered as facts when it is rated."""
        if case.tasks is not None and review.obligation.person_id is not None:
            writer.add(
                Target(
                    review=review,
                    name="Nhiệm vụ được giao trong năm",
                    measure="nhiệm vụ",
                    planned=Decimal(case.tasks[0]),
                    actual=Decimal(case.tasks[1]),
                    topic=Topic.LEADERSHIP,
                    source=ANNEX,
                )
            )
        pointed_out, remedied = case.faults
        for place, nature in enumerate(_EARLIER[:pointed_out]):
            done = place < remedied
            writer.add(
                EarlierShortcoming(
                    review=review,
                    position=place,
                    nature=nature,
                    outcome=EarlierOutcome.DONE if done else EarlierOutcome.UNDER_WAY,
                    account="Đã làm xong trong quý III." if done else "Còn làm tiếp trong quý I.",
                )
            )


def _case(rank: int, rng: random.Random) -> Case:
    general, tasks = (rng.randint(*span) for span in _POINTS[rank])
    assigned = rng.randint(6, 12)
    exceeded = -(-assigned * 3 // 10) if rank == 0 else rng.randint(0, 1)
    done = assigned // 3 if rank == _WORST else assigned
    late = 1 if rank == 2 else 0  # noqa: PLR2004 -- satisfactory: all done, one of them late
    faults = rng.randint(0, 3)
    return Case(
        rank=rank,
        points=(half(general), half(tasks)),
        tasks=(assigned, done, late, exceeded),
        faults=(faults, faults if rank <= 1 else 0),
    )


def half(number: int) -> str:
    """Write points that are counted in halves: 55 is 27,5."""
    return f"{number // 2},5" if number % 2 else f"{number // 2}"


def _special_cases() -> dict[tuple[str, int], Case]:
    """Return what the sample wants to show, by cell and place; counted from its `ward.py`."""
    all_done = (10, 10, 0, 1)
    return {
        # Disciplined, but had reported it: the authority may set the presumption aside.
        ("TM-KP1", 22): Case(
            1,
            ("24", "52"),
            all_done,
            (1, 1),
            told={"duty-discipline-in-year": True, "self-reported": True},
            reasons="Chủ động báo cáo, nhận khuyết điểm từ trước; đã khắc phục xong.",
        ),
        # 92 points, but hardly anything beyond what was asked: good, not excellent.
        ("TM-TH", 5): Case(1, ("28", "64"), all_done, (2, 2)),
        # Fair points with a tenth undone: the text has no level for that.
        ("TM-UB", 8): Case(
            2,
            ("22", "39"),
            (10, 9, 0, 0),
            (1, 0),
            reasons="Điểm và số nhiệm vụ hoàn thành không khớp mức nào; đề nghị cấp có thẩm quyền "
            "xem xét mức hoàn thành nhiệm vụ vì việc còn lại phụ thuộc đơn vị phối hợp.",
        ),
        # Nobody has told how many duties there were.
        ("TM-UB", 11): Case(1, ("26", "56"), None, (0, 0)),
        ("TM-UB", 12): Case(0, ("28", "66"), None, (0, 0)),
        # Long ill: rated on the work of the other months.
        ("TM-YT", 6): Case(1, ("25", "48"), (5, 5, 0, 0), (0, 0)),
        # For a time in the co-operative's cell; rated here.
        ("TM-KP2", 20): Case(1, ("25", "53"), (6, 6, 0, 1), (0, 0)),
        # Warned for how the duties were done, and no ground to look away.
        ("TM-CA", 15): Case(
            _WORST, ("20", "47"), (8, 8, 1, 0), (2, 1), told={"duty-discipline-in-year": True}
        ),
    }
