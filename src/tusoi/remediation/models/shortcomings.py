import datetime as dt
from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tusoi.core.models import Privacy, PublicIdModel, account_field, all_or_none
from tusoi.core.text import search_key
from tusoi.cycles.models import ReviewCycle
from tusoi.files.models import StoredFile
from tusoi.people.models import Person
from tusoi.remediation.enums import (
    BACKWARD,
    MOMENTS,
    UNTOUCHED_STATES,
    CauseClass,
    ShortcomingState,
    SourceKind,
    Verdict,
)
from tusoi.remediation.models.lists import ListEntry
from tusoi.reviews.enums import CauseKind, EarlierOutcome, ShortcomingKind, Topic
from tusoi.reviews.models import EarlierShortcoming, ReviewPrompt, Shortcoming, Target
from tusoi.units.models import LeadershipCollective, Unit


# Stands where nothing can become late; a day, so that lists are ordered by one column.
NEVER: Final = dt.date(9999, 12, 31)
_GOOD_VERDICTS: Final = [Verdict.EFFECTIVE, Verdict.PARTLY]


def _moment_fits_state(name: str) -> models.CheckConstraint:
    states = list(MOMENTS[name])
    moment = f"{name}_at__isnull"
    return models.CheckConstraint(
        condition=Q(state__in=states, **{moment: False})
        | (~Q(state__in=states) & Q(**{moment: True})),
        name=f"followed_{name}_fits_state",
    )


class FollowedShortcoming(PublicIdModel):
    """What fell short, followed until it is put right and the effect is checked.

    A shortcoming that a review names keeps its own row there, as the author wrote it; this is
    what the organisation does about it. It has one state.
    """

    cycle = models.ForeignKey(
        ReviewCycle, models.PROTECT, related_name="+", verbose_name=_("đợt kiểm điểm")
    )
    # Where it counts; a person's in their cell.
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name=_("tổ chức đảng")
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("cá nhân")
    )
    collective = models.ForeignKey(
        LeadershipCollective,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("tập thể"),
    )
    source = models.CharField(_("nguồn"), max_length=12, choices=SourceKind.choices)
    # The row of the review; empty when none tells it, or it was taken out of the text. What was
    # pointed out elsewhere first keeps that source.
    told = models.OneToOneField(
        Shortcoming,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="followed",
        verbose_name=_("ghi trong bản tự kiểm điểm"),
    )
    prompt = models.ForeignKey(
        ReviewPrompt,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("gợi ý kiểm điểm"),
    )
    # The meeting, the conclusion of an inspection, the letter: what a reader may look up.
    source_note = models.CharField(_("văn bản, cuộc họp nêu ra"), max_length=300, blank=True)
    # The same shortcoming of the period before; it keeps its own history and deadlines.
    previous = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="returned",
        verbose_name=_("tái diễn từ kỳ trước"),
    )
    years_in_row = models.PositiveSmallIntegerField(_("số kỳ liên tiếp"), default=1)

    kind = models.CharField(
        _("loại"),
        max_length=12,
        choices=ShortcomingKind.choices,
        default=ShortcomingKind.LIMITATION,
    )
    topic = models.CharField(
        _("nội dung"), max_length=16, choices=Topic.choices, default=Topic.OTHER
    )
    topic_entry = models.ForeignKey(
        ListEntry,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("nội dung cụ thể"),
    )
    nature = models.TextField(_("biểu hiện"))
    extent = models.CharField(_("mức độ, số liệu"), max_length=300, blank=True)
    planned_value = models.DecimalField(
        _("kế hoạch"), max_digits=18, decimal_places=3, null=True, blank=True
    )
    reached_value = models.DecimalField(
        _("đạt được"), max_digits=18, decimal_places=3, null=True, blank=True
    )
    value_unit = models.CharField(_("đơn vị tính"), max_length=40, blank=True)
    target = models.ForeignKey(
        Target,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("chỉ tiêu liên quan"),
    )
    target_text = models.CharField(_("chỉ tiêu khác"), max_length=200, blank=True)
    place = models.CharField(_("nơi xảy ra"), max_length=200, blank=True)
    cause_kind = models.CharField(
        _("nguyên nhân"), max_length=12, choices=CauseKind.choices, default=CauseKind.UNKNOWN
    )
    cause_class = models.CharField(
        _("nhóm nguyên nhân"), max_length=16, choices=CauseClass.choices, blank=True
    )
    cause_entry = models.ForeignKey(
        ListEntry,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("nguyên nhân cụ thể"),
    )
    cause = models.TextField(_("diễn giải nguyên nhân"), blank=True)
    collective_responsibility = models.TextField(_("trách nhiệm tập thể"), blank=True)
    personal_responsibility = models.TextField(_("trách nhiệm cá nhân"), blank=True)
    answerable = models.ManyToManyField(
        Person, blank=True, related_name="+", verbose_name=_("người chịu trách nhiệm")
    )

    state = models.CharField(
        _("trạng thái"),
        max_length=16,
        choices=ShortcomingState.choices,
        default=ShortcomingState.RECORDED,
    )
    # Counts the rounds of actions: the second begins when the first had no or little effect.
    attempt = models.PositiveSmallIntegerField(_("lần khắc phục"), default=1)
    # On which day somebody else than who is in charge says whether it helped.
    check_on = models.DateField(_("ngày kiểm tra hiệu quả"), null=True, blank=True)
    verdict = models.CharField(
        _("kết luận về hiệu quả"), max_length=16, choices=Verdict.choices, blank=True
    )
    recorded_at = models.DateTimeField(_("ghi nhận lúc"))
    recorded_by = account_field(_("người ghi nhận"))
    analyzed_at = models.DateTimeField(_("rõ nguyên nhân lúc"), null=True, blank=True)
    analyzed_by = account_field(_("người ghi nguyên nhân"), null=True, blank=True)
    planned_at = models.DateTimeField(_("có việc khắc phục lúc"), null=True, blank=True)
    planned_by = account_field(_("người lập việc"), null=True, blank=True)
    begun_at = models.DateTimeField(_("bắt đầu làm lúc"), null=True, blank=True)
    begun_by = account_field(_("người báo bắt đầu"), null=True, blank=True)
    done_at = models.DateTimeField(_("làm xong lúc"), null=True, blank=True)
    done_by = account_field(_("người báo xong"), null=True, blank=True)
    checked_at = models.DateTimeField(_("kiểm tra hiệu quả lúc"), null=True, blank=True)
    checked_by = account_field(_("người kiểm tra hiệu quả"), null=True, blank=True)
    closed_at = models.DateTimeField(_("kết thúc theo dõi lúc"), null=True, blank=True)
    closed_by = account_field(_("người kết thúc theo dõi"), null=True, blank=True)

    # Worked out from the actions and acceptances whenever those change: boards count them.
    # After this day it is late: the nearest deadline, the day of the check, or how long it is
    # accepted.
    late_after = models.DateField(_("quá hạn sau ngày"), default=NEVER)
    has_action = models.BooleanField(_("có việc khắc phục"), default=False)
    lacks_owner = models.BooleanField(_("có việc chưa có nơi chủ trì"), default=False)
    lacks_measure = models.BooleanField(_("có việc chưa có thước đo"), default=False)
    # Advice to the author: names no figure, day or object.
    is_vague = models.BooleanField(_("còn chung chung"), default=False)
    search_key = models.TextField(_("khóa tìm kiếm"), blank=True)
    # Counts the edits; whoever saves over an edit they have not seen is told.
    version = models.PositiveIntegerField(_("phiên bản"), default=1)

    privacy = Privacy(
        public=(
            "id public_id cycle unit collective source told prompt source_note previous "
            "years_in_row kind topic topic_entry nature extent planned_value reached_value "
            "value_unit target target_text place cause_kind cause_class cause_entry cause state "
            "attempt check_on verdict recorded_at analyzed_at planned_at begun_at done_at "
            "checked_at closed_at late_after has_action lacks_owner lacks_measure is_vague "
            "search_key version"
        ),
        personal=(
            "person collective_responsibility personal_responsibility answerable recorded_by "
            "analyzed_by planned_by begun_by done_by checked_by closed_by"
        ),
    )

    class Meta:
        verbose_name = _("hạn chế, khuyết điểm được theo dõi")
        verbose_name_plural = _("hạn chế, khuyết điểm được theo dõi")
        indexes: ClassVar = [
            # The lists of a board, the most overdue first, and those of one unit.
            models.Index(fields=["cycle", "late_after", "id"], name="followed_late"),
            models.Index(fields=["unit", "cycle", "late_after", "id"], name="followed_unit"),
            models.Index(fields=["cycle", "topic", "late_after", "id"], name="followed_topic"),
            models.Index(fields=["cycle", "state", "late_after", "id"], name="followed_state"),
        ]
        constraints: ClassVar = [
            *(
                models.CheckConstraint(
                    condition=all_or_none(f"{name}_at", f"{name}_by"),
                    name=f"followed_{name}_at_by",
                )
                for name in MOMENTS
            ),
            *(_moment_fits_state(name) for name in MOMENTS),
            models.CheckConstraint(
                condition=Q(
                    state__in=[ShortcomingState.EFFECT_CHECKED, ShortcomingState.CLOSED],
                    verdict__in=_GOOD_VERDICTS,
                )
                | Q(state=ShortcomingState.NOT_EFFECTIVE, verdict=Verdict.NOT_EFFECTIVE)
                | (~Q(state__in=list(MOMENTS["checked"])) & Q(verdict="")),
                name="followed_verdict_fits_state",
            ),
            models.CheckConstraint(
                condition=Q(check_on__isnull=False) | ~Q(state__in=list(MOMENTS["done"])),
                name="followed_done_has_check_day",
            ),
            models.CheckConstraint(
                condition=Q(state=ShortcomingState.RECORDED)
                | (~Q(cause="") & ~Q(cause_kind=CauseKind.UNKNOWN)),
                name="followed_analyzed_has_cause",
            ),
            models.CheckConstraint(
                condition=Q(previous__isnull=True, years_in_row=1)
                | Q(previous__isnull=False, years_in_row__gt=1),
                name="followed_returned_counts_years",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True) | Q(collective__isnull=True),
                name="followed_person_or_collective",
            ),
            models.CheckConstraint(
                condition=Q(prompt__isnull=True) | Q(source=SourceKind.PROMPT),
                name="followed_prompted_by_prompt",
            ),
        ]

    def __str__(self) -> str:
        return self.nature[:80]

    @property
    def is_taken_up(self) -> bool:
        """Say whether anything was done about it; the review it stands in may not drop it then."""
        return self.has_action or self.state not in UNTOUCHED_STATES

    def must_stay(self) -> bool:
        """Say whether something else tells of it, so that it may not be erased."""
        others = (self.links, self.acceptances, self.checks, self.carried)
        return self.is_taken_up or hasattr(self, "returned") or any(one.exists() for one in others)

    @property
    def is_open(self) -> bool:
        return self.state != ShortcomingState.CLOSED

    @property
    def is_settled(self) -> bool:
        """Say whether no further action is to be planned for it."""
        return self.state == ShortcomingState.CLOSED or self.verdict == Verdict.EFFECTIVE

    def words(self) -> str:
        """Return the key by which it is found; accents never matter to it."""
        return search_key(f"{self.nature} {self.extent} {self.place} {self.target_text}")


class ShortcomingTransition(models.Model):
    """One step of a followed shortcoming; the first leads from nowhere."""

    shortcoming = models.ForeignKey(
        FollowedShortcoming,
        models.CASCADE,
        related_name="transitions",
        verbose_name=_("hạn chế, khuyết điểm"),
    )
    from_state = models.CharField(
        _("từ"), max_length=16, choices=ShortcomingState.choices, blank=True
    )
    to_state = models.CharField(_("đến"), max_length=16, choices=ShortcomingState.choices)
    attempt = models.PositiveSmallIntegerField(_("lần khắc phục"), default=1)
    note = models.TextField(_("lý do"), blank=True)
    # The day on which boards count it.
    day = models.DateField(_("ngày"))
    at = models.DateTimeField(_("lúc"))
    actor = account_field(_("người thực hiện"))

    privacy = Privacy(
        public="id shortcoming from_state to_state attempt note day at", personal="actor"
    )

    class Meta:
        verbose_name = _("bước khắc phục")
        verbose_name_plural = _("các bước khắc phục")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(
                    *(Q(from_state=before, to_state=after) for before, after in sorted(BACKWARD)),
                    _connector=Q.OR,
                )
                | ~Q(note=""),
                name="shortcoming_back_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"


class EffectCheck(models.Model):
    """What somebody other than who was in charge found: did it help, and how one knows."""

    shortcoming = models.ForeignKey(
        FollowedShortcoming,
        models.PROTECT,
        related_name="checks",
        verbose_name=_("hạn chế, khuyết điểm"),
    )
    attempt = models.PositiveSmallIntegerField(_("lần khắc phục"))
    verdict = models.CharField(_("kết luận"), max_length=16, choices=Verdict.choices)
    grounds = models.TextField(_("căn cứ kết luận"))
    files = models.ManyToManyField(
        StoredFile, blank=True, related_name="+", verbose_name=_("tài liệu kèm theo")
    )
    checked_on = models.DateField(_("ngày kiểm tra"))
    checked_at = models.DateTimeField(_("ghi lúc"))
    checked_by = account_field(_("người kiểm tra"))

    privacy = Privacy(
        public="id shortcoming attempt verdict grounds checked_on checked_at",
        personal="files checked_by",
    )

    class Meta:
        verbose_name = _("kiểm tra hiệu quả")
        verbose_name_plural = _("các lần kiểm tra hiệu quả")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shortcoming", "attempt"], name="check_once"),
            models.CheckConstraint(condition=~Q(grounds=""), name="check_has_grounds"),
        ]

    def __str__(self) -> str:
        return str(self.get_verdict_display())


class Acceptance(models.Model):
    """Leave to live with a shortcoming until a day; after it, it is open again by itself."""

    shortcoming = models.ForeignKey(
        FollowedShortcoming,
        models.PROTECT,
        related_name="acceptances",
        verbose_name=_("hạn chế, khuyết điểm"),
    )
    until = models.DateField(_("đến hết ngày"))
    reason = models.TextField(_("lý do"))
    asked_at = models.DateTimeField(_("đề nghị lúc"))
    asked_by = account_field(_("người đề nghị"))
    granted_at = models.DateTimeField(_("chấp nhận lúc"), null=True, blank=True)
    granted_by = account_field(_("người chấp nhận"), null=True, blank=True)
    refused_at = models.DateTimeField(_("không chấp nhận lúc"), null=True, blank=True)
    refused_by = account_field(_("người không chấp nhận"), null=True, blank=True)
    refusal = models.TextField(_("lý do không chấp nhận"), blank=True)
    revoked_at = models.DateTimeField(_("thu hồi lúc"), null=True, blank=True)
    revoked_by = account_field(_("người thu hồi"), null=True, blank=True)

    privacy = Privacy(
        public=("id shortcoming until reason asked_at granted_at refused_at refusal revoked_at"),
        personal="asked_by granted_by refused_by revoked_by",
    )

    class Meta:
        verbose_name = _("tạm chấp nhận")
        verbose_name_plural = _("các lần tạm chấp nhận")
        constraints: ClassVar = [
            *(
                models.CheckConstraint(
                    condition=all_or_none(f"{name}_at", f"{name}_by"),
                    name=f"acceptance_{name}_at_by",
                )
                for name in ("granted", "refused", "revoked")
            ),
            models.CheckConstraint(
                condition=Q(granted_at__isnull=True) | Q(refused_at__isnull=True),
                name="acceptance_granted_or_refused",
            ),
            models.CheckConstraint(
                condition=Q(refused_at__isnull=True) | ~Q(refusal=""),
                name="acceptance_refusal_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(granted_at__isnull=False),
                name="acceptance_revoked_was_granted",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="acceptance_has_reason"),
            models.UniqueConstraint(
                fields=["shortcoming"],
                condition=Q(granted_at__isnull=True, refused_at__isnull=True),
                name="acceptance_asked_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.until:%d/%m/%Y}"


class CarriedShortcoming(models.Model):
    """Which line of a later review reports on a followed shortcoming, and what it was told."""

    shortcoming = models.ForeignKey(
        FollowedShortcoming,
        models.PROTECT,
        related_name="carried",
        verbose_name=_("hạn chế, khuyết điểm"),
    )
    earlier = models.OneToOneField(
        EarlierShortcoming,
        models.CASCADE,
        related_name="carried",
        verbose_name=_("dòng trong bản tự kiểm điểm sau"),
    )
    outcome = models.CharField(
        _("kết quả được điền"), max_length=12, choices=EarlierOutcome.choices
    )
    # The version of the line as it was filled; a higher one was edited by its author since.
    version = models.PositiveIntegerField(_("phiên bản"))
    carried_at = models.DateTimeField(_("điền lúc"))
    carried_by = account_field(_("người điền"))

    privacy = Privacy(
        public="id shortcoming earlier outcome version carried_at", personal="carried_by"
    )

    class Meta:
        verbose_name = _("hạn chế, khuyết điểm chuyển sang kỳ sau")
        verbose_name_plural = _("hạn chế, khuyết điểm chuyển sang kỳ sau")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(outcome__in=EarlierOutcome.values), name="carried_has_outcome"
            )
        ]

    def __str__(self) -> str:
        return f"{self.shortcoming_id} → {self.earlier_id}"


__all__ = [
    "NEVER",
    "Acceptance",
    "CarriedShortcoming",
    "EffectCheck",
    "FollowedShortcoming",
    "ShortcomingTransition",
]
