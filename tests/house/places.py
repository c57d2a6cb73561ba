"""One object for each place in an address, on two sides that must know nothing of each other.

A page with an object in its address is registered in ADDRESSES: its name, and what to put into
the address on a side. tests/house/test_pages.py then tries it with everybody from both sides.
"""

import datetime as dt
from contextlib import suppress
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
from tests.remembering import remembered
from tusoi.access.enums import RoleKey
from tusoi.access.models import RoleGrant
from tusoi.cycles.enums import ProgressStep
from tusoi.cycles.operations import Directive, record_step
from tusoi.files.operations import store_file
from tusoi.imports.operations import Upload, preview_import
from tusoi.meetings.enums import Stance
from tusoi.meetings.operations import (
    add_answer,
    add_documents,
    add_guest,
    add_remark,
    ask_correction,
    ask_minutes_change,
    close_meeting,
    open_meeting,
    postpone_item,
    set_officers,
)
from tusoi.people.queries import system_account
from tusoi.ratings.models import QuotaGrant
from tusoi.ratings.operations import Again, rate_again
from tusoi.remediation.enums import ListKind
from tusoi.remediation.errors import ActionChangedMeanwhile
from tusoi.remediation.operations import add_list_entry, approve_plan, edit_action
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
        # While one is put back it has no attributes yet.
        if name in vars(self).get("things", ()):
            return self.things[name]
        if "scene" not in vars(self):
            raise AttributeError(name)
        return getattr(self.scene.people, name)

    @property
    def everybody(self):
        named = {name: getattr(self.scene.people, name) for name in NAMES}
        return named | {"teller": self.scene.teller}


def _pdf(actor, at):
    return store_file(content=PDF, name="a.pdf", actor=actor, at=at)


@remembered
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
    _grant(side, seats, cycle)
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
    meetings.submit(meeting, only=meeting.items.get(obligation__subject_kind="cell"))
    answer = add_answer(
        item_id=item.pk,
        stance=Stance.EXPLAINED,
        text="Do thiếu kinh phí.",
        actor=scene.binh,
        at=meetings.NOW,
    )
    correction = ask_correction(
        item_id=item.pk, text="Bổ sung nguyên nhân.", actor=scene.binh, at=meetings.NOW
    )
    meetings.conclude(scene, item)
    guest = add_guest(
        meeting_id=meeting.pk, guest_name="Đại diện Đảng ủy", actor=scene.binh, at=meetings.NOW
    )
    (document,) = add_documents(
        meeting_id=meeting.pk, uploads=[("a.pdf", PDF)], actor=scene.binh, at=meetings.NOW
    )
    item.refresh_from_db()
    ratings.proposed(item.obligation, actor=scene.binh, at=meetings.NOW, reasons="Đã cân nhắc.")
    side.things |= {
        "meeting": meeting,
        "item": item,
        "open_item": meetings.item_of(meeting, scene.binh.person),
        "remark": remark,
        "answer": answer,
        "correction": correction,
        "attendance": meeting.attendances.get(person=scene.people.an_person),
        "wish": ask_minutes_change(
            minutes_id=meeting.minutes.get().pk,
            text="Ghi lại.",
            actor=scene.people.an,
            at=meetings.NOW,
        ),
        **_signed(scene),
        "guest": guest,
        "document": document,
        "poll": ballots.opened(scene, item).poll,
    }


def _signed(scene):
    """Make another meeting of the unit above whose minutes everybody has signed."""
    meeting = meetings.plan(scene, unit=scene.people.ward, actor=scene.people.cuc)
    for person in (scene.people.an_person, scene.binh.person):
        add_guest(
            meeting_id=meeting.pk, person_id=person.pk, actor=scene.people.cuc, at=meetings.PLANNED
        )
    meetings.everybody_present(meeting, scene.people.cuc)
    open_meeting(meeting_id=meeting.pk, actor=scene.people.cuc, at=meetings.NOW)
    set_officers(
        meeting_id=meeting.pk,
        chair_id=scene.people.an_person.pk,
        secretary_id=scene.binh.person_id,
        actor=scene.people.cuc,
        at=meetings.NOW,
    )
    for item in meeting.items.all():
        postpone_item(item_id=item.pk, reason="x", actor=scene.people.cuc, at=meetings.NOW)
    meeting = close_meeting(meeting_id=meeting.pk, actor=scene.people.cuc, at=meetings.NOW)
    signed = meetings.locked(scene, meeting, actor=scene.people.cuc)
    return {"signed": signed, "signature": signed.signatures.earliest("position")}


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


def _grant(side, seats, cycle):
    side.things["quota_grant"] = QuotaGrant.objects.create(
        cycle=cycle,
        deciding_unit=seats.ward,
        quota_group=f"member:{seats.ward.pk}",
        grounds="Dẫn đầu thi đua.",
        granted_at=meetings.NOW,
        granted_by=system_account(),
    )


def _plan(side, seats, cycle):
    (shortcoming,) = remediation.told(cycle, seats.cell, "Thu Quỹ chưa đạt")
    plan = remediation.plan(cycle, seats.cell)
    action = remediation.action(plan, shortcoming, owner_person_id=seats.an_person.pk)
    late = remediation.content(shortcoming, text="Bản đến sau")
    with suppress(ActionChangedMeanwhile):
        edit_action(
            action_id=action.pk, version=0, content=late, actor=seats.binh, at=meetings.NOW
        )
    issued = remediation.personal_plan(cycle, seats.cell, seats.an_person)
    approve_plan(
        plan_id=issued.pk,
        actor=system_account(),
        at=meetings.NOW,
        justification="Đã rõ.",
        gaps_until=meetings.NOW.date() + dt.timedelta(days=60),
    )
    entry = add_list_entry(
        kind=ListKind.CAUSE,
        under="capacity",
        label="Thiếu cán bộ chuyên trách",
        unit_id=seats.cell.pk,
        actor=system_account(),
        at=meetings.NOW,
    )
    side.things |= {
        "list_entry": entry,
        "plan": plan,
        "action": action,
        "shortcoming": shortcoming,
        "late_edit": action.versions.get(),
        "issued_plan": issued,
    }


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
    "ballots:prepare": lambda side: (str(side.meeting.public_id),),
    **dict.fromkeys(
        (
            "ballots:poll",
            "ballots:subject",
            "ballots:yes_no",
            "ballots:choose",
            "ballots:mode",
            "ballots:discard",
            "ballots:rehearse",
            "ballots:end_rehearsal",
            "ballots:open",
            "ballots:issue",
            "ballots:spoil",
            "ballots:ask_spares",
            "ballots:use_spares",
            "ballots:close",
            "ballots:tally",
            "ballots:withdraw",
            "ballots:urn",
            "ballots:unlock",
            "ballots:check",
            "ballots:sign",
            "ballots:ask_void",
            "ballots:withdraw_void",
            "ballots:void",
            "ballots:repeat",
            "ballots:papers",
            "ballots:minutes",
        ),
        _pk("poll"),
    ),
    "ballots:remove": lambda side: (side.poll.pk, side.poll.questions.first().pk),
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
    **dict.fromkeys(("files:download", "files:delete"), _key("scan")),
    "imports:template-csv": None,
    "reminders:confirm": None,
    "reports:integrity-check": None,
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
            "meetings:postpone_rest",
            "meetings:cancel",
            "meetings:reopen",
            "meetings:attendance",
            "meetings:officers",
            "meetings:add_guest",
            "meetings:summons",
            "meetings:minutes",
            "meetings:conduct",
            "meetings:projector",
            "meetings:reply",
            "meetings:invitations",
            "meetings:documents",
            "meetings:add_documents",
            "meetings:letters",
            "meetings:start_minutes",
            "meetings:write",
            "meetings:ask_change",
            "meetings:approve",
            "meetings:withdraw",
            "meetings:correct",
        ),
        _key("meeting"),
    ),
    "meetings:words": _key("cell"),
    **dict.fromkeys(
        ("meetings:enter_reply", "meetings:mark", "meetings:times"),
        _within_meeting("attendance"),
    ),
    **dict.fromkeys(
        ("meetings:add_answer", "meetings:ask_correction"), _within_meeting("open_item")
    ),
    "meetings:delete_answer": _within_meeting("answer"),
    "meetings:settle_correction": _within_meeting("correction"),
    "meetings:settle_request": lambda side: (
        str(side.meeting.public_id),
        side.wish.pk,
    ),
    "meetings:sign": lambda side: (str(side.signed.meeting.public_id), side.signature.pk),
    **dict.fromkeys(
        ("meetings:minutes_version", "meetings:verify"),
        lambda side: (str(side.signed.meeting.public_id), side.signed.number),
    ),
    "meetings:remove_guest": _within_meeting("guest"),
    "meetings:remove_document": _within_meeting("document"),
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
    "ratings:withdraw-exception": _pk("quota_grant"),
    "ratings:again": lambda side: (side.rated_again.rating.obligation_id,),
    "ratings:again-decision": lambda side: (
        side.rated_again.rating.obligation_id,
        side.rated_again.pk,
    ),
    **dict.fromkeys(
        ("remediation:plan", "remediation:plan-print", "remediation:add-action"), _key("plan")
    ),
    "remediation:plan-versions": _key("issued_plan"),
    "remediation:plan-act": lambda side: (str(side.plan.public_id), "approve"),
    "remediation:action-act": lambda side: (str(side.action.public_id), "note"),
    "remediation:end-entry": lambda side: (side.list_entry.pk,),
    "remediation:settle": lambda side: (str(side.action.public_id), side.late_edit.pk),
    **dict.fromkeys(
        ("remediation:shortcoming", "remediation:edit-shortcoming"), _key("shortcoming")
    ),
    "remediation:shortcoming-act": lambda side: (str(side.shortcoming.public_id), "cause"),
    **dict.fromkeys(
        (
            "remediation:action",
            "remediation:edit-action",
            "remediation:hand-over",
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
