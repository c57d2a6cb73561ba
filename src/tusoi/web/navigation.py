"""The menu: what each entry opens and who sees it."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tusoi.access.enums import Permission
from tusoi.web.http import SIGNED_IN, may_open


@dataclass(frozen=True)
class Entry:
    title: StrOrPromise
    icon: str
    url_name: str
    permission: Permission | str


@dataclass(frozen=True)
class Section:
    title: StrOrPromise
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Link:
    title: StrOrPromise
    icon: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class LinkGroup:
    title: StrOrPromise
    links: tuple[Link, ...]


MENU: Final = (
    Section(
        _("Việc của tôi"),
        (
            Entry(_("Trang chủ"), "home", "home", SIGNED_IN),
            Entry(_("Nhắc việc"), "bell", "reminders:list", SIGNED_IN),
            Entry(_("Bản kiểm điểm của tôi"), "writing", "reviews:mine", SIGNED_IN),
            Entry(_("Việc khắc phục của tôi"), "checklist", "remediation:mine", SIGNED_IN),
        ),
    ),
    Section(
        _("Kiểm điểm"),
        (
            Entry(
                _("Toàn cảnh"), "layout-dashboard", "reports:entrance", Permission.PROGRESS_VIEW
            ),
            Entry(_("Đợt kiểm điểm, tiến độ"), "progress", "cycles:list", Permission.CYCLE_VIEW),
            Entry(_("Hồ sơ kiểm điểm"), "file-text", "reviews:list", Permission.REVIEW_READ),
            Entry(
                _("Hội nghị kiểm điểm"), "calendar-event", "meetings:list", Permission.CYCLE_VIEW
            ),
            Entry(_("Xếp loại chất lượng"), "award", "ratings:board", Permission.RATING_VIEW),
            Entry(
                _("Khắc phục hạn chế"), "tools", "remediation:board", Permission.REMEDIATION_VIEW
            ),
            Entry(_("Chỉ tiêu"), "target-arrow", "reports:targets", Permission.PROGRESS_VIEW),
            Entry(_("Quy định, hướng dẫn"), "book", "rulebooks:list", SIGNED_IN),
        ),
    ),
    Section(
        _("Tổ chức"),
        (
            Entry(_("Tổ chức đảng"), "sitemap", "units:tree", Permission.UNIT_VIEW),
            Entry(_("Đảng viên"), "users", "people:list", Permission.PERSON_VIEW),
            Entry(_("Nhập từ Excel"), "file-import", "imports:upload", Permission.DATA_IMPORT),
            Entry(
                _("Kiểm tra dữ liệu"),
                "clipboard-check",
                "reports:integrity",
                Permission.INTEGRITY_VIEW,
            ),
        ),
    ),
    Section(
        _("Quản trị"),
        (Entry(_("Tài khoản, vai trò"), "user-shield", "access:accounts", Permission.ROLE_GRANT),),
    ),
)


def menu_for(request: HttpRequest) -> list[LinkGroup]:
    """Return the sections and links that the account may open, the current one marked."""
    found = []
    current = _current(request)
    for section in MENU:
        shown = [
            (entry, url)
            for entry in section.entries
            if may_open(request.user, entry.permission) and (url := _url(entry.url_name))  # type: ignore[arg-type]  # the caller checked that it is signed in
        ]
        links = tuple(
            Link(entry.title, entry.icon, url, entry.url_name == current) for entry, url in shown
        )
        if links:
            found.append(LinkGroup(section.title, links))
    return found


def _url(name: str) -> str:
    """Return the address, or nothing while the page does not exist in this edition."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _current(request: HttpRequest) -> str:
    """Return the one entry to which the page belongs, by its name."""
    match = request.resolver_match
    if match is None:
        return ""
    names = [entry.url_name for section in MENU for entry in section.entries]
    # Its own entry, or the one whose name it continues: "reports:integrity-check".
    own = [name for name in names if match.view_name.startswith(name)]
    if own:
        return max(own, key=len)
    # A page without an entry of its own belongs to its room's list, never to "mine".
    inside = [
        name
        for name in names
        if match.namespace and name.startswith(f"{match.namespace}:") and not name.endswith("mine")
    ]
    return inside[0] if inside else ""
