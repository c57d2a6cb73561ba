"""Counts of papers and of votes per level. No model here knows who chose what."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tusoi.ballots.enums import RoundState
from tusoi.core.models import Privacy, account_field, all_or_none
from tusoi.cycles.models import Obligation
from tusoi.meetings.models import ReviewMeeting


class BallotRound(models.Model):
    """One secret vote on the level of one subject, held in a meeting."""

    meeting = models.ForeignKey(
        ReviewMeeting, models.PROTECT, related_name="rounds", verbose_name=_("hội nghị")
    )
    obligation = models.ForeignKey(
        Obligation, models.PROTECT, related_name="rounds", verbose_name=_("hồ sơ")
    )
    number = models.PositiveSmallIntegerField(_("lần bỏ phiếu"), default=1)
    # How many with a vote were present when it was called; who comes later waits for the next.
    voter_count = models.PositiveIntegerField(_("số người có mặt được biểu quyết"), default=0)
    state = models.CharField(
        _("trạng thái"), max_length=12, choices=RoundState.choices, default=RoundState.OPEN
    )
    opened_at = models.DateTimeField(_("lập lúc"))
    opened_by = account_field(_("người lập"))
    reconciled_at = models.DateTimeField(_("khớp lúc"), null=True, blank=True)
    reconciled_by = account_field(_("người xác nhận khớp"), null=True, blank=True)
    # One person asks, another agrees: nobody can repeat a vote alone.
    void_asked_at = models.DateTimeField(_("đề nghị hủy lúc"), null=True, blank=True)
    void_asked_by = account_field(_("người đề nghị hủy"), null=True, blank=True)
    voided_at = models.DateTimeField(_("hủy lúc"), null=True, blank=True)
    voided_by = account_field(_("người hủy"), null=True, blank=True)
    void_reason = models.TextField(_("lý do hủy"), blank=True)

    privacy = Privacy(
        public=(
            "id meeting obligation number state voter_count opened_at reconciled_at "
            "void_asked_at voided_at"
        ),
        personal="opened_by reconciled_by void_asked_by voided_by void_reason",
    )

    class Meta:
        verbose_name = _("lần bỏ phiếu")
        verbose_name_plural = _("các lần bỏ phiếu")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["meeting", "obligation", "number"], name="round_number_once"
            ),
            models.UniqueConstraint(
                fields=["meeting", "obligation"],
                condition=~Q(state=RoundState.VOID),
                name="round_one_in_force",
            ),
            models.CheckConstraint(
                condition=all_or_none("reconciled_at", "reconciled_by"),
                name="round_reconciled_at_by",
            ),
            models.CheckConstraint(
                condition=all_or_none("voided_at", "voided_by"), name="round_voided_at_by"
            ),
            models.CheckConstraint(
                condition=Q(reconciled_at__isnull=False) | ~Q(state=RoundState.RECONCILED),
                name="round_reconciled_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(reconciled_at__isnull=True) | ~Q(state=RoundState.OPEN),
                name="round_open_is_not_reconciled",
            ),
            models.CheckConstraint(
                condition=Q(void_asked_at__isnull=True, void_asked_by__isnull=True)
                | Q(void_asked_at__isnull=False, void_asked_by__isnull=False) & ~Q(void_reason=""),
                name="round_void_asked_at_by",
            ),
            models.CheckConstraint(
                condition=Q(voided_by__isnull=True) | ~Q(voided_by=F("void_asked_by")),
                name="round_void_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state=RoundState.VOID, voided_at__isnull=False) & ~Q(void_reason="")
                | (~Q(state=RoundState.VOID) & Q(voided_at__isnull=True)),
                name="round_void_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.obligation} ({self.number})"


class Tally(models.Model):
    """The totals as one of two people entered them; they count when both say the same.

    `entry` is 1 or 2. Blank papers are invalid papers unless the rulebook says otherwise.
    """

    round = models.ForeignKey(
        BallotRound, models.CASCADE, related_name="tallies", verbose_name=_("lần bỏ phiếu")
    )
    entry = models.PositiveSmallIntegerField(_("lần nhập"))
    issued_count = models.PositiveIntegerField(_("phiếu phát ra"))
    returned_count = models.PositiveIntegerField(_("phiếu thu về"))
    valid_count = models.PositiveIntegerField(_("phiếu hợp lệ"))
    invalid_count = models.PositiveIntegerField(_("phiếu không hợp lệ"))
    # How often its author typed it anew after the two were found to differ.
    correction_count = models.PositiveSmallIntegerField(_("số lần nhập lại"), default=0)
    entered_at = models.DateTimeField(_("nhập lúc"))
    entered_by = account_field(_("người nhập"))

    privacy = Privacy(
        public="id round entry correction_count entered_at",
        personal="issued_count returned_count valid_count invalid_count entered_by",
    )

    class Meta:
        verbose_name = _("kết quả kiểm phiếu")
        verbose_name_plural = _("kết quả kiểm phiếu")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "entry"], name="tally_entry_once"),
            models.UniqueConstraint(fields=["round", "entered_by"], name="tally_two_people"),
            models.CheckConstraint(condition=Q(entry__in=[1, 2]), name="tally_entry_one_or_two"),
            models.CheckConstraint(
                condition=Q(returned_count__lte=F("issued_count")), name="tally_returned_le_issued"
            ),
            models.CheckConstraint(
                condition=Q(returned_count=F("valid_count") + F("invalid_count")),
                name="tally_returned_is_valid_plus_invalid",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} #{self.entry}"


class LevelCount(models.Model):
    """How many valid papers chose one level."""

    tally = models.ForeignKey(
        Tally, models.CASCADE, related_name="counts", verbose_name=_("kết quả kiểm phiếu")
    )
    level_id = models.CharField(_("mức xếp loại"), max_length=40)
    vote_count = models.PositiveIntegerField(_("số phiếu"))

    privacy = Privacy(public="id tally level_id", personal="vote_count")

    class Meta:
        verbose_name = _("số phiếu theo mức")
        verbose_name_plural = _("số phiếu theo mức")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tally", "level_id"], name="level_count_once")
        ]

    def __str__(self) -> str:
        return f"{self.level_id}: {self.vote_count}"
