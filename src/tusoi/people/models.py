import datetime as dt
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tusoi.core.models import Privacy, PublicIdModel, all_or_none
from tusoi.core.text import accented_key, name_sort_key, search_key
from tusoi.people.enums import Gender, LeavingReason, MemberStage, StandingKind


class Person(PublicIdModel):
    """A human being, known to the organisation whether or not they have an account."""

    code = models.CharField(_("mã cá nhân"), max_length=32, unique=True)
    full_name = models.CharField(_("họ và tên"), max_length=120)
    sort_key = models.CharField(_("khóa xếp thứ tự"), max_length=400, db_index=True)
    search_key = models.CharField(_("khóa tìm kiếm"), max_length=160, db_index=True)
    accented_key = models.CharField(_("khóa tìm có dấu"), max_length=160, blank=True)
    birth_on = models.DateField(_("ngày sinh"), null=True, blank=True)
    # Older files know only the year; then birth_on holds 1 January and this is true.
    birth_year_only = models.BooleanField(_("chỉ biết năm sinh"), default=False)
    gender = models.CharField(
        _("giới tính"), max_length=8, choices=Gender.choices, default=Gender.UNKNOWN
    )
    ethnicity = models.CharField(_("dân tộc"), max_length=40, blank=True)
    phone = models.CharField(_("điện thoại"), max_length=20, blank=True)
    occupation = models.CharField(_("chức vụ, công việc"), max_length=160, blank=True)
    is_civil_servant = models.BooleanField(_("là cán bộ, công chức, viên chức"), default=False)
    is_sample = models.BooleanField(_("dữ liệu mẫu"), default=False)

    privacy = Privacy(
        public="id public_id is_sample",
        personal=(
            "code full_name sort_key search_key accented_key birth_on birth_year_only gender "
            "ethnicity phone occupation is_civil_servant"
        ),
    )

    class Meta:
        verbose_name = _("người")
        verbose_name_plural = _("người")

    def __str__(self) -> str:
        return self.full_name

    @staticmethod
    def keys_of(full_name: str) -> dict[str, str]:
        """Return the fields by which a name is sorted and found; whoever sets a name sets them."""
        return {
            "sort_key": name_sort_key(full_name)[:400],
            "search_key": search_key(full_name)[:160],
            "accented_key": accented_key(full_name)[:160],
        }


class PartyMember(models.Model):
    """A person's membership of the Party, from admission to leaving."""

    person = models.OneToOneField(
        Person, models.PROTECT, related_name="party_member", verbose_name=_("người")
    )
    card_number = models.CharField(_("số thẻ đảng viên"), max_length=20, blank=True)
    admitted_on = models.DateField(_("ngày vào Đảng"))
    # Empty while on probation.
    official_on = models.DateField(_("ngày chính thức"), null=True, blank=True)
    left_on = models.DateField(_("ngày ra khỏi Đảng"), null=True, blank=True)
    left_reason = models.CharField(
        _("lý do ra khỏi Đảng"),
        max_length=16,
        choices=LeavingReason.choices,
        null=True,
        blank=True,
    )

    privacy = Privacy(
        public="id",
        personal="person card_number admitted_on official_on left_on left_reason",
    )

    class Meta:
        verbose_name = _("đảng viên")
        verbose_name_plural = _("đảng viên")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(official_on__isnull=True) | Q(official_on__gte=F("admitted_on")),
                name="member_official_after_admitted",
            ),
            models.CheckConstraint(
                condition=all_or_none("left_on", "left_reason"), name="member_left_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)

    def belongs_on(self, day: dt.date) -> bool:
        return self.admitted_on <= day and (self.left_on is None or self.left_on > day)

    def stage_on(self, day: dt.date) -> MemberStage | None:
        """Say whether the member was full or on probation on a day; None outside the Party."""
        if not self.belongs_on(day):
            return None
        is_full = self.official_on is not None and self.official_on <= day
        return MemberStage.FULL if is_full else MemberStage.PROBATIONARY


class MemberStanding(models.Model):
    """A dated exemption, suspension or long leave; it decides who reviews and who is rated."""

    member = models.ForeignKey(
        PartyMember, models.PROTECT, related_name="standings", verbose_name=_("đảng viên")
    )
    kind = models.CharField(_("loại"), max_length=24, choices=StandingKind.choices)
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)
    document = models.CharField(_("văn bản"), max_length=200, blank=True)

    privacy = Privacy(public="id", personal="member kind valid_from valid_to document")

    class Meta:
        verbose_name = _("tình trạng sinh hoạt")
        verbose_name_plural = _("tình trạng sinh hoạt")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="standing_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Account(AbstractUser):
    """A sign-in. What it may do comes from the roles granted to it, never from staff flags."""

    person = models.OneToOneField(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="account",
        verbose_name=_("người"),
    )
    # The account in whose name commands and background work act; nobody can sign in with it.
    is_system = models.BooleanField(_("tài khoản hệ thống"), default=False)
    is_sample = models.BooleanField(_("dữ liệu mẫu"), default=False)
    language = models.CharField(_("ngôn ngữ"), max_length=5, default="vi")
    # True after somebody else set the password: the owner chooses their own before anything else.
    must_change_password = models.BooleanField(_("phải đổi mật khẩu"), default=False)

    privacy = Privacy(
        public=(
            "id is_system is_sample language must_change_password is_active is_staff is_superuser"
        ),
        personal="person username first_name last_name email date_joined last_login",
        secret="password groups user_permissions",  # noqa: S106 -- names of fields
    )

    class Meta(AbstractUser.Meta):
        verbose_name = _("tài khoản")  # type: ignore[assignment]  # the stubs of AbstractUser say str
        verbose_name_plural = _("tài khoản")  # type: ignore[assignment]  # the same

    def __str__(self) -> str:
        return self.get_full_name() or self.username
