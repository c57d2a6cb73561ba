"""Meetings over real cycles, taken as far as a test needs by the operations themselves."""

from dataclasses import dataclass

from tests.factories import access, cast, cycles, people, units
from tests.remembering import remembered
from tusoi.access.enums import RoleKey
from tusoi.cycles.enums import ProgressStep
from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.cycles.operations import record_step
from tusoi.meetings import operations
from tusoi.meetings.enums import ItemState, Presence
from tusoi.meetings.models import AgendaItem, Minutes, ReviewMeeting
from tusoi.meetings.operations import PresenceEntry
from tusoi.meetings.queries import reviews_ahead
from tusoi.people.models import Account
from tusoi.people.queries import system_account


PLANNED = cycles.moment(2022, 11, 20)
MEETS = cycles.moment(2022, 11, 25, 8)
NOW = cycles.moment(2022, 11, 25, 9)


@dataclass
class Scene:
    """The cast with an open cycle, and the second teller whom every ballot needs."""

    people: cast.Cast
    cycle: ReviewCycle
    teller: Account

    @property
    def binh(self) -> Account:
        return self.people.binh


@remembered
def scene(*, more_members=0, mark="", **fields) -> Scene:
    """Make the cast; the cell has An, Bình and as many more full members as asked for."""
    made = cast.make(mark)
    for number in range(more_members):
        person = people.make_person(f"Đảng viên {number + 1:02}")
        units.membership(people.member(person), made.cell)
    teller = people.account(username=f"{mark}teller")
    access.grant(teller, RoleKey.CELL_COMMITTEE, made.cell)
    return Scene(people=made, cycle=cycles.cycle(made.district, **fields), teller=teller)


@remembered
def plan(scene, *, unit=None, actor=None, **fields) -> ReviewMeeting:
    return operations.plan_meeting(
        cycle_id=scene.cycle.pk,
        unit_id=(unit or scene.people.cell).pk,
        name=fields.pop("name", "Hội nghị kiểm điểm năm 2022"),
        meets_at=fields.pop("meets_at", MEETS),
        actor=actor or scene.binh,
        at=fields.pop("at", PLANNED),
        **fields,
    )


@remembered
def under_way(scene, *, present=True, **fields) -> ReviewMeeting:
    meeting = plan(scene, **fields)
    if present:
        everybody_present(meeting, scene.binh)
    return operations.open_meeting(meeting_id=meeting.pk, actor=scene.binh, at=NOW)


@remembered
def everybody_present(meeting, actor):
    entries = [PresenceEntry(one.pk, Presence.PRESENT) for one in meeting.attendances.all()]
    operations.record_attendance(meeting_id=meeting.pk, entries=entries, actor=actor, at=PLANNED)


@remembered
def submit(meeting, *, only=None):
    """Count the reviews on the agenda as handed in."""
    for item in meeting.items.all():
        if only is None or item.pk == only.pk:
            submit_obligation(item.obligation)


def submit_obligation(obligation: Obligation):
    record_step(
        obligation_id=obligation.pk,
        step=ProgressStep.SUBMITTED,
        actor=system_account(),
        at=cycles.moment(2022, 11, 14),
    )


def item_of(meeting, person) -> AgendaItem:
    return meeting.items.get(obligation__person=person)


@remembered
def conclude(scene, item, **fields) -> AgendaItem:
    """Conclude an item, and first what the rulebook puts before it."""
    for ahead in items_ahead(item):
        conclude(scene, ahead, **fields)
    return operations.conclude_item(
        item_id=item.pk,
        conclusion=fields.pop("conclusion", "Hội nghị nhất trí với bản kiểm điểm."),
        actor=fields.pop("actor", scene.binh),
        at=fields.pop("at", NOW),
        **fields,
    )


def items_ahead(item) -> list[AgendaItem]:
    """Return the open items that stand before an item on its agenda and must be done first."""
    names = {name for one in reviews_ahead(item.obligation, on=NOW.date()) for name in one.names}
    return list(
        item.meeting.items.filter(
            obligation__name__in=names, state=ItemState.OPEN, position__lt=item.position
        ).order_by("position")
    )


@remembered
def concluded(scene, person=None) -> AgendaItem:
    """Make a meeting under way in which everything is handed in and one review concluded."""
    meeting = under_way(scene)
    submit(meeting)
    return conclude(scene, item_of(meeting, person or scene.people.an_person))


@remembered
def closed(scene, **fields) -> ReviewMeeting:
    """Hold a meeting to its end: everything is put off, An chairs and Bình writes."""
    meeting = under_way(scene, **fields)
    name_officers(scene, meeting)
    for item in meeting.items.all():
        operations.postpone_item(item_id=item.pk, reason="Họp sau", actor=scene.binh, at=NOW)
    return operations.close_meeting(meeting_id=meeting.pk, actor=scene.binh, at=NOW)


def name_officers(scene, meeting):
    return operations.set_officers(
        meeting_id=meeting.pk,
        chair_id=scene.people.an_person.pk,
        secretary_id=scene.binh.person_id,
        actor=scene.binh,
        at=NOW,
    )


@remembered
def approved(scene, meeting=None, **fields) -> Minutes:
    meeting = meeting or closed(scene)
    return operations.approve_minutes(
        minutes_id=meeting.minutes.latest("number").pk,
        actor=fields.pop("actor", scene.binh),
        at=NOW,
        **fields,
    )


@remembered
def locked(scene, meeting=None, **fields) -> Minutes:
    """Sign for everybody: the secretary notes the signatures on the paper."""
    actor = fields.pop("actor", scene.binh)
    minutes = approved(scene, meeting, actor=actor, **fields)
    for one in minutes.signatures.order_by("position"):
        minutes = operations.sign_minutes(signature_id=one.pk, actor=actor, at=NOW, on_paper=True)
    return minutes
