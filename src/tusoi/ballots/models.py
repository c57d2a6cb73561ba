"""Polls, their questions and totals. No model here knows who chose what.

The urn is one row for each poll, with its ballots and codes as sorted sets: no row, no number and
no moment belongs to one ballot. docs/adr/0007 says why, and a test holds the columns to a list.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tusoi.ballots.enums import (
    CASTING_STATES,
    BaseRule,
    PassRule,
    PollMode,
    PollState,
    QuestionKind,
    TieRule,
)
from tusoi.core.models import Privacy, PublicIdModel, account_field, all_or_none
from tusoi.cycles.models import Obligation
from tusoi.meetings.models import ReviewMeeting


UNDER_WAY = [PollState.PREPARED, PollState.REHEARSING]
OVER = [PollState.COUNTED, PollState.SIGNED]


class Poll(PublicIdModel):
    """One secret vote held in a meeting, with one or several questions on one ballot.

    Its row is the one lock of everything that happens to it.
    """

    meeting = models.ForeignKey(
        ReviewMeeting, models.PROTECT, related_name="polls", verbose_name=_("hội nghị")
    )
    number = models.PositiveSmallIntegerField(_("lần bỏ phiếu"))
    repeats = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="repeated_by",
        verbose_name=_("làm lại lần bỏ phiếu đã hủy"),
    )
    mode = models.CharField(
        _("cách bỏ phiếu"), max_length=12, choices=PollMode.choices, default=PollMode.PAPER
    )
    state = models.CharField(
        _("trạng thái"), max_length=12, choices=PollState.choices, default=PollState.PREPARED
    )
    # Taken when the poll is opened; who comes later waits for the next.
    entitled_count = models.PositiveIntegerField(
        _("số người được triệu tập có quyền biểu quyết, trừ người vắng có lý do"), default=0
    )
    voter_count = models.PositiveIntegerField(_("số người có mặt được biểu quyết"), default=0)
    paper_count = models.PositiveIntegerField(_("số phiếu giấy trong lần bốc mã"), default=0)
    pass_rule = models.CharField(
        _("tỷ lệ phiếu"), max_length=16, choices=PassRule.choices, default=PassRule.MORE_THAN_HALF
    )
    base_rule = models.CharField(
        _("tổng số để tính tỷ lệ"),
        max_length=10,
        choices=BaseRule.choices,
        default=BaseRule.RETURNED,
    )
    tie_rule = models.CharField(
        _("khi bằng phiếu"), max_length=8, choices=TieRule.choices, default=TieRule.NONE
    )
    config_digest = models.CharField(_("mã kiểm tra nội dung phiếu"), max_length=40, blank=True)
    urn_digest = models.CharField(_("mã kiểm tra hòm phiếu"), max_length=40, blank=True)
    spare_count = models.PositiveSmallIntegerField(_("số phiếu dự phòng"), default=0)
    spoiled_count = models.PositiveSmallIntegerField(_("số phiếu hỏng, đổi"), default=0)
    # Of papers and codes together; the parts are nobody's business.
    issued_count = models.PositiveIntegerField(_("phiếu phát ra"), null=True, blank=True)
    returned_count = models.PositiveIntegerField(_("phiếu thu về"), null=True, blank=True)
    prepared_at = models.DateTimeField(_("lập lúc"))
    prepared_by = account_field(_("người lập"))
    opened_at = models.DateTimeField(_("mở lúc"), null=True, blank=True)
    opened_by = account_field(_("người mở"), null=True, blank=True)
    closed_at = models.DateTimeField(_("đóng lúc"), null=True, blank=True)
    closed_by = account_field(_("người đóng"), null=True, blank=True)
    counted_at = models.DateTimeField(_("kiểm xong lúc"), null=True, blank=True)
    counted_by = account_field(_("người kiểm xong"), null=True, blank=True)
    signed_at = models.DateTimeField(_("ký lúc"), null=True, blank=True)
    signed_by = account_field(_("người ghi việc ký"), null=True, blank=True)
    # Names as they stand under the minutes: the chair first, then the tellers.
    signers = models.JSONField(_("người ký biên bản kiểm phiếu"), default=list, blank=True)
    spares_asked_at = models.DateTimeField(_("đề nghị dùng phiếu dự phòng lúc"), null=True)
    spares_asked_by = account_field(_("người đề nghị dùng phiếu dự phòng"), null=True)
    spares_active_at = models.DateTimeField(_("dùng phiếu dự phòng từ lúc"), null=True)
    spares_active_by = account_field(_("người đồng ý dùng phiếu dự phòng"), null=True)
    # One person asks, another agrees: nobody can repeat a vote alone.
    void_asked_at = models.DateTimeField(_("đề nghị hủy lúc"), null=True, blank=True)
    void_asked_by = account_field(_("người đề nghị hủy"), null=True, blank=True)
    voided_at = models.DateTimeField(_("hủy lúc"), null=True, blank=True)
    voided_by = account_field(_("người hủy"), null=True, blank=True)
    void_reason = models.TextField(_("lý do hủy"), blank=True)
    key_destroyed_at = models.DateTimeField(_("hủy khóa lúc"), null=True, blank=True)
    key_destroyed_by = account_field(_("người hủy khóa"), null=True, blank=True)

    privacy = Privacy(
        public=(
            "id public_id meeting number repeats mode state entitled_count voter_count "
            "paper_count pass_rule base_rule tie_rule config_digest urn_digest spare_count "
            "spoiled_count prepared_at opened_at closed_at counted_at signed_at spares_asked_at "
            "spares_active_at void_asked_at voided_at key_destroyed_at"
        ),
        personal=(
            "issued_count returned_count prepared_by opened_by closed_by counted_by signed_by "
            "signers spares_asked_by spares_active_by void_asked_by voided_by void_reason "
            "key_destroyed_by"
        ),
    )

    class Meta:
        verbose_name = _("lần bỏ phiếu")
        verbose_name_plural = _("các lần bỏ phiếu")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "number"], name="poll_number_once"),
            models.CheckConstraint(
                condition=all_or_none("opened_at", "opened_by"), name="poll_opened_at_by"
            ),
            models.CheckConstraint(
                condition=all_or_none("closed_at", "closed_by"), name="poll_closed_at_by"
            ),
            models.CheckConstraint(
                condition=all_or_none("counted_at", "counted_by"), name="poll_counted_at_by"
            ),
            models.CheckConstraint(
                condition=all_or_none("signed_at", "signed_by"), name="poll_signed_at_by"
            ),
            models.CheckConstraint(
                condition=all_or_none("spares_asked_at", "spares_asked_by"),
                name="poll_spares_asked_at_by",
            ),
            models.CheckConstraint(
                condition=all_or_none("spares_active_at", "spares_active_by"),
                name="poll_spares_active_at_by",
            ),
            models.CheckConstraint(
                condition=Q(spares_active_by__isnull=True)
                | ~Q(spares_active_by=F("spares_asked_by")),
                name="poll_spares_two_people",
            ),
            models.CheckConstraint(
                condition=all_or_none("key_destroyed_at", "key_destroyed_by"),
                name="poll_key_destroyed_at_by",
            ),
            models.CheckConstraint(
                condition=all_or_none("voided_at", "voided_by"), name="poll_voided_at_by"
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNDER_WAY, opened_at__isnull=True)
                | (~Q(state__in=UNDER_WAY) & Q(opened_at__isnull=False)),
                name="poll_opened_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[PollState.CLOSED, *OVER], closed_at__isnull=False)
                | Q(state__in=[*UNDER_WAY, PollState.OPEN], closed_at__isnull=True)
                | Q(state=PollState.VOID),
                name="poll_closed_has_moment",
            ),
            # No total is anywhere before the count: nobody can be shown what is not there.
            models.CheckConstraint(
                condition=Q(
                    state__in=OVER,
                    counted_at__isnull=False,
                    issued_count__isnull=False,
                    returned_count__isnull=False,
                )
                | Q(
                    counted_at__isnull=True,
                    issued_count__isnull=True,
                    returned_count__isnull=True,
                )
                & ~Q(state__in=OVER)
                | Q(state=PollState.VOID),
                name="poll_counted_has_totals",
            ),
            models.CheckConstraint(
                condition=Q(state=PollState.SIGNED, signed_at__isnull=False)
                | (~Q(state__in=[PollState.SIGNED, PollState.VOID]) & Q(signed_at__isnull=True))
                | Q(state=PollState.VOID),
                name="poll_signed_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(void_asked_at__isnull=True, void_asked_by__isnull=True)
                | Q(void_asked_at__isnull=False, void_asked_by__isnull=False) & ~Q(void_reason=""),
                name="poll_void_asked_at_by",
            ),
            models.CheckConstraint(
                condition=Q(voided_by__isnull=True) | ~Q(voided_by=F("void_asked_by")),
                name="poll_void_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state=PollState.VOID, voided_at__isnull=False) & ~Q(void_reason="")
                | (~Q(state=PollState.VOID) & Q(voided_at__isnull=True)),
                name="poll_void_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return gettext("Bỏ phiếu số %(number)d") % {"number": self.number}

    @property
    def is_casting(self) -> bool:
        return self.state in CASTING_STATES

    @property
    def has_codes(self) -> bool:
        return self.mode == PollMode.DRAWN_CODE

    @property
    def has_papers(self) -> bool:
        return self.mode == PollMode.PAPER or self.paper_count > 0


class PollQuestion(models.Model):
    """One question on the ballot; `result` is what the whole body said, once it is counted.

    `options` are `{"id", "title"}` in the order of the ballot, best level first. `result` is
    `{"options": {id: votes}, "blank": n, "invalid": n}`.
    """

    poll = models.ForeignKey(
        Poll, models.CASCADE, related_name="questions", verbose_name=_("lần bỏ phiếu")
    )
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    kind = models.CharField(_("loại câu hỏi"), max_length=8, choices=QuestionKind.choices)
    # Whose level is voted on; never who votes.
    obligation = models.ForeignKey(
        Obligation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("hồ sơ"),
    )
    text = models.CharField(_("câu hỏi"), max_length=300)
    options = models.JSONField(_("phương án"))
    most_choices = models.PositiveSmallIntegerField(_("chọn nhiều nhất"), default=1)
    result = models.JSONField(_("kết quả"), null=True, blank=True)

    privacy = Privacy(
        public="id poll position kind obligation most_choices", personal="text options result"
    )

    class Meta:
        verbose_name = _("câu hỏi trên phiếu")
        verbose_name_plural = _("các câu hỏi trên phiếu")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["poll", "position"], name="question_position_once"),
            models.UniqueConstraint(fields=["poll", "obligation"], name="question_subject_once"),
            models.CheckConstraint(
                condition=Q(kind=QuestionKind.LEVEL, obligation__isnull=False)
                | (~Q(kind=QuestionKind.LEVEL) & Q(obligation__isnull=True)),
                name="question_level_has_subject",
            ),
            models.CheckConstraint(
                condition=Q(kind=QuestionKind.CHOOSE, most_choices__gte=1) | Q(most_choices=1),
                name="question_most_choices",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def option_ids(self) -> list[str]:
        return [one["id"] for one in self.options]


class PollRoster(models.Model):
    """Who may vote, and who holds a slip: sorted sets of persons in one row, without a moment."""

    poll = models.OneToOneField(
        Poll,
        models.CASCADE,
        primary_key=True,
        related_name="roster",
        verbose_name=_("lần bỏ phiếu"),
    )
    entitled = models.JSONField(_("được triệu tập có quyền biểu quyết"))
    present = models.JSONField(_("có mặt được biểu quyết"))
    tellers = models.JSONField(_("người kiểm phiếu"))
    chair = models.PositiveBigIntegerField(_("chủ trì"))
    issued = models.JSONField(_("đã nhận phiếu"), default=list)

    privacy = Privacy(public="poll", personal="entitled present tellers chair issued")

    class Meta:
        verbose_name = _("danh sách bỏ phiếu")
        verbose_name_plural = _("các danh sách bỏ phiếu")

    def __str__(self) -> str:
        return str(self.poll)


class Urn(models.Model):
    """The sealed ballots and the hashes of codes, each a sorted run of pieces of one length."""

    poll = models.OneToOneField(
        Poll, models.CASCADE, primary_key=True, related_name="urn", verbose_name=_("lần bỏ phiếu")
    )
    public_key = models.BinaryField(_("khóa niêm phong"))
    sealed = models.BinaryField(_("phiếu đã niêm phong"), default=bytes)
    sealed_size = models.PositiveIntegerField(_("độ dài một phiếu đã niêm phong"))
    ballot_count = models.PositiveIntegerField(_("số phiếu trong hòm"), default=0)
    free_codes = models.BinaryField(_("mã chưa dùng"), default=bytes)
    spare_codes = models.BinaryField(_("mã dự phòng"), default=bytes)
    void_codes = models.BinaryField(_("mã đã hủy"), default=bytes)
    burnt_codes = models.BinaryField(_("mã đã dùng"), default=bytes)

    privacy = Privacy(
        public="poll sealed_size",
        secret="public_key sealed ballot_count free_codes spare_codes void_codes burnt_codes",  # noqa: S106
    )

    class Meta:
        verbose_name = _("hòm phiếu")
        verbose_name_plural = _("các hòm phiếu")

    def __str__(self) -> str:
        return str(self.poll)


class UrnKey(models.Model):
    """What opens the urn, under the words of any two of its holders. The row is deleted whole.

    It is a row of its own because each ballot writes the urn anew, and with it all that is in it.
    """

    poll = models.OneToOneField(
        Poll, models.CASCADE, primary_key=True, related_name="key", verbose_name=_("lần bỏ phiếu")
    )
    wrapped = models.TextField(_("khóa mở hòm đã niêm phong"))
    code_secret = models.BinaryField(_("khóa băm mã phiếu"))
    # Whose words they are, in the order of their places: names, never the words.
    holders = models.JSONField(_("người giữ từ khóa"))
    wrong_count = models.PositiveSmallIntegerField(_("số lần mở sai"), default=0)

    privacy = Privacy(public="poll", personal="holders wrong_count", secret="wrapped code_secret")  # noqa: S106

    class Meta:
        verbose_name = _("khóa hòm phiếu")
        verbose_name_plural = _("các khóa hòm phiếu")

    def __str__(self) -> str:
        return str(self.poll)


class Tally(models.Model):
    """What one of two people counted by hand; it counts when both say the same.

    `entry` is 1 or 2. `counts` has for each question `{"options": {id: votes}, "blank": n,
    "invalid": n}` of the papers; it is empty where everybody had a code.
    """

    poll = models.ForeignKey(
        Poll, models.CASCADE, related_name="tallies", verbose_name=_("lần bỏ phiếu")
    )
    entry = models.PositiveSmallIntegerField(_("lần nhập"))
    issued_count = models.PositiveIntegerField(_("phiếu phát ra"))
    returned_count = models.PositiveIntegerField(_("phiếu giấy thu về"))
    slip_count = models.PositiveIntegerField(_("phiếu mã đã dùng trong hòm"))
    unused_count = models.PositiveIntegerField(_("phiếu mã trả lại chưa dùng"))
    counts = models.JSONField(_("số phiếu theo phương án"), default=dict)
    # How often its author typed it anew after the two were found to differ.
    correction_count = models.PositiveSmallIntegerField(_("số lần nhập lại"), default=0)
    entered_at = models.DateTimeField(_("nhập lúc"))
    entered_by = account_field(_("người nhập"))

    privacy = Privacy(
        public="id poll entry correction_count entered_at",
        personal="issued_count returned_count slip_count unused_count counts entered_by",
    )

    class Meta:
        verbose_name = _("kết quả kiểm phiếu")
        verbose_name_plural = _("kết quả kiểm phiếu")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["poll", "entry"], name="tally_poll_entry_once"),
            models.UniqueConstraint(fields=["poll", "entered_by"], name="tally_poll_two_people"),
            models.CheckConstraint(
                condition=Q(entry__in=[1, 2]), name="tally_poll_entry_one_or_two"
            ),
            models.CheckConstraint(
                condition=Q(
                    issued_count__gte=F("returned_count") + F("slip_count") + F("unused_count")
                ),
                name="tally_out_of_the_box_le_issued",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.poll} #{self.entry}"
