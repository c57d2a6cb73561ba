from collections.abc import Mapping
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class PollMode(models.TextChoices):
    PAPER = "paper", _("phiếu giấy")
    DRAWN_CODE = "drawn_code", _("phiếu bốc mã")


class PollState(models.TextChoices):
    PREPARED = "prepared", _("đang chuẩn bị")
    REHEARSING = "rehearsing", _("đang bỏ phiếu thử")
    OPEN = "open", _("đang bỏ phiếu")
    CLOSED = "closed", _("đã đóng, đang kiểm phiếu")
    COUNTED = "counted", _("đã kiểm phiếu, chờ ký biên bản")
    SIGNED = "signed", _("đã ký biên bản kiểm phiếu")
    VOID = "void", _("đã hủy")


POLL_TRANSITIONS: Final[Mapping[str, frozenset[str]]] = {
    PollState.PREPARED: frozenset({PollState.REHEARSING, PollState.OPEN}),
    PollState.REHEARSING: frozenset({PollState.PREPARED}),
    PollState.OPEN: frozenset({PollState.CLOSED, PollState.VOID}),
    PollState.CLOSED: frozenset({PollState.COUNTED, PollState.VOID}),
    PollState.COUNTED: frozenset({PollState.SIGNED, PollState.VOID}),
    # Only as long as no level was decided on it.
    PollState.SIGNED: frozenset({PollState.VOID}),
    PollState.VOID: frozenset(),
}
# Where people put something into the urn: for practice, or for good.
CASTING_STATES: Final = frozenset({PollState.REHEARSING, PollState.OPEN})
COUNTED_STATES: Final = frozenset({PollState.COUNTED, PollState.SIGNED})


class QuestionKind(models.TextChoices):
    LEVEL = "level", _("mức xếp loại")
    YES_NO = "yes_no", _("đồng ý hay không đồng ý")
    CHOOSE = "choose", _("chọn trong danh sách")


class PassRule(models.TextChoices):
    """The choices of the setting `ballot-pass` of a rulebook."""

    MORE_THAN_HALF = "more-than-half", _("trên một nửa")
    TWO_THIRDS = "two-thirds", _("từ hai phần ba trở lên")


class BaseRule(models.TextChoices):
    """Of which total the share is taken: the choices of the setting `ballot-denominator`.

    A rulebook without the setting takes the ballots that came back.
    """

    MEMBERS = "members", _("số người được triệu tập có quyền biểu quyết, trừ người vắng có lý do")
    PRESENT = "present", _("số người có mặt được biểu quyết")
    RETURNED = "returned", _("số phiếu thu về")


class TieRule(models.TextChoices):
    """The choices of the setting `ballot-tie`: two levels lead with the same number of votes."""

    NONE = "none", _("không đề nghị mức nào")
    LOWER = "lower", _("đề nghị mức thấp hơn")


class TellerRule(models.TextChoices):
    """The choices of the setting `ballot-tellers`."""

    ANY = "any", _("người được bỏ phiếu xếp loại vẫn có thể kiểm phiếu")
    NOT_RATED = "not-rated", _("người được bỏ phiếu xếp loại không kiểm phiếu")


class CastOutcome(models.TextChoices):
    """What the booth is told. Both mean the same to the voter: the ballot is in the urn."""

    CAST = "cast", _("phiếu đã vào hòm")
    ALREADY_CAST = "already_cast", _("mã này đã dùng, phiếu của mã này đã vào hòm")
