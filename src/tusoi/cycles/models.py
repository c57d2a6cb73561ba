from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tusoi.core.models import Privacy, PublicIdModel, account_field, all_or_none
from tusoi.cycles.enums import (
    AdjustmentEffect,
    AdjustmentKind,
    Cadence,
    CycleState,
    ProgressStep,
    StageKey,
    SubjectKind,
)
from tusoi.files.models import StoredFile
from tusoi.people.models import Person
from tusoi.units.enums import UnitKind
from tusoi.units.models import LeadershipCollective, Unit


class RulebookCopy(models.Model):
    """A rulebook as it was loaded when a person pinned it; cycles stay explainable from it."""

    identity = models.CharField(_("bộ quy tắc"), max_length=40)
    fingerprint = models.CharField(_("dấu vân tay bộ quy tắc"), max_length=64, unique=True)
    snapshot = models.JSONField(_("bản sao bộ quy tắc"))
    kept_at = models.DateTimeField(_("lưu lúc"))

    privacy = Privacy(public="id identity fingerprint snapshot kept_at")

    class Meta:
        verbose_name = _("bản sao bộ quy tắc")
        verbose_name_plural = _("bản sao bộ quy tắc")

    def __str__(self) -> str:
        return self.identity


class ReviewCycle(PublicIdModel):
    """One review of one period under one root, by one pinned rulebook."""

    name = models.CharField(_("tên đợt"), max_length=200)
    year = models.PositiveSmallIntegerField(_("năm"))
    cadence = models.CharField(
        _("định kỳ"), max_length=12, choices=Cadence.choices, default=Cadence.ANNUAL
    )
    root = models.ForeignKey(
        Unit, models.PROTECT, related_name="cycles", verbose_name=_("đảng bộ tổ chức kiểm điểm")
    )
    period_from = models.DateField(_("kiểm điểm từ ngày"))
    period_to = models.DateField(_("đến hết ngày"))
    state = models.CharField(
        _("trạng thái"), max_length=8, choices=CycleState.choices, default=CycleState.DRAFT
    )
    # The rulebook was chosen by a person: id@revision, its fingerprint, and the copy as loaded
    # (in a row of its own: lists of cycles must not read it).
    rulebook_identity = models.CharField(_("bộ quy tắc"), max_length=40)
    rulebook_fingerprint = models.CharField(_("dấu vân tay bộ quy tắc"), max_length=64)
    rulebook_copy = models.ForeignKey(
        RulebookCopy, models.PROTECT, related_name="+", verbose_name=_("bản sao bộ quy tắc")
    )
    # The authority's choices where the regulation leaves one: {setting id: choice}.
    rulebook_settings = models.JSONField(_("lựa chọn của cấp có thẩm quyền"), default=dict)
    directive_number = models.CharField(
        _("số, ký hiệu văn bản chỉ đạo"), max_length=60, blank=True
    )
    directive_on = models.DateField(_("ngày ban hành"), null=True, blank=True)
    directive_issuer = models.CharField(_("cơ quan ban hành"), max_length=200, blank=True)
    directive_requirements = models.TextField(_("yêu cầu"), blank=True)
    directive_files = models.ManyToManyField(
        StoredFile, blank=True, related_name="+", verbose_name=_("văn bản kèm theo")
    )
    # After the due date of writing, only units with an exception may still hand in.
    locks_after_due = models.BooleanField(_("khóa nộp sau thời hạn"), default=False)
    created_at = models.DateTimeField(_("lập lúc"))
    created_by = account_field(_("người lập"))
    opened_at = models.DateTimeField(_("mở lúc"), null=True, blank=True)
    opened_by = account_field(_("người mở"), null=True, blank=True)
    closed_at = models.DateTimeField(_("kết thúc lúc"), null=True, blank=True)
    closed_by = account_field(_("người kết thúc"), null=True, blank=True)
    is_sample = models.BooleanField(_("dữ liệu mẫu"), default=False)

    privacy = Privacy(
        public=(
            "id public_id name year cadence root period_from period_to state rulebook_identity "
            "rulebook_fingerprint rulebook_copy rulebook_settings directive_number "
            "directive_on directive_issuer directive_requirements directive_files "
            "locks_after_due created_at opened_at closed_at is_sample"
        ),
        personal="created_by opened_by closed_by",
    )

    class Meta:
        verbose_name = _("đợt kiểm điểm")
        verbose_name_plural = _("đợt kiểm điểm")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(period_to__gte=F("period_from")), name="cycle_period_in_order"
            ),
            models.CheckConstraint(
                condition=Q(state=CycleState.DRAFT, opened_at__isnull=True)
                | Q(state__in=[CycleState.OPEN, CycleState.CLOSED], opened_at__isnull=False),
                name="cycle_open_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(state=CycleState.CLOSED, closed_at__isnull=False)
                | (~Q(state=CycleState.CLOSED) & Q(closed_at__isnull=True)),
                name="cycle_closed_has_moment",
            ),
            models.CheckConstraint(
                condition=all_or_none("opened_at", "opened_by"), name="cycle_opened_at_by"
            ),
            models.CheckConstraint(
                condition=all_or_none("closed_at", "closed_by"), name="cycle_closed_at_by"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CycleStage(models.Model):
    """The calendar: until when each level of organisation has each step done."""

    cycle = models.ForeignKey(
        ReviewCycle, models.CASCADE, related_name="stages", verbose_name=_("đợt kiểm điểm")
    )
    key = models.CharField(_("bước"), max_length=12, choices=StageKey.choices)
    subject_kind = models.CharField(_("đối tượng"), max_length=24, choices=SubjectKind.choices)
    starts_on = models.DateField(_("từ ngày"), null=True, blank=True)
    due_on = models.DateField(_("thời hạn"))

    privacy = Privacy(public="id cycle key subject_kind starts_on due_on")

    class Meta:
        verbose_name = _("bước của đợt")
        verbose_name_plural = _("các bước của đợt")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cycle", "subject_kind", "key"], name="stage_once_per_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_key_display()} – {self.get_subject_kind_display()}"


class CycleUnit(models.Model):
    """An organisation as it stood at opening, and whether it took note of the directive."""

    cycle = models.ForeignKey(
        ReviewCycle, models.CASCADE, related_name="cycle_units", verbose_name=_("đợt kiểm điểm")
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="cycle_units", verbose_name=_("tổ chức đảng")
    )
    parent = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("tổ chức đảng cấp trên"),
    )
    name = models.CharField(_("tên"), max_length=200)
    sort_key = models.CharField(_("khóa xếp thứ tự"), max_length=600)
    kind = models.CharField(_("loại"), max_length=24, choices=UnitKind.choices)
    depth = models.PositiveSmallIntegerField(_("bậc"))
    acknowledged_at = models.DateTimeField(_("quán triệt lúc"), null=True, blank=True)
    acknowledged_by = account_field(_("người xác nhận"), null=True, blank=True)

    privacy = Privacy(
        public="id cycle unit parent name sort_key kind depth acknowledged_at",
        personal="acknowledged_by",
    )

    class Meta:
        verbose_name = _("tổ chức đảng trong đợt")
        verbose_name_plural = _("tổ chức đảng trong đợt")
        indexes: ClassVar = [
            models.Index(fields=["cycle", "parent", "sort_key"], name="cycle_unit_children")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cycle", "unit"], name="cycle_unit_once"),
            models.CheckConstraint(
                condition=all_or_none("acknowledged_at", "acknowledged_by"),
                name="cycle_unit_acknowledged_at_by",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CycleClosure(models.Model):
    """Ancestors and descendants in the tree that the cycle froze, each unit with itself."""

    cycle = models.ForeignKey(
        ReviewCycle, models.CASCADE, related_name="+", verbose_name=_("đợt kiểm điểm")
    )
    ancestor = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name=_("cấp trên")
    )
    descendant = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name=_("cấp dưới")
    )
    depth = models.PositiveSmallIntegerField(_("số bậc"))

    privacy = Privacy(public="id cycle ancestor descendant depth")

    class Meta:
        verbose_name = _("quan hệ trên dưới trong đợt")
        verbose_name_plural = _("quan hệ trên dưới trong đợt")
        indexes: ClassVar = [
            models.Index(fields=["cycle", "descendant"], name="cycle_closure_up"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cycle", "ancestor", "descendant"], name="cycle_closure_pair"
            )
        ]

    def __str__(self) -> str:
        return f"{self.ancestor_id} > {self.descendant_id}"


class Obligation(models.Model):
    """One dossier that one subject owes in one cycle; every rate is facts joined to these rows.

    The `*_at` columns are the facts in force now. ObligationFact keeps every one that came or
    went, so that the state of any past day can be told.
    """

    cycle = models.ForeignKey(
        ReviewCycle, models.PROTECT, related_name="obligations", verbose_name=_("đợt kiểm điểm")
    )
    subject_kind = models.CharField(_("đối tượng"), max_length=24, choices=SubjectKind.choices)
    # Where it counts: the organisation itself, the member's cell, the collective's unit.
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="obligations", verbose_name=_("đơn vị")
    )
    person = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="obligations",
        verbose_name=_("cá nhân"),
    )
    collective = models.ForeignKey(
        LeadershipCollective,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="obligations",
        verbose_name=_("tập thể"),
    )
    name = models.CharField(_("tên đối tượng"), max_length=200)
    sort_key = models.CharField(_("khóa xếp thứ tự"), max_length=600)
    form_id = models.CharField(_("mẫu"), max_length=80)
    # Only where the rulebook tells narrower classes apart (a member outside the political
    # system) or has sector blocks; empty means what the kind of subject says.
    rule_class = models.CharField(_("loại đối tượng theo quy định"), max_length=24, blank=True)
    block = models.CharField(_("khối ngành"), max_length=80, blank=True)
    is_rateable = models.BooleanField(_("được xếp loại"), default=True)
    # The rulebook's code for being reviewed but not rated ("newly-admitted"…).
    not_rated_code = models.CharField(_("lý do không xếp loại"), max_length=80, blank=True)
    due_on = models.DateField(_("thời hạn nộp"))
    added_on = models.DateField(_("tính từ ngày"))
    cancelled_on = models.DateField(_("thôi tính từ ngày"), null=True, blank=True)

    started_at = models.DateTimeField(_("bắt đầu lúc"), null=True, blank=True)
    completed_at = models.DateTimeField(_("viết xong lúc"), null=True, blank=True)
    first_submitted_at = models.DateTimeField(_("nộp lần đầu lúc"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("nộp lúc"), null=True, blank=True)
    was_late = models.BooleanField(_("nộp muộn"), null=True, blank=True)
    returned_at = models.DateTimeField(_("trả lại lúc"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("tiếp nhận lúc"), null=True, blank=True)
    reviewed_at = models.DateTimeField(_("kiểm điểm lúc"), null=True, blank=True)
    rated_at = models.DateTimeField(_("xếp loại lúc"), null=True, blank=True)
    decided_at = models.DateTimeField(_("quyết định lúc"), null=True, blank=True)

    privacy = Privacy(
        public=(
            "id cycle subject_kind unit collective form_id block due_on added_on cancelled_on "
            "started_at completed_at first_submitted_at submitted_at was_late returned_at "
            "accepted_at reviewed_at rated_at decided_at"
        ),
        personal="person name sort_key rule_class is_rateable not_rated_code",
    )

    class Meta:
        verbose_name = _("hồ sơ phải có")
        verbose_name_plural = _("hồ sơ phải có")
        indexes: ClassVar = [
            models.Index(fields=["cycle", "unit", "subject_kind"], name="obligation_unit"),
            models.Index(fields=["person", "cycle"], name="obligation_person"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cycle", "unit", "subject_kind", "form_id"],
                condition=Q(
                    person__isnull=True, collective__isnull=True, cancelled_on__isnull=True
                ),
                name="obligation_once_per_unit",
            ),
            models.UniqueConstraint(
                fields=["cycle", "person", "subject_kind", "form_id"],
                condition=Q(person__isnull=False, cancelled_on__isnull=True),
                name="obligation_once_per_person",
            ),
            models.UniqueConstraint(
                fields=["cycle", "collective", "form_id"],
                condition=Q(
                    collective__isnull=False, person__isnull=True, cancelled_on__isnull=True
                ),
                name="obligation_once_per_collective",
            ),
            models.CheckConstraint(
                condition=Q(
                    subject_kind__in=[SubjectKind.MEMBER, SubjectKind.LEADER],
                    person__isnull=False,
                )
                | Q(
                    subject_kind=SubjectKind.COLLECTIVE,
                    person__isnull=True,
                    collective__isnull=False,
                )
                | Q(
                    subject_kind__in=[
                        SubjectKind.SUPERIOR_ORGANIZATION,
                        SubjectKind.GRASSROOTS_ORGANIZATION,
                        SubjectKind.SECTION,
                        SubjectKind.CELL,
                    ],
                    person__isnull=True,
                    collective__isnull=True,
                ),
                name="obligation_subject_fits_kind",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True) | Q(first_submitted_at__isnull=False),
                name="obligation_submitted_has_first",
            ),
            models.CheckConstraint(
                condition=all_or_none("first_submitted_at", "was_late"),
                name="obligation_late_known_when_submitted",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True) | Q(returned_at__isnull=True),
                name="obligation_submitted_or_returned",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_subject_kind_display()})"


class EarlierPlace(models.Model):
    """Where a dossier counted before it was handed over or counted again; the past stays so.

    The place in force is the dossier's own: its unit, since the day from which it counts.
    """

    obligation = models.ForeignKey(
        Obligation, models.CASCADE, related_name="earlier_places", verbose_name=_("hồ sơ")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    counted_from = models.DateField(_("tính từ ngày"))
    # The first day on which it no longer counted there.
    counted_to = models.DateField(_("đến trước ngày"))

    privacy = Privacy(public="id obligation unit counted_from counted_to")

    class Meta:
        verbose_name = _("nơi tính trước đây")
        verbose_name_plural = _("nơi tính trước đây")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(counted_to__gt=F("counted_from")), name="earlier_place_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.counted_from} – {self.counted_to}"


class ExcusedSubject(models.Model):
    """Who was left out of the expected set at opening, and by which rule of the rulebook."""

    cycle = models.ForeignKey(
        ReviewCycle, models.CASCADE, related_name="excused", verbose_name=_("đợt kiểm điểm")
    )
    subject_kind = models.CharField(_("đối tượng"), max_length=24, choices=SubjectKind.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    person = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cá nhân"),
    )
    name = models.CharField(_("tên đối tượng"), max_length=200)
    sort_key = models.CharField(_("khóa xếp thứ tự"), max_length=600)
    # The id of the participation rule; its wording is in the cycle's copy of the rulebook.
    code = models.CharField(_("lý do"), max_length=80)

    privacy = Privacy(public="id cycle subject_kind unit", personal="person name sort_key code")

    class Meta:
        verbose_name = _("đối tượng không phải kiểm điểm")
        verbose_name_plural = _("đối tượng không phải kiểm điểm")
        indexes: ClassVar = [
            models.Index(fields=["cycle", "subject_kind", "code"], name="excused_reason")
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.code}"


class ObligationFact(models.Model):
    """A step reached (+1) or undone (-1) on a day: the source of every past progress figure."""

    obligation = models.ForeignKey(
        Obligation, models.CASCADE, related_name="facts", verbose_name=_("hồ sơ")
    )
    step = models.CharField(_("bước"), max_length=12, choices=ProgressStep.choices)
    delta = models.SmallIntegerField(_("thay đổi"))
    day = models.DateField(_("ngày"))
    at = models.DateTimeField(_("lúc"))
    actor = account_field(_("người thực hiện"))
    note = models.TextField(_("lý do"), blank=True)

    privacy = Privacy(public="id obligation step delta day at", personal="actor note")

    class Meta:
        verbose_name = _("diễn biến hồ sơ")
        verbose_name_plural = _("diễn biến hồ sơ")
        indexes: ClassVar = [models.Index(fields=["obligation", "id"], name="fact_obligation")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(delta__in=[1, -1]), name="fact_delta_is_one")
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.delta:+d}"


class ProgressCounts(models.Model):
    """One number per step; the columns are named after ProgressStep."""

    expected = models.IntegerField(_("phải có"), default=0)
    started = models.IntegerField(_("đã bắt đầu"), default=0)
    completed = models.IntegerField(_("đã viết xong"), default=0)
    submitted = models.IntegerField(_("đã nộp"), default=0)
    late = models.IntegerField(_("nộp muộn"), default=0)
    returned = models.IntegerField(_("đang trả lại"), default=0)
    accepted = models.IntegerField(_("đã tiếp nhận"), default=0)
    reviewed = models.IntegerField(_("đã kiểm điểm"), default=0)
    rated = models.IntegerField(_("đã xếp loại"), default=0)
    decided = models.IntegerField(_("đã quyết định"), default=0)

    class Meta:
        abstract = True


_COUNTS = "expected started completed submitted late returned accepted reviewed rated decided"


class ProgressRollup(ProgressCounts):
    """How many at and below a unit stand where, now; kept in the transaction of each fact."""

    cycle = models.ForeignKey(
        ReviewCycle, models.CASCADE, related_name="rollups", verbose_name=_("đợt kiểm điểm")
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="rollups", verbose_name=_("đơn vị")
    )
    subject_kind = models.CharField(_("đối tượng"), max_length=24, choices=SubjectKind.choices)

    privacy = Privacy(public=f"id cycle unit subject_kind {_COUNTS}")

    class Meta:
        verbose_name = _("tiến độ")
        verbose_name_plural = _("tiến độ")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cycle", "unit", "subject_kind"], name="rollup_once")
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.subject_kind}"


class ProgressDay(ProgressCounts):
    """By how much the same numbers changed on one day; summed up to a day, that day's state."""

    cycle = models.ForeignKey(
        ReviewCycle, models.CASCADE, related_name="days", verbose_name=_("đợt kiểm điểm")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    subject_kind = models.CharField(_("đối tượng"), max_length=24, choices=SubjectKind.choices)
    day = models.DateField(_("ngày"))

    privacy = Privacy(public=f"id cycle unit subject_kind day {_COUNTS}")

    class Meta:
        verbose_name = _("tiến độ trong ngày")
        verbose_name_plural = _("tiến độ trong ngày")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cycle", "unit", "subject_kind", "day"], name="progress_day_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.subject_kind} {self.day}"


class Adjustment(models.Model):
    """A change of the expected set after opening, with its reason."""

    cycle = models.ForeignKey(
        ReviewCycle, models.PROTECT, related_name="adjustments", verbose_name=_("đợt kiểm điểm")
    )
    obligation = models.ForeignKey(
        Obligation, models.PROTECT, related_name="adjustments", verbose_name=_("hồ sơ")
    )
    kind = models.CharField(_("loại"), max_length=12, choices=AdjustmentKind.choices)
    effect = models.CharField(_("việc"), max_length=12, choices=AdjustmentEffect.choices)
    # Of a dossier handed over.
    from_unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("đơn vị bàn giao"),
    )
    to_unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("đơn vị tiếp nhận"),
    )
    # The adjustment that this one takes back.
    undoes = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="undone_by",
        verbose_name=_("hoàn tác điều chỉnh"),
    )
    day = models.DateField(_("có hiệu lực từ"))
    reason = models.TextField(_("lý do"))
    adjusted_at = models.DateTimeField(_("điều chỉnh lúc"))
    adjusted_by = account_field(_("người điều chỉnh"))

    privacy = Privacy(
        public="id cycle obligation kind effect from_unit to_unit undoes day adjusted_at",
        personal="reason adjusted_by",
    )

    class Meta:
        verbose_name = _("điều chỉnh")
        verbose_name_plural = _("điều chỉnh")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    effect=AdjustmentEffect.MOVED,
                    from_unit__isnull=False,
                    to_unit__isnull=False,
                )
                | (
                    ~Q(effect=AdjustmentEffect.MOVED)
                    & Q(from_unit__isnull=True, to_unit__isnull=True)
                ),
                name="adjustment_moved_has_units",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.obligation}"


class LockException(models.Model):
    """Leave for a unit and those below it to hand in after the lock; ends by itself."""

    cycle = models.ForeignKey(
        ReviewCycle, models.PROTECT, related_name="exceptions", verbose_name=_("đợt kiểm điểm")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    until = models.DateTimeField(_("đến"))
    reason = models.TextField(_("lý do"))
    granted_at = models.DateTimeField(_("cho phép lúc"))
    granted_by = account_field(_("người cho phép"))

    privacy = Privacy(public="id cycle unit until reason granted_at", personal="granted_by")

    class Meta:
        verbose_name = _("cho phép nộp sau khi khóa")
        verbose_name_plural = _("cho phép nộp sau khi khóa")

    def __str__(self) -> str:
        return f"{self.unit} → {self.until:%d/%m/%Y}"
