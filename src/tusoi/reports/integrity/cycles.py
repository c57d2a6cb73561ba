"""Cycles, dossiers, meetings, ratings: what was left half done."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from tusoi.access.enums import Permission
from tusoi.cycles.enums import (
    ORGANIZATION_KINDS,
    CycleState,
    StageKey,
    SubjectKind,
)
from tusoi.cycles.models import CycleStage, Obligation, ReviewCycle
from tusoi.cycles.queries import cycles_for
from tusoi.meetings.enums import ItemState, MeetingState
from tusoi.meetings.models import AgendaItem, ReviewMeeting
from tusoi.people.models import PartyMember
from tusoi.ratings.enums import RatingStep
from tusoi.reports.integrity.check import Check, Door, Fault, Scope, Severity
from tusoi.rulebooks.rulebook import Rulebook


# -- dossiers ------------------------------------------------------------------------------------


def _owed(scope: Scope, permission: Permission) -> QuerySet[Obligation]:
    return (
        Obligation.objects.filter(
            cycle__state=CycleState.OPEN,
            cancelled_on__isnull=True,
            unit__in=scope.units(permission),
        )
        .select_related("cycle", "unit")
        .order_by("cycle", "unit__sort_key", "sort_key", "pk")
    )


def _without_subject(scope: Scope) -> QuerySet[Obligation]:
    """Find dossiers still awaited from somebody who is no longer there."""
    member = PartyMember.objects.filter(person=OuterRef("person"))
    belongs = member.filter(Q(left_on__isnull=True) | Q(left_on__gt=scope.on))
    gone = Q(subject_kind=SubjectKind.MEMBER) & ~Exists(belongs)
    closed = Q(subject_kind__in=ORGANIZATION_KINDS, unit__closed_on__lte=scope.on)
    ended = Q(collective__isnull=False, collective__closed_on__lte=scope.on)
    return _owed(scope, Permission.PROGRESS_VIEW).filter(
        gone | closed | ended, submitted_at__isnull=True
    )


def _without_deadline(scope: Scope) -> QuerySet[Obligation]:
    """Find dossiers whose kind has no day in the calendar, or one before the period reviewed."""
    planned = CycleStage.objects.filter(
        cycle=OuterRef("cycle"), subject_kind=OuterRef("subject_kind"), key=StageKey.SELF_REVIEW
    )
    return _owed(scope, Permission.PROGRESS_VIEW).filter(
        ~Exists(planned) | Q(due_on__lt=F("cycle__period_from"))
    )


def _tell_dossier(owed: Obligation) -> Fault:
    keys = (str(owed.cycle.public_id), str(owed.unit.public_id))
    return Fault(str(owed), f"{owed.unit} · {owed.cycle}", Door.CYCLE_UNIT, keys, owed.due_on)


def _undecided_after_the_day(scope: Scope) -> QuerySet[Obligation]:
    overdue = CycleStage.objects.filter(
        cycle=OuterRef("cycle"),
        subject_kind=OuterRef("subject_kind"),
        key=StageKey.DECIDE,
        due_on__lt=scope.on,
    )
    return _owed(scope, Permission.RATING_VIEW).filter(
        Exists(overdue),
        rating__step__in=[RatingStep.PROPOSED, RatingStep.APPRAISED],
    )


def _tell_rating(owed: Obligation) -> Fault:
    return Fault(str(owed), f"{owed.unit} · {owed.cycle}", Door.RATING, (str(owed.pk),))


# -- meetings ------------------------------------------------------------------------------------


def _closed_without_minutes(scope: Scope) -> QuerySet[ReviewMeeting]:
    """Find meetings that ended and whose minutes would name no chair, or leave a review open."""
    open_items = AgendaItem.objects.filter(meeting=OuterRef("pk"), state=ItemState.OPEN)
    return (
        ReviewMeeting.objects.filter(
            Q(chair__isnull=True) | Q(secretary__isnull=True) | Exists(open_items),
            state=MeetingState.CLOSED,
            unit__in=scope.units(Permission.MEETING_VIEW),
        )
        .select_related("unit")
        .order_by("-closed_at", "pk")
    )


def _tell_meeting(meeting: ReviewMeeting) -> Fault:
    return Fault(meeting.name, meeting.unit.name, Door.MEETING, (str(meeting.public_id),))


# -- rulebooks -----------------------------------------------------------------------------------


def _rulebooks_changed(scope: Scope) -> Iterator[ReviewCycle]:
    """Work the fingerprints out again: cycles are few, and each copy is read once."""
    sound: dict[int, str] = {}
    cycles: Iterable[ReviewCycle] = (
        cycles_for(scope.actor, scope.on).select_related("rulebook_copy").order_by("pk")
    )
    for cycle in cycles:
        copy = cycle.rulebook_copy
        if copy.pk not in sound:
            sound[copy.pk] = _fingerprint_of(copy.snapshot)
        if not cycle.rulebook_fingerprint == copy.fingerprint == sound[copy.pk]:
            yield cycle


def _fingerprint_of(snapshot: Any) -> str:
    try:
        return Rulebook.from_snapshot(snapshot).fingerprint
    except ValidationError:
        return ""


def _tell_cycle(cycle: ReviewCycle) -> Fault:
    return Fault(cycle.name, cycle.rulebook_identity, Door.CYCLE, (str(cycle.public_id),))


_CHECKS: Final[tuple[dict[str, Any], ...]] = (
    {
        "key": "dossier-without-subject",
        "severity": Severity.SERIOUS,
        "title": _("Hồ sơ phải có của đối tượng không còn"),
        "explanation": _(
            "Người đã ra khỏi Đảng, tổ chức hoặc tập thể đã kết thúc hoạt động, nhưng hồ sơ vẫn "
            "bị tính là còn thiếu."
        ),
        "remedy": _("Mở “Điều chỉnh danh sách” của đơn vị, thôi tính hồ sơ kèm lý do."),
        "permission": Permission.PROGRESS_VIEW,
        "rows": _without_subject,
        "tell": _tell_dossier,
    },
    {
        "key": "dossier-without-deadline",
        "severity": Severity.SERIOUS,
        "title": _("Hồ sơ phải có nhưng không có thời hạn đúng"),
        "explanation": _(
            "Lịch của đợt không có thời hạn cho loại đối tượng này, hoặc thời hạn nằm trước kỳ "
            "kiểm điểm, nên không nhắc việc và không tính nộp muộn được."
        ),
        "remedy": _("Xem lại lịch của đợt kiểm điểm."),
        "permission": Permission.PROGRESS_VIEW,
        "rows": _without_deadline,
        "tell": _tell_dossier,
    },
    {
        "key": "meeting-without-minutes",
        "severity": Severity.SERIOUS,
        "title": _("Hội nghị đã kết thúc mà biên bản chưa đủ"),
        "explanation": _("Thiếu người chủ trì hoặc thư ký, hoặc còn nội dung chưa kết luận."),
        "remedy": _("Mở lại hội nghị kèm lý do, bổ sung rồi kết thúc lại."),
        "permission": Permission.MEETING_VIEW,
        "rows": _closed_without_minutes,
        "tell": _tell_meeting,
    },
    {
        "key": "rating-undecided",
        "severity": Severity.NOTICE,
        "title": _("Quá thời hạn quyết định mà chưa có quyết định xếp loại"),
        "explanation": _("Đã đề xuất hoặc thẩm định, thời hạn quyết định của đợt đã qua."),
        "remedy": _("Trình cấp có thẩm quyền quyết định."),
        "permission": Permission.RATING_VIEW,
        "rows": _undecided_after_the_day,
        "tell": _tell_rating,
    },
    {
        "key": "rulebook-copy-changed",
        "severity": Severity.SERIOUS,
        "title": _("Bản sao quy định của đợt không còn nguyên vẹn"),
        "explanation": _(
            "Nội dung quy định lưu cùng đợt không khớp dấu vân tay ghi khi chọn; có thể cơ sở "
            "dữ liệu đã bị sửa từ bên ngoài."
        ),
        "remedy": _("Báo quản trị hệ thống; phục hồi từ bản sao lưu."),
        "permission": Permission.CYCLE_VIEW,
        "rows": _rulebooks_changed,
        "tell": _tell_cycle,
    },
)
CYCLE_CHECKS: Final = tuple(Check(**check) for check in _CHECKS)
