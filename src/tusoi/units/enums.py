from collections.abc import Mapping
from enum import StrEnum, auto
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class UnitKind(models.TextChoices):
    """The place of a Party organisation in the system, from the centre to the cell group."""

    CENTRAL = "central", _("trung ương")
    PROVINCE = "province", _("đảng bộ tỉnh, thành phố")
    DISTRICT = "district", _("đảng bộ quận, huyện và tương đương")
    SUPERIOR = "superior", _("đảng bộ cấp trên trực tiếp cơ sở")
    GRASSROOTS_ORGANIZATION = "grassroots_organization", _("đảng bộ cơ sở")
    GRASSROOTS_CELL = "grassroots_cell", _("chi bộ cơ sở")
    SECTION = "section", _("đảng bộ bộ phận")
    CELL = "cell", _("chi bộ trực thuộc")
    CELL_GROUP = "cell_group", _("tổ đảng")


GRASSROOTS_KINDS = frozenset({UnitKind.GRASSROOTS_ORGANIZATION, UnitKind.GRASSROOTS_CELL})
# Members belong to these.
CELL_KINDS = frozenset({UnitKind.GRASSROOTS_CELL, UnitKind.CELL})

_SUPERIORS = frozenset({UnitKind.CENTRAL, UnitKind.PROVINCE, UnitKind.DISTRICT, UnitKind.SUPERIOR})
# What may stand directly above what. The topmost organisation of an installation may be of
# any kind: a single cell on a laptop is its own root.
PARENT_KINDS: Final[Mapping[UnitKind, frozenset[UnitKind]]] = {
    UnitKind.CENTRAL: frozenset(),
    UnitKind.PROVINCE: frozenset({UnitKind.CENTRAL}),
    UnitKind.DISTRICT: frozenset({UnitKind.CENTRAL, UnitKind.PROVINCE}),
    UnitKind.SUPERIOR: _SUPERIORS - {UnitKind.SUPERIOR},
    UnitKind.GRASSROOTS_ORGANIZATION: _SUPERIORS,
    UnitKind.GRASSROOTS_CELL: _SUPERIORS,
    UnitKind.SECTION: frozenset({UnitKind.GRASSROOTS_ORGANIZATION}),
    # Below a commune's committee with the powers of an upper level no grassroots one is between.
    UnitKind.CELL: frozenset(
        {UnitKind.GRASSROOTS_ORGANIZATION, UnitKind.SECTION, UnitKind.SUPERIOR}
    ),
    UnitKind.CELL_GROUP: CELL_KINDS,
}


class UnitSector(models.TextChoices):
    """The field in which an organisation works; statistics and quotas group by it."""

    LOCALITY = "locality", _("xã, phường, thị trấn")
    RESIDENTIAL = "residential", _("khu vực, ấp, tổ dân phố")
    AGENCY = "agency", _("cơ quan")
    PUBLIC_SERVICE = "public_service", _("đơn vị sự nghiệp")
    ENTERPRISE = "enterprise", _("doanh nghiệp")
    ARMED_FORCES = "armed_forces", _("lực lượng vũ trang")
    OTHER = "other", _("khác")


class MembershipKind(models.TextChoices):
    OFFICIAL = "official", _("sinh hoạt chính thức")
    TEMPORARY = "temporary", _("sinh hoạt tạm thời")


class Position(models.TextChoices):
    """A dated post in a committee or in a leadership collective."""

    SECRETARY = "secretary", _("bí thư")
    DEPUTY_SECRETARY = "deputy_secretary", _("phó bí thư")
    STANDING_MEMBER = "standing_member", _("ủy viên ban thường vụ")
    COMMITTEE_MEMBER = "committee_member", _("cấp ủy viên")
    HEAD = "head", _("người đứng đầu tập thể lãnh đạo, quản lý")
    DEPUTY_HEAD = "deputy_head", _("cấp phó của người đứng đầu")
    LEADER = "leader", _("thành viên tập thể lãnh đạo, quản lý")


# Seats in the organisation's own committee; only full members are elected to them.
COMMITTEE_POSITIONS = frozenset(
    {
        Position.SECRETARY,
        Position.DEPUTY_SECRETARY,
        Position.STANDING_MEMBER,
        Position.COMMITTEE_MEMBER,
    }
)


class UnitChangeKind(models.TextChoices):
    FOUND = "found", _("thành lập")
    RENAME = "rename", _("đổi tên")
    MOVE = "move", _("chuyển tổ chức đảng cấp trên")
    MERGE = "merge", _("sáp nhập, hợp nhất")
    SPLIT = "split", _("chia tách")
    CLOSE = "close", _("giải thể")


class DisciplineKind(models.TextChoices):
    """Forms of Party discipline, lightest first; criticism without a form is not discipline."""

    REPRIMAND = "reprimand", _("khiển trách")
    WARNING = "warning", _("cảnh cáo")
    DISMISSAL = "dismissal", _("cách chức")
    EXPULSION = "expulsion", _("khai trừ")
    DISSOLUTION = "dissolution", _("giải tán")


# The Charter's forms differ by who is disciplined.
ORGANIZATION_DISCIPLINES = frozenset(
    {DisciplineKind.REPRIMAND, DisciplineKind.WARNING, DisciplineKind.DISSOLUTION}
)
PROBATIONARY_DISCIPLINES = frozenset({DisciplineKind.REPRIMAND, DisciplineKind.WARNING})
FULL_MEMBER_DISCIPLINES = frozenset(DisciplineKind) - {DisciplineKind.DISSOLUTION}


class CommendationKind(models.TextChoices):
    CERTIFICATE = "certificate", _("giấy khen")
    MERIT = "merit", _("bằng khen")
    BADGE = "badge", _("huy hiệu đảng")
    OTHER = "other", _("hình thức khác")


class Permission(StrEnum):
    """One thing that can be done. Roles list them; pages and operations demand them.

    It stands here, below `access`, because the operations on units already ask for it.
    """

    UNIT_VIEW = auto()
    UNIT_REORGANIZE = auto()
    PERSON_VIEW = auto()
    PERSON_EDIT = auto()
    DATA_IMPORT = auto()
    ROLE_GRANT = auto()
    CYCLE_VIEW = auto()
    CYCLE_OPEN = auto()
    CYCLE_ADJUST = auto()
    DIRECTIVE_ACKNOWLEDGE = auto()
    PROGRESS_VIEW = auto()
    REVIEW_WRITE = auto()
    REVIEW_READ = auto()
    REVIEW_RETURN = auto()
    PROMPT_ISSUE = auto()
    COMMENT_ATTACH = auto()
    MEETING_VIEW = auto()
    MEETING_HOLD = auto()
    BALLOT_ENTER = auto()
    RATING_VIEW = auto()
    RATING_PROPOSE = auto()
    RATING_APPRAISE = auto()
    RATING_DECIDE = auto()
    REMEDIATION_VIEW = auto()
    REMEDIATION_PLAN = auto()
    REMEDIATION_UPDATE = auto()
    INTEGRITY_VIEW = auto()
    REMEDIATION_CHECK = auto()
    REMEDIATION_JUDGE = auto()
    AUDIT_VIEW = auto()
    SYSTEM_OPERATE = auto()
