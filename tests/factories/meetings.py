"""Meetings over real cycles, taken as far as a test needs by the operations themselves."""

from dataclasses import dataclass

from tests.factories import access, cast, cycles, people, units
from tusoi.access.enums import RoleKey
from tusoi.cycles.enums import ProgressStep
from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.cycles.operations import record_step
from tusoi.meetings import operations
from tusoi.meetings.enums import Presence
from tusoi.meetings.models import AgendaItem, ReviewMeeting
from tusoi.meetings.operations import PresenceEntry
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


def scene(*, more_members=0, mark="", **fields) -> Scene:
    """Make the cast; the cell has An, Bình and as many more full members as asked for."""
    made = cast.make(mark)
    for number in range(more_members):
        person = people.make_person(f"Đảng viên {number + 1:02}")
        units.membership(people.member(person), made.cell)
    teller = people.account(username=f"{mark}teller")
    access.grant(teller, RoleKey.CELL_COMMITTEE, made.cell)
    return Scene(people=made, cycle=cycles.cycle(made.district, **fields), teller=teller)


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


def under_way(scene, *, present=True, **fields) -> ReviewMeeting:
    meeting = plan(scene, **fields)
    if present:
        everybody_present(meeting, scene.binh)
    return operations.open_meeting(meeting_id=meeting.pk, actor=scene.binh, at=NOW)


def everybody_present(meeting, actor):
    entries = [PresenceEntry(one.pk, Presence.PRESENT) for one in meeting.attendances.all()]
    operations.record_attendance(meeting_id=meeting.pk, entries=entries, actor=actor, at=PLANNED)


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


def conclude(scene, item, **fields) -> AgendaItem:
    return operations.conclude_item(
        item_id=item.pk,
        conclusion=fields.pop("conclusion", "Hội nghị nhất trí với bản kiểm điểm."),
        actor=fields.pop("actor", scene.binh),
        at=fields.pop("at", NOW),
        **fields,
    )


def concluded(scene, person=None) -> AgendaItem:
    """Make a meeting under way in which everything is handed in and one review concluded."""
    meeting = under_way(scene)
    submit(meeting)
    return conclude(scene, item_of(meeting, person or scene.people.an_person))
