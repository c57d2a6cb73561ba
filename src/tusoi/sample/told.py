"""What people told beside the records when the district was rated, each with its source."""

from collections.abc import Iterator

from tusoi.cycles.enums import SUBJECT_CLASS, SubjectKind
from tusoi.ratings.enums import FactSource
from tusoi.ratings.queries import FactEntry
from tusoi.sample.dossiers import Dossier
from tusoi.units.enums import UnitSector


_MINUTES = "Biên bản hội nghị kiểm điểm"
_RESULTS = "Báo cáo kết quả thực hiện nhiệm vụ năm 2022"
_INSPECTION = "Ủy ban kiểm tra: không có kết luận"
_AT_WORK = "Thông báo kết quả xếp loại của cơ quan, đơn vị"
_DONE = (("100%",), ("94%", "96%", "97%"), ("78%", "82%", "85%"), ("70%", "72%"))
_LEVELS = ("excellent", "good", "satisfactory")

Told = tuple[str, bool | int | str, str]


def told_of(dossier: Dossier, *, was_ill: bool) -> dict[str, FactEntry]:
    """Return what was told when the level was proposed; a long illness is on record already."""
    subject_class = SUBJECT_CLASS[SubjectKind(dossier.obligation.subject_kind)]
    told = {
        name: FactEntry(value, FactSource.ENTERED, source)
        for name, value, source in _TELLERS[subject_class](dossier)
    }
    if subject_class == "member" and not was_ill:
        told["sick-leave-months"] = FactEntry(0, FactSource.ENTERED, "Chi ủy xác nhận")
    return told


def _outstanding(dossier: Dossier) -> Iterator[Told]:
    if dossier.level_rank == 0:
        yield "outstanding-confirmed", True, _MINUTES


def _completed(dossier: Dossier) -> Told:
    shares = _DONE[dossier.level_rank]
    return "task-completion-ratio", shares[dossier.obligation.pk % len(shares)], _RESULTS


def _of_member(dossier: Dossier) -> Iterator[Told]:
    person = dossier.obligation.person
    yield from _outstanding(dossier)
    yield _completed(dossier)
    yield "degradation-concluded", False, _INSPECTION
    if person is not None:
        yield "is-civil-servant", person.is_civil_servant, "Lý lịch đảng viên"
        if person.is_civil_servant:
            yield "civil-service-rated", True, _AT_WORK
            level = _LEVELS[min(dossier.level_rank, len(_LEVELS) - 1)]
            yield "civil-service-level", level, _AT_WORK


def _of_organization(dossier: Dossier) -> Iterator[Told]:
    has_peers = dossier.obligation.unit.sector == UnitSector.LOCALITY
    yield from _outstanding(dossier)
    yield _completed(dossier)
    yield "force-majeure", False, _RESULTS
    if has_peers:
        yield "peer-lowest-level", "good", "Kết quả xếp loại chính quyền, đoàn thể cùng cấp"
    else:
        yield "peer-lowest-level", "not-applicable", "Không có chính quyền, đoàn thể cùng cấp"


def _of_collective(dossier: Dossier) -> Iterator[Told]:
    yield from _outstanding(dossier)
    for name in ("disunity-concluded", "member-degradation-concluded", "collective-disciplined"):
        yield name, False, _INSPECTION
    yield "main-targets-failed", False, _RESULTS
    yield "force-majeure", False, _RESULTS


def _of_leader(_dossier: Dossier) -> Iterator[Told]:
    """The rules of 2018 on leaders read records and grades alone."""
    return iter(())


_TELLERS = {
    "member": _of_member,
    "party_organization": _of_organization,
    "collective": _of_collective,
    "leader": _of_leader,
}
