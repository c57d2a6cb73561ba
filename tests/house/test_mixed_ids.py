"""Two objects in one address that do not belong together: there is no such page.

The account may do everything on both sides, so that nothing but the page itself can tell.
"""

import pytest
from django.urls import reverse

from tests.factories import access, people
from tests.house import places
from tests.house.test_pages import WITH_OBJECT
from tusoi.access.enums import RoleKey
from tusoi.audit.models import AuditEvent


pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def _in_cycle(side, *more):
    return (str(side.cycle.public_id), str(side.cell.public_id), *more)


def _meeting(side, *more):
    return (str(side.meeting.public_id), *more)


# What to put into an address: `one` and `two` are the two sides.
MIXED = {
    "remediation:settle": lambda one, two: (str(one.action.public_id), two.late_edit.pk),
    "access:revoke": lambda one, _two: (one.binh.pk, one.grant.pk),
    "ballots:remove": lambda one, two: (one.poll.pk, two.poll.questions.first().pk),
    "cycles:file": lambda one, two: (str(one.cycle.public_id), str(two.directive.public_id)),
    "cycles:cancel": lambda one, two: _in_cycle(one, two.other.pk),
    "cycles:undo": lambda one, two: _in_cycle(one, two.adjustment.pk),
    "cycles:add-unit": lambda one, two: _in_cycle(one, str(two.added.public_id)),
    "meetings:remove_guest": lambda one, two: _meeting(one, two.guest.pk),
    "meetings:remove_document": lambda one, two: _meeting(one, two.document.pk),
    "meetings:item": lambda one, two: _meeting(one, two.item.pk),
    "meetings:reopen_item": lambda one, two: _meeting(one, two.item.pk),
    "meetings:add_remark": lambda one, two: _meeting(one, two.open_item.pk),
    "meetings:conclude": lambda one, two: _meeting(one, two.open_item.pk),
    "meetings:postpone": lambda one, two: _meeting(one, two.open_item.pk),
    "meetings:edit_remark": lambda one, two: _meeting(one, two.remark.pk),
    "meetings:delete_remark": lambda one, two: _meeting(one, two.remark.pk),
    **dict.fromkeys(
        ("meetings:enter_reply", "meetings:mark", "meetings:times"),
        lambda one, two: _meeting(one, two.attendance.pk),
    ),
    **dict.fromkeys(
        ("meetings:add_answer", "meetings:ask_correction"),
        lambda one, two: _meeting(one, two.open_item.pk),
    ),
    "meetings:delete_answer": lambda one, two: _meeting(one, two.answer.pk),
    "meetings:settle_correction": lambda one, two: _meeting(one, two.correction.pk),
    "meetings:settle_request": lambda one, two: _meeting(one, two.wish.pk),
    "meetings:sign": lambda one, two: _meeting(one, two.signature.pk),
    # The meeting of one side has a single version; the other number is of nothing here.
    **dict.fromkeys(
        ("meetings:minutes_version", "meetings:verify"),
        lambda one, two: _meeting(one, two.signed.number + 1),
    ),
    "people:act-on": lambda one, two: (str(one.newcomer.public_id), "end-post", two.post.pk),
    "ratings:again-decision": lambda one, two: (one.mine.pk, two.rated_again.pk),
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
            "meetings:plan",
            "reports:unit-dashboard",
            "reports:unit",
        ),
        lambda one, two: (str(one.cycle.public_id), str(two.cell.public_id)),
    ),
}
SENT = {
    "reason": "Thử",
    "kind": "transfer",
    "since": "01/10/2022",
    "text": "Thử",
    "conclusion": "Thử",
    "on": "01/10/2022",
}


@pytest.fixture(autouse=True)
def _in_october(settings):
    settings.TUSOI_CLOCK = "2022-10-20"


def test_objects_that_do_not_belong_together_are_no_page(client):
    one, two = places.make("A"), places.make("B")
    mighty = people.account(username="mighty")
    for side in (one, two):
        for role in RoleKey:
            access.grant(mighty, role, side.district)
    client.force_login(mighty)
    before = AuditEvent.objects.count()

    found = {}
    for name, ids in MIXED.items():
        for sides in ((one, two), (two, one)):
            address = reverse(name, args=ids(*sides))
            read, sent = client.get(address), client.post(address, SENT)
            # A redirect in answer to a GET shows nothing; the page it leads to is tried by itself.
            found[name] = ({read.status_code} - {302, 404, 405}) | (
                {sent.status_code} - {404, 405}
            )

    assert {name: codes for name, codes in found.items() if codes} == {}
    assert AuditEvent.objects.count() == before


def test_every_address_with_two_objects_is_tried():
    """An address with two places in it belongs into MIXED, or its second names no object."""
    with_words = {
        "people:act",
        "remediation:action-act",
        "remediation:plan-act",
        "remediation:shortcoming-act",
        "units:add-fact",
        "units:reorganize",
    }
    with_two = {
        name for name, pattern in WITH_OBJECT.items() if len(pattern.pattern.converters) > 1
    }

    assert with_two - with_words == set(MIXED)
