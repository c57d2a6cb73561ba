from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tusoi.core.models import Privacy, PublicIdModel
from tusoi.core.text import accented_key, search_key, text_sort_key
from tusoi.people.models import PartyMember, Person
from tusoi.units.enums import (
    CELL_KINDS,
    GRASSROOTS_KINDS,
    CommendationKind,
    DisciplineKind,
    MembershipKind,
    Position,
    UnitChangeKind,
    UnitKind,
    UnitSector,
)


def _ends_after_start(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name=name
    )


class Unit(PublicIdModel):
    """Any Party organisation in the tree."""

    code = models.CharField(_("mã đơn vị"), max_length=32, unique=True)
    name = models.CharField(_("tên"), max_length=200)
    sort_key = models.CharField(_("khóa xếp thứ tự"), max_length=600, db_index=True)
    search_key = models.CharField(_("khóa tìm kiếm"), max_length=220, db_index=True)
    accented_key = models.CharField(_("khóa tìm có dấu"), max_length=220, blank=True)
    kind = models.CharField(_("loại"), max_length=24, choices=UnitKind.choices)
    sector = models.CharField(
        _("loại hình"), max_length=16, choices=UnitSector.choices, default=UnitSector.OTHER
    )
    # The superior committee today; UnitParentage keeps every parent it ever had.
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("tổ chức đảng cấp trên"),
    )
    established_on = models.DateField(_("ngày thành lập"))
    closed_on = models.DateField(_("ngày kết thúc hoạt động"), null=True, blank=True)
    is_sample = models.BooleanField(_("dữ liệu mẫu"), default=False)

    privacy = Privacy(
        public=(
            "id public_id code name sort_key search_key accented_key kind sector parent "
            "established_on closed_on is_sample"
        )
    )

    class Meta:
        verbose_name = _("tổ chức đảng")
        verbose_name_plural = _("tổ chức đảng")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("established_on")),
                name="unit_closes_after_start",
            )
        ]
        # Children in the order of a list, paged by key.
        indexes: ClassVar = [models.Index(fields=["parent", "sort_key"], name="unit_children")]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def keys_of(name: str) -> dict[str, str]:
        """Return the fields by which a name is sorted and found; whoever sets a name sets them."""
        return {
            "sort_key": text_sort_key(name)[:600],
            "search_key": search_key(name)[:220],
            "accented_key": accented_key(name)[:220],
        }

    @property
    def is_grassroots(self) -> bool:
        return self.kind in GRASSROOTS_KINDS

    @property
    def has_members(self) -> bool:
        return self.kind in CELL_KINDS


class UnitParentage(models.Model):
    """Which organisation was directly above another, and when; the tree of any day."""

    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="parentages", verbose_name=_("tổ chức đảng")
    )
    parent = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name=_("tổ chức đảng cấp trên")
    )
    valid_from = models.DateField(_("từ ngày"))
    # The first day on which it no longer holds.
    valid_to = models.DateField(_("đến trước ngày"), null=True, blank=True)

    privacy = Privacy(public="id unit parent valid_from valid_to")

    class Meta:
        verbose_name = _("quan hệ trực thuộc")
        verbose_name_plural = _("quan hệ trực thuộc")
        constraints: ClassVar = [
            _ends_after_start("parentage_ends_after_start"),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(valid_to__isnull=True), name="parentage_one_current"
            ),
            models.CheckConstraint(
                condition=~Q(unit=F("parent")), name="parentage_not_its_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} ⊂ {self.parent}"


class UnitName(models.Model):
    """A name that an organisation bore, and when."""

    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="names", verbose_name=_("tổ chức đảng")
    )
    name = models.CharField(_("tên"), max_length=200)
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến trước ngày"), null=True, blank=True)

    privacy = Privacy(public="id unit name valid_from valid_to")

    class Meta:
        verbose_name = _("tên qua các thời kỳ")
        verbose_name_plural = _("tên qua các thời kỳ")
        constraints: ClassVar = [_ends_after_start("unit_name_ends_after_start")]

    def __str__(self) -> str:
        return self.name


class UnitClosure(models.Model):
    """Every pair of ancestor and descendant of today's tree, each unit with itself at depth 0.

    Scopes and roll-ups ask "everything below X" by one indexed look-up, however deep the tree.
    """

    ancestor = models.ForeignKey(
        Unit, models.CASCADE, related_name="below", verbose_name=_("cấp trên")
    )
    descendant = models.ForeignKey(
        Unit, models.CASCADE, related_name="above", verbose_name=_("cấp dưới")
    )
    depth = models.PositiveSmallIntegerField(_("số bậc"))

    privacy = Privacy(public="id ancestor descendant depth")

    class Meta:
        verbose_name = _("quan hệ trên dưới")
        verbose_name_plural = _("quan hệ trên dưới")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ancestor", "descendant"], name="closure_pair")
        ]

    def __str__(self) -> str:
        return f"{self.ancestor_id} > {self.descendant_id} ({self.depth})"


class UnitChange(models.Model):
    """A reorganisation that took place: what, when, by which document, from which to which."""

    kind = models.CharField(_("loại"), max_length=8, choices=UnitChangeKind.choices)
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="changes", verbose_name=_("tổ chức đảng")
    )
    # The organisation that took over, split off, or became the superior.
    other = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="changes_as_other",
        verbose_name=_("tổ chức đảng liên quan"),
    )
    effective_on = models.DateField(_("có hiệu lực từ"))
    document = models.CharField(_("văn bản"), max_length=200, blank=True)
    note = models.TextField(_("ghi chú"), blank=True)
    changed_at = models.DateTimeField(_("ghi lúc"))
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người ghi")
    )

    privacy = Privacy(
        public="id kind unit other effective_on document note changed_at", personal="changed_by"
    )

    class Meta:
        verbose_name = _("thay đổi tổ chức")
        verbose_name_plural = _("thay đổi tổ chức")

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.unit}"


class Membership(models.Model):
    """A member's belonging to a cell."""

    member = models.ForeignKey(
        PartyMember, models.PROTECT, related_name="memberships", verbose_name=_("đảng viên")
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="memberships", verbose_name=_("chi bộ")
    )
    kind = models.CharField(
        _("loại"), max_length=12, choices=MembershipKind.choices, default=MembershipKind.OFFICIAL
    )
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến trước ngày"), null=True, blank=True)

    privacy = Privacy(public="id", personal="member unit kind valid_from valid_to")

    class Meta:
        verbose_name = _("nơi sinh hoạt")
        verbose_name_plural = _("nơi sinh hoạt")
        indexes: ClassVar = [models.Index(fields=["unit", "valid_to"], name="membership_unit")]
        constraints: ClassVar = [
            _ends_after_start("membership_ends_after_start"),
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(valid_to__isnull=True, kind=MembershipKind.OFFICIAL),
                name="membership_one_official",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} – {self.unit}"


class LeadershipCollective(PublicIdModel):
    """A body that leads and is reviewed as one: a standing committee, an agency's heads."""

    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="collectives", verbose_name=_("tổ chức đảng")
    )
    code = models.CharField(_("mã tập thể"), max_length=40, unique=True)
    name = models.CharField(_("tên"), max_length=200)
    sort_key = models.CharField(_("khóa xếp thứ tự"), max_length=600)
    # A group within which collectives are compared when the quota is worked out.
    peer_group = models.CharField(_("nhóm tương đồng"), max_length=80, blank=True)
    established_on = models.DateField(_("ngày thành lập"))
    closed_on = models.DateField(_("ngày kết thúc hoạt động"), null=True, blank=True)
    is_sample = models.BooleanField(_("dữ liệu mẫu"), default=False)

    privacy = Privacy(
        public=(
            "id public_id unit code name sort_key peer_group established_on closed_on is_sample"
        )
    )

    class Meta:
        verbose_name = _("tập thể lãnh đạo, quản lý")
        verbose_name_plural = _("tập thể lãnh đạo, quản lý")

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A dated post that a person holds in an organisation's committee or in a collective."""

    person = models.ForeignKey(
        Person, models.PROTECT, related_name="posts", verbose_name=_("người")
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="posts", verbose_name=_("tổ chức đảng")
    )
    # Set when the post is a seat in a leadership collective.
    collective = models.ForeignKey(
        LeadershipCollective,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="seats",
        verbose_name=_("tập thể lãnh đạo, quản lý"),
    )
    position = models.CharField(_("chức vụ"), max_length=20, choices=Position.choices)
    title = models.CharField(_("tên chức vụ"), max_length=160, blank=True)
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến trước ngày"), null=True, blank=True)

    privacy = Privacy(
        public="id", personal="person unit collective position title valid_from valid_to"
    )

    class Meta:
        verbose_name = _("chức vụ")
        verbose_name_plural = _("chức vụ")
        indexes: ClassVar = [models.Index(fields=["unit", "valid_to"], name="post_unit")]
        constraints: ClassVar = [_ends_after_start("post_ends_after_start")]

    def __str__(self) -> str:
        return f"{self.title or self.get_position_display()}: {self.person}"


class Discipline(models.Model):
    """A disciplinary decision on a member or on an organisation; a fact that rules read."""

    member = models.ForeignKey(
        PartyMember,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="disciplines",
        verbose_name=_("đảng viên"),
    )
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="disciplines",
        verbose_name=_("tổ chức đảng bị kỷ luật"),
    )
    arose_in = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name=_("nơi xảy ra vi phạm")
    )
    kind = models.CharField(_("hình thức"), max_length=12, choices=DisciplineKind.choices)
    decided_on = models.DateField(_("ngày quyết định"))
    is_duty_related = models.BooleanField(_("liên quan chức trách, nhiệm vụ"), default=False)
    document = models.CharField(_("văn bản"), max_length=200, blank=True)

    privacy = Privacy(
        public="id", personal="member unit arose_in kind decided_on is_duty_related document"
    )

    class Meta:
        verbose_name = _("kỷ luật")
        verbose_name_plural = _("kỷ luật")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(member__isnull=False, unit__isnull=True)
                | Q(member__isnull=True, unit__isnull=False),
                name="discipline_of_member_or_unit",
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Commendation(models.Model):
    """A commendation of a member or of an organisation."""

    member = models.ForeignKey(
        PartyMember,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="commendations",
        verbose_name=_("đảng viên"),
    )
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="commendations",
        verbose_name=_("tổ chức đảng được khen"),
    )
    kind = models.CharField(_("hình thức"), max_length=12, choices=CommendationKind.choices)
    decided_on = models.DateField(_("ngày quyết định"))
    document = models.CharField(_("văn bản"), max_length=200, blank=True)
    reason = models.CharField(_("thành tích"), max_length=300, blank=True)

    privacy = Privacy(public="id", personal="member unit kind decided_on document reason")

    class Meta:
        verbose_name = _("khen thưởng")
        verbose_name_plural = _("khen thưởng")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(member__isnull=False, unit__isnull=True)
                | Q(member__isnull=True, unit__isnull=False),
                name="commendation_of_member_or_unit",
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
