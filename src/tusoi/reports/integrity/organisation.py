"""Units, people, accounts: what hangs in the air."""

from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tusoi.access.enums import Permission, RoleKey
from tusoi.access.models import RoleGrant
from tusoi.access.queries import grants_in_force
from tusoi.people.models import PartyMember
from tusoi.people.queries import members_on
from tusoi.reports.integrity.check import Check, Door, Fault, Scope, Severity
from tusoi.units.enums import MembershipKind
from tusoi.units.models import Membership, Post, Unit, UnitClosure
from tusoi.units.queries import in_force, people_in


def _closed_by(scope: Scope, *, prefix: str = "") -> Q:
    return Q(**{f"{prefix}closed_on__lte": scope.on})


# -- units ---------------------------------------------------------------------------------------


def _near(scope: Scope) -> Q:
    """A unit that hangs in the air is in nobody's subtree: whoever sees its parent sees it."""
    seen = scope.units(Permission.UNIT_VIEW).values("pk")
    return Q(pk__in=seen) | Q(parent__in=seen)


def _units_outside_the_tree(scope: Scope) -> QuerySet[Unit]:
    itself = UnitClosure.objects.filter(ancestor=OuterRef("pk"), descendant=OuterRef("pk"))
    path = UnitClosure.objects.filter(ancestor=OuterRef("parent"), descendant=OuterRef("pk"))
    return (
        Unit.objects.filter(_near(scope))
        .filter(~Exists(itself) | Q(parent__isnull=False) & ~Exists(path))
        .select_related("parent")
        .order_by("sort_key", "pk")
    )


def _units_under_a_closed_one(scope: Scope) -> QuerySet[Unit]:
    return (
        Unit.objects.filter(_near(scope), _closed_by(scope, prefix="parent__"))
        .exclude(_closed_by(scope))
        .select_related("parent")
        .order_by("sort_key", "pk")
    )


def _tell_unit(unit: Unit) -> Fault:
    above = unit.parent.name if unit.parent else ""
    return Fault(unit.name, above, Door.UNIT, (str(unit.public_id),))


# -- members -------------------------------------------------------------------------------------


def _members(scope: Scope) -> QuerySet[PartyMember]:
    rows = members_on(scope.on).select_related("person")
    if scope.actor.is_system:
        return rows
    seen = Q(person__in=people_in(scope.units(Permission.PERSON_VIEW)))
    nowhere = ~Exists(Membership.objects.filter(member=OuterRef("pk")))
    return rows.filter(seen | nowhere & scope.is_everything(Permission.PERSON_VIEW))


def _members_without_cell(scope: Scope) -> QuerySet[PartyMember]:
    cells = Membership.objects.filter(
        in_force(scope.on), member=OuterRef("pk"), kind=MembershipKind.OFFICIAL
    )
    return _members(scope).filter(~Exists(cells)).order_by("person__sort_key", "pk")


def _members_in_two_cells(scope: Scope) -> QuerySet[PartyMember]:
    here = Membership.objects.filter(
        in_force(scope.on), member=OuterRef("pk"), kind=MembershipKind.OFFICIAL
    )
    again = Membership.objects.filter(
        in_force(scope.on), member=OuterRef("member"), kind=MembershipKind.OFFICIAL
    ).exclude(pk=OuterRef("pk"))
    twice = here.filter(Exists(again))
    return _members(scope).filter(Exists(twice)).order_by("person__sort_key", "pk")


def _tell_member(member: PartyMember) -> Fault:
    return Fault(member.person.full_name, "", Door.PERSON, (str(member.person.public_id),))


def _members_of_closed_cells(scope: Scope) -> QuerySet[Membership]:
    return (
        Membership.objects.filter(
            in_force(scope.on),
            _closed_by(scope, prefix="unit__"),
            member__in=members_on(scope.on).values("pk"),
            unit__in=scope.units(Permission.PERSON_VIEW),
        )
        .select_related("member__person", "unit")
        .order_by("unit__sort_key", "member__person__sort_key", "pk")
    )


def _tell_membership(row: Membership) -> Fault:
    person = row.member.person
    return Fault(person.full_name, row.unit.name, Door.PERSON, (str(person.public_id),))


def _posts_nobody_can_hold(scope: Scope) -> QuerySet[Post]:
    """Find posts in closed units, and those of people who have left the Party."""
    left = PartyMember.objects.filter(person=OuterRef("person"), left_on__lte=scope.on)
    return (
        Post.objects.filter(in_force(scope.on), unit__in=scope.units(Permission.PERSON_VIEW))
        .filter(_closed_by(scope, prefix="unit__") | Exists(left))
        .select_related("person", "unit")
        .order_by("unit__sort_key", "person__sort_key", "pk")
    )


def _tell_post(post: Post) -> Fault:
    return Fault(str(post), post.unit.name, Door.PERSON, (str(post.person.public_id),))


# -- accounts ------------------------------------------------------------------------------------


def _grants(scope: Scope) -> QuerySet[RoleGrant]:
    return (
        grants_in_force(scope.on)
        .filter(
            unit__in=scope.units(Permission.ROLE_GRANT),
            account__is_active=True,
            account__is_system=False,
        )
        .select_related("account__person", "unit")
        .order_by("unit__sort_key", "account__username", "pk")
    )


def _roles_without_person(scope: Scope) -> QuerySet[RoleGrant]:
    # An office may have an account of its own; a member and a cell's committee are people.
    personal = [RoleKey.MEMBER, RoleKey.CELL_COMMITTEE]
    return _grants(scope).filter(account__person__isnull=True, role__in=personal)


def _roles_on_closed_units(scope: Scope) -> QuerySet[RoleGrant]:
    return _grants(scope).filter(_closed_by(scope, prefix="unit__"))


def _roles_of_those_who_left(scope: Scope) -> QuerySet[RoleGrant]:
    return _grants(scope).filter(account__person__party_member__left_on__lte=scope.on)


def _tell_grant(grant: RoleGrant) -> Fault:
    text = f"{grant.account}: {grant.get_role_display()}"
    return Fault(text, grant.unit.name, Door.ACCOUNT, (str(grant.account_id),))


_CHECKS: Final[tuple[dict[str, Any], ...]] = (
    {
        "key": "unit-outside-tree",
        "severity": Severity.SERIOUS,
        "title": _("Tổ chức đảng nằm ngoài cây tổ chức"),
        "explanation": _(
            "Có cấp trên nhưng không có đường nối lên trong cây, nên không ai ở cấp trên "
            "nhìn thấy và số liệu của đơn vị không được cộng lên."
        ),
        "remedy": _("Mở đơn vị, thực hiện “Chuyển trực thuộc” về đúng cấp trên."),
        "permission": Permission.UNIT_VIEW,
        "rows": _units_outside_the_tree,
        "tell": _tell_unit,
    },
    {
        "key": "unit-under-closed",
        "severity": Severity.SERIOUS,
        "title": _("Tổ chức đảng trực thuộc đơn vị đã kết thúc hoạt động"),
        "explanation": _(
            "Cấp trên đã giải thể hoặc sáp nhập nhưng đơn vị vẫn đứng dưới cấp trên cũ."
        ),
        "remedy": _("Chuyển đơn vị về cấp trên mới theo quyết định tổ chức."),
        "permission": Permission.UNIT_VIEW,
        "rows": _units_under_a_closed_one,
        "tell": _tell_unit,
    },
    {
        "key": "member-without-cell",
        "severity": Severity.SERIOUS,
        "title": _("Đảng viên không thuộc chi bộ nào"),
        "explanation": _(
            "Không có nơi sinh hoạt chính thức nên không được tính vào danh sách phải kiểm điểm."
        ),
        "remedy": _("Ghi chi bộ nơi đảng viên sinh hoạt, hoặc ghi việc ra khỏi Đảng."),
        "permission": Permission.PERSON_VIEW,
        "rows": _members_without_cell,
        "tell": _tell_member,
    },
    {
        "key": "member-in-two-cells",
        "severity": Severity.SERIOUS,
        "title": _("Đảng viên sinh hoạt chính thức ở hai chi bộ"),
        "explanation": _(
            "Hai nơi sinh hoạt chính thức cùng có hiệu lực hôm nay; đảng viên bị tính hai lần."
        ),
        "remedy": _("Kết thúc nơi sinh hoạt cũ từ ngày chuyển đi."),
        "permission": Permission.PERSON_VIEW,
        "rows": _members_in_two_cells,
        "tell": _tell_member,
    },
    {
        "key": "member-of-closed-cell",
        "severity": Severity.SERIOUS,
        "title": _("Đảng viên sinh hoạt ở chi bộ đã kết thúc hoạt động"),
        "explanation": _("Chi bộ không còn nữa mà đảng viên chưa được chuyển sinh hoạt."),
        "remedy": _("Chuyển sinh hoạt cho đảng viên về chi bộ mới."),
        "permission": Permission.PERSON_VIEW,
        "rows": _members_of_closed_cells,
        "tell": _tell_membership,
    },
    {
        "key": "post-cannot-be-held",
        "severity": Severity.NOTICE,
        "title": _("Chức vụ không còn người giữ được"),
        "explanation": _(
            "Chức vụ còn hiệu lực trong khi đơn vị đã kết thúc hoạt động hoặc người giữ đã ra "
            "khỏi Đảng."
        ),
        "remedy": _("Kết thúc chức vụ từ ngày theo quyết định."),
        "permission": Permission.PERSON_VIEW,
        "rows": _posts_nobody_can_hold,
        "tell": _tell_post,
    },
    {
        "key": "role-on-closed-unit",
        "severity": Severity.SERIOUS,
        "title": _("Vai trò được giao ở đơn vị đã kết thúc hoạt động"),
        "explanation": _("Vai trò còn hiệu lực trên đơn vị không còn hoạt động."),
        "remedy": _("Thu hồi vai trò; nếu cần, giao lại ở đơn vị mới."),
        "permission": Permission.ROLE_GRANT,
        "rows": _roles_on_closed_units,
        "tell": _tell_grant,
    },
    {
        "key": "role-of-departed",
        "severity": Severity.SERIOUS,
        "title": _("Người đã ra khỏi Đảng còn giữ vai trò"),
        "explanation": _("Tài khoản vẫn mở và vẫn đọc được hồ sơ trong phạm vi vai trò."),
        "remedy": _("Thu hồi vai trò và khóa tài khoản."),
        "permission": Permission.ROLE_GRANT,
        "rows": _roles_of_those_who_left,
        "tell": _tell_grant,
    },
    {
        "key": "role-without-person",
        "severity": Severity.NOTICE,
        "title": _("Vai trò đảng viên, chi ủy không gắn với người nào"),
        "explanation": _(
            "Tài khoản không gắn với người thì không có bản kiểm điểm, không được nhắc việc; nhật "
            "ký chỉ ghi tên đăng nhập."
        ),
        "remedy": _("Cấp tài khoản cho chính người đó, rồi khóa tài khoản này."),
        "permission": Permission.ROLE_GRANT,
        "rows": _roles_without_person,
        "tell": _tell_grant,
    },
)
ORGANISATION_CHECKS: Final = tuple(Check(**check) for check in _CHECKS)
