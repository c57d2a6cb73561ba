"""One object for each place in an address, on two sides that must know nothing of each other.

A page with an object in its address is registered in ADDRESSES: its name, and what to put into
the address on a side. tests/house/test_pages.py then tries it with everybody from both sides.
"""

from dataclasses import dataclass, field

from tests.factories import (
    access,
    ballots,
    cycles,
    meetings,
    people,
    ratings,
    remediation,
    reviews,
    units,
)
from tests.imports import files as lists
from tusoi.access.enums import RoleKey
from tusoi.access.models import RoleGrant
from tusoi.cycles.enums import ProgressStep
from tusoi.cycles.operations import Directive, record_step
from tusoi.files.operations import store_file
from tusoi.imports.operations import Upload, preview_import
from tusoi.meetings.operations import add_guest, add_remark
from tusoi.people.queries import system_account
from tusoi.ratings.operations import Again, rate_again
from tusoi.reviews.operations import attach_comment, issue_prompt
from tusoi.units.enums import Position


PDF = b"%PDF-1.7\n%%EOF\n"
# Those who may open most come first, which spares requests.
NAMES = (
    "board",
    "cuc",
    "binh",
    "an",
    "dung",
    "authority",
    "ward_authority",
    "inspector",
    "administrator",
    "outsider",
)


@dataclass
class Side:
    """A district with everything in it that an address can name."""

    scene: meetings.Scene
    things: dict[str, object] = field(default_factory=dict)

    def __getattr__(self, name):
        try:
            return self.things[name]
        except KeyError:
            return getattr(self.scene.people, name)

    @property
    def everybody(self):
        named = {name: getattr(self.scene.people, name) for name in NAMES}
        return named | {"teller": self.scene.teller}


def _pdf(actor, at):
    return store_file(content=PDF, name="a.pdf", actor=actor, at=at)


def make(mark):
    at = cycles.moment(2022, 10, 3)
    directive = _pdf(system_account(), at)
    scene = meetings.scene(
        mark=mark,
        directive=Directive(
            number="12-HD/QU",
            on=at.date(),
            issuer="Ban Thường vụ",
            requirements="Kiểm điểm thực chất.",
            files=(directive,),
        ),
    )
    side = Side(scene)
    seats, cycle = scene.people, scene.cycle
    side.things |= {
        "cycle": cycle,
        "next_cycle": cycles.cycle(seats.district, opened=False, year=2023),
        "directive": directive,
    }
    _write(side, seats, cycle)
    _meet(side, scene)
    _plan(side, seats, cycle)
    _rate_again(side, seats, cycle)
    _administer(side, seats)
    return side


def _write(side, seats, cycle):
    mine = reviews.obligation_of(seats, cycle, "an")
    other = reviews.obligation_of(seats, cycle, "binh")
    scan = _pdf(seats.cuc, reviews.at())
    side.things |= {
        "mine": mine,
        "scan": scan,
        "other": other,
        "draft": reviews.started(other, seats.binh),
        "review": reviews.submitted(mine, seats.an),
        "topmost": _of_the_root(seats, cycle),
        "prompt": issue_prompt(
            obligation_id=other.pk, text="Nói rõ trách nhiệm.", actor=seats.cuc, at=reviews.at()
        ),
        "comment": attach_comment(
            obligation_id=mine.pk,
            source="residence",
            body="Chi bộ Khu vực 2",
            commented_on=reviews.at().date(),
            file_id=scan.pk,
            actor=seats.cuc,
            at=reviews.at(),
        ),
    }


def _of_the_root(seats, cycle):
    """The district's own review, written by somebody who looks after nothing else."""
    writer = people.account(people.make_person("Đỗ Thị Ngà"))
    access.grant(writer, RoleKey.COMMITTEE_OFFICER, seats.district)
    return reviews.submitted(cycles.obligation(cycle, seats.district), writer)


def _meet(side, scene):
    meeting = meetings.under_way(scene)
    item = meetings.item_of(meeting, scene.people.an_person)
    remark = add_remark(item_id=item.pk, text="Đồng ý.", actor=scene.binh, at=meetings.NOW)
    meetings.conclude(scene, item)
    guest = add_guest(
        meeting_id=meeting.pk, guest_name="Đại diện Đảng ủy", actor=scene.binh, at=meetings.NOW
    )
    item.refresh_from_db()
    ratings.proposed(item.obligation, actor=scene.binh, at=meetings.NOW)
    side.things |= {
        "meeting": meeting,
        "item": item,
        "open_item": meetings.item_of(meeting, scene.binh.person),
        "remark": remark,
        "guest": guest,
        "round": ballots.open_round(scene, item),
    }


def _rate_again(side, seats, cycle):
    cell = cycles.obligation(cycle, seats.cell)
    record_step(
        obligation_id=cell.pk, step=ProgressStep.REVIEWED, actor=system_account(), at=meetings.NOW
    )
    ratings.decided(cell, at=meetings.NOW, reasons="Đã cân nhắc.")
    side.things["rated_again"] = rate_again(
        obligation_id=cell.pk,
        choice=ratings.choice("satisfactory", "Theo kết luận kiểm tra."),
        again=Again("later-violation", "Kết luận 8-KL/UBKT."),
        actor=system_account(),
        at=meetings.NOW,
    )


def _plan(side, seats, cycle):
    (shortcoming,) = remediation.told(cycle, seats.cell, "Thu Quỹ chưa đạt")
    plan = remediation.plan(cycle, seats.cell)
    action = remediation.action(plan, shortcoming, owner_person_id=seats.an_person.pk)
    side.things |= {"plan": plan, "action": action}


def _administer(side, seats):
    newcomer = people.make_person("Lâm Thị Mai")
    units.membership(people.member(newcomer), seats.cell)
    added = units.unit("Chi bộ Khu vực 3", parent=seats.ward)
    latecomer = people.make_person("Tạ Thị Muộn")
    units.membership(people.member(latecomer), seats.cell)
    side.things |= {
        "newcomer": newcomer,
        "added": added,
        "adjustment": cycles.added_late(side.cycle, latecomer, seats.cuc, meetings.NOW),
        "post": units.post(newcomer, seats.cell, Position.COMMITTEE_MEMBER),
        "grant": RoleGrant.objects.get(account=seats.an, role=RoleKey.MEMBER),
        "colleague": access.grant(people.account(newcomer), RoleKey.MEMBER, seats.cell).account,
        "batch": preview_import(
            upload=Upload(lists.people(("DV1", "Lê Mới", "1980", "2005", "12345")), "ds.xlsx"),
            actor=seats.board,
            at=meetings.NOW,
            on=meetings.NOW.date(),
        ),
    }


def _key(name):
    return lambda side: (str(getattr(side, name).public_id),)


def _pk(name):
    return lambda side: (getattr(side, name).pk,)


def _cell(*more):
    """Name the cell within its cycle, and what else the address asks for."""
    return lambda side: (
        str(side.cycle.public_id),
        str(side.cell.public_id),
        *(one(side)[0] for one in more),
    )


def _within_meeting(name):
    return lambda side: (str(side.meeting.public_id), getattr(side, name).pk)


ADDRESSES = {
    "access:account": _pk("an"),
    "access:revoke": lambda side: (side.an.pk, side.grant.pk),
    "access:deactivate": _pk("an"),
    "access:reactivate": _pk("an"),
    "access:reset-password": _pk("colleague"),
    "ballots:open": lambda side: (str(side.meeting.public_id), side.mine.pk),
    **dict.fromkeys(
        (
            "ballots:round",
            "ballots:sheet",
            "ballots:withdraw",
            "ballots:ask_void",
            "ballots:withdraw_void",
            "ballots:void",
        ),
        _pk("round"),
    ),
    **dict.fromkeys(("cycles:detail", "cycles:close", "rulebooks:cycle"), _key("cycle")),
    **dict.fromkeys(("cycles:edit", "cycles:opening"), _key("next_cycle")),
    "cycles:file": lambda side: (str(side.cycle.public_id), str(side.directive.public_id)),
    **dict.fromkeys(
        (
            "cycles:unit",
            "cycles:unit-export",
            "cycles:acknowledge",
            "cycles:dossiers",
            "cycles:dossiers-export",
            "cycles:adjustments",
            "cycles:add",
            "cycles:hand-over",
            "cycles:cancel-many",
            "cycles:cancel-unit",
            "cycles:exceptions",
        ),
        _cell(),
    ),
    "cycles:cancel": _cell(_pk("other")),
    "cycles:undo": _cell(_pk("adjustment")),
    "cycles:add-unit": lambda side: (
        str(side.cycle.public_id),
        str(side.ward.public_id),
        str(side.added.public_id),
    ),
    "files:download": _key("scan"),
    "imports:template-csv": None,
    "rulebooks:detail": None,
    **dict.fromkeys(
        (
            "imports:batch",
            "imports:apply",
            "imports:discard",
            "imports:marked",
            "imports:problems",
        ),
        _key("batch"),
    ),
    "meetings:plan": _cell(),
    **dict.fromkeys(
        (
            "meetings:detail",
            "meetings:edit",
            "meetings:open",
            "meetings:close",
            "meetings:cancel",
            "meetings:reopen",
            "meetings:attendance",
            "meetings:officers",
            "meetings:add_guest",
            "meetings:summons",
            "meetings:minutes",
        ),
        _key("meeting"),
    ),
    "meetings:remove_guest": _within_meeting("guest"),
    **dict.fromkeys(
        ("meetings:item", "meetings:reopen_item"),
        _within_meeting("item"),
    ),
    **dict.fromkeys(
        ("meetings:add_remark", "meetings:conclude", "meetings:postpone"),
        _within_meeting("open_item"),
    ),
    **dict.fromkeys(("meetings:edit_remark", "meetings:delete_remark"), _within_meeting("remark")),
    "people:add": _key("cell"),
    "people:detail": _key("an_person"),
    "people:log": _key("an_person"),
    "people:act": lambda side: (str(side.an_person.public_id), "edit"),
    "people:act-on": lambda side: (str(side.newcomer.public_id), "end-post", side.post.pk),
    **dict.fromkeys(
        (
            "ratings:detail",
            "ratings:propose",
            "ratings:appraise",
            "ratings:decide",
            "ratings:withdraw",
            "ratings:what-if",
            "ratings:classify",
        ),
        _pk("mine"),
    ),
    "ratings:again": lambda side: (side.rated_again.rating.obligation_id,),
    "ratings:again-decision": lambda side: (
        side.rated_again.rating.obligation_id,
        side.rated_again.pk,
    ),
    **dict.fromkeys(
        ("remediation:plan", "remediation:approve", "remediation:add-action"), _key("plan")
    ),
    **dict.fromkeys(
        (
            "remediation:action",
            "remediation:edit-action",
            "remediation:note",
            "remediation:drop",
            "remediation:reopen",
        ),
        _key("action"),
    ),
    "reports:dashboard": _key("cycle"),
    "reports:unit-dashboard": _cell(),
    "reports:unit": _cell(),
    "reviews:start": _pk("other"),
    "reviews:prompt": _pk("other"),
    "reviews:comment": _pk("mine"),
    "reviews:prompt-withdraw": _pk("prompt"),
    "reviews:write": _key("draft"),
    **dict.fromkeys(
        (
            "reviews:read",
            "reviews:history",
            "reviews:withdraw",
            "reviews:return",
            "reviews:accept",
        ),
        _key("review"),
    ),
    "reviews:superior": _key("topmost"),
    **dict.fromkeys(("units:detail", "units:members", "units:history", "units:log"), _key("cell")),
    "units:add-collective": _key("ward"),
    "units:add-fact": lambda side: (str(side.ward.public_id), "commendation"),
    "units:reorganize": lambda side: (str(side.cell.public_id), "rename"),
}
# Addresses with a word in them that names no object: open to all who may open the page.
WITHOUT_OBJECT = {name for name, place in ADDRESSES.items() if place is None}
# A neighbour within the same district shares its cycle, and nothing else.
SHARED = {"cycles:detail", "cycles:file", "reports:dashboard", "rulebooks:cycle"}
# Looking after accounts is the administrator's work; whatever else is content.
ADMINISTRATION = "access:"
