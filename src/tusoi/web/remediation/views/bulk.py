"""Several lines of the board changed together: tried, shown with every refusal, then done."""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tusoi.access.enums import Permission
from tusoi.access.errors import NotPermitted
from tusoi.core import clock
from tusoi.core.text import accented_key
from tusoi.people.models import Account, Person
from tusoi.remediation import operations, queries
from tusoi.remediation.enums import WRITTEN_STATES
from tusoi.remediation.errors import RemediationError
from tusoi.remediation.models import FollowedShortcoming, RemediationAction
from tusoi.reviews.enums import Topic
from tusoi.units.models import Unit
from tusoi.units.queries import name_matches
from tusoi.web.forms import DayField
from tusoi.web.http import SignedInRequest, page, today, whole_number
from tusoi.web.remediation.step_forms import CHOOSE
from tusoi.web.remediation.views.places import ROWS
from tusoi.web.remediation.views.shortcomings import as_it_stands


OWNER: Final = "owner"
DUE: Final = "due"
TOPIC: Final = "topic"
_t = gettext_lazy
_NOT_YOURS: Final = gettext_lazy("Bạn không có quyền lập kế hoạch ở đơn vị này.")


class BulkForm(forms.Form):
    """One change for all lines that were ticked."""

    change = forms.ChoiceField(
        label=_t("Thay đổi"),
        choices=[
            (OWNER, _t("giao nơi chủ trì khác")),
            (DUE, _t("đặt thời hạn, đề nghị gia hạn")),
            (TOPIC, _t("xếp lại nội dung")),
        ],
        widget=forms.HiddenInput,
    )
    owner_search = forms.CharField(
        label=_t("Người hoặc tổ chức nhận"),
        max_length=100,
        required=False,
        help_text=_t("Họ tên, tên hoặc mã tổ chức đảng; phải khớp đúng một."),
    )
    due_on = DayField(label=_t("Thời hạn"), required=False)
    topic = forms.ChoiceField(
        label=_t("Thuộc nội dung"), choices=[CHOOSE, *Topic.choices], required=False
    )
    reason = forms.CharField(
        label=_t("Lý do"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    _NEEDS: Final = {
        OWNER: ("owner_search", "reason"),
        DUE: ("due_on", "reason"),
        TOPIC: ("topic",),
    }

    def __init__(self, *args: Any, change: str, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in set(self.fields) - {"change", *self._NEEDS.get(change, ())}:
            del self.fields[name]
        for name in self._NEEDS.get(change, ()):
            self.fields[name].required = True


@dataclass(frozen=True)
class Outcome:
    """What became, or would become, of one line; a refusal says why it stays as it is."""

    row: Any
    said: str
    refusal: str = ""


@page(permission=Permission.REMEDIATION_PLAN, writes={"POST"})
def change_many(request: SignedInRequest) -> HttpResponse:
    """Show the form for what was ticked, try it, and carry it out once it was looked at."""
    if request.method != "POST":
        return redirect("remediation:board")
    change = request.POST.get("change", "")
    rows = _ticked(request, change)
    is_sent = "reason" in request.POST or "topic" in request.POST
    form = BulkForm(request.POST if is_sent else None, change=change, initial={"change": change})
    outcomes: list[Outcome] = []
    is_done = False
    looked_at = request.POST.get("looked_at") if "confirm" in request.POST else None
    if is_sent and form.is_valid():
        outcomes, is_done = _carried_out(
            rows, form.cleaned_data, request.user, looked_at=looked_at
        )
    if is_done:
        changed = sum(not one.refusal for one in outcomes)
        messages.success(
            request,
            _("Đã thay đổi %(count)d mục; %(left)d mục giữ nguyên.")
            % {"count": changed, "left": len(outcomes) - changed},
        )
    shown = {
        "form": form,
        "rows": rows,
        "outcomes": outcomes,
        "is_done": is_done,
        "change": change,
        "back": _back(request),
        "looked_at": _mark(form.cleaned_data, outcomes) if outcomes else "",
        # Another word in the form, or another's change meanwhile: nobody has seen what it does.
        "is_other": looked_at is not None and bool(outcomes) and not is_done,
        "lists_shortcomings": change == TOPIC,
        "may_confirm": any(not one.refusal for one in outcomes) and not is_done,
    }
    status = 422 if form.errors or not rows else 200
    return render(request, "remediation/board_bulk.html", shown, status=status)


def _back(request: SignedInRequest) -> str:
    """Return the filters of the board from which the lines came; of our own page only."""
    return request.POST.get("filters", "")[:2000]


def _ticked(request: SignedInRequest, change: str) -> list[Any]:
    sent = map(whole_number, request.POST.getlist("row"))
    keys = [key for key in sent if key is not None][:ROWS]
    if change == TOPIC:
        seen = queries.followed_for(request.user, on=today())
        return list(seen.filter(pk__in=keys).select_related("unit", "cycle").order_by("pk"))
    found = queries.actions_for(request.user, on=today()).filter(pk__in=keys)
    return list(
        found.select_related("plan__unit", "plan__cycle", "owner_person", "owner_unit")
        .prefetch_related("links", "partner_units")
        .order_by("pk")
    )


def _mark(sent: dict[str, Any], outcomes: list[Outcome]) -> str:
    """Return what stands for this change of these lines, as they are now, with these results."""
    seen = [
        sorted((name, str(value)) for name, value in sent.items()),
        [(one.row.pk, one.row.version, one.said, one.refusal) for one in outcomes],
    ]
    return salted_hmac("remediation.bulk", json.dumps(seen), algorithm="sha256").hexdigest()


def _carried_out(
    rows: list[Any], sent: dict[str, Any], actor: Account, *, looked_at: str | None
) -> tuple[list[Outcome], bool]:
    """Do it line by line and say whether it stays.

    It stays when it is what was looked at; a preview does the same and takes it all back.
    """
    changes: dict[str, Callable[[Any, dict[str, Any], Account], str]] = {
        OWNER: _give,
        DUE: _set_due,
        TOPIC: _file_under,
    }
    change = changes[sent["change"]]
    outcomes = []
    with transaction.atomic():
        for row in rows:
            try:
                with transaction.atomic():
                    said = change(row, sent, actor)
            except RemediationError as refusal:
                outcomes.append(Outcome(row, "", str(refusal)))
            except NotPermitted:
                outcomes.append(Outcome(row, "", str(_NOT_YOURS)))
            else:
                outcomes.append(Outcome(row, said))
        is_kept = looked_at is not None and constant_time_compare(looked_at, _mark(sent, outcomes))
        if not is_kept:
            transaction.set_rollback(True)
    return outcomes, is_kept


def _give(action: RemediationAction, sent: dict[str, Any], actor: Account) -> str:
    unit_id = action.plan.answering_unit_id
    people, bodies = _named(unit_id, sent["owner_search"])
    if len(people) + len(bodies) != 1:
        raise OwnerNotOne(len(people) + len(bodies))
    operations.hand_over_action(
        action_id=action.pk,
        to_person_id=people[0].pk if people else None,
        to_unit_id=bodies[0].pk if bodies else None,
        reason=sent["reason"],
        actor=actor,
        at=clock.now(),
    )
    return _("Giao cho %(name)s") % {"name": (people or bodies)[0]}


def _named(unit_id: int, typed: str) -> tuple[list[Person], list[Unit]]:
    """Return whose name or code was typed; the whole name of one may be within another's."""
    for condition in (Q(accented_key=accented_key(typed)), name_matches(typed)):
        people = list(queries.owners_for(unit_id).filter(condition)[:2])
        bodies = list(queries.bodies_for(unit_id).filter(condition)[:2])
        if people or bodies:
            return people, bodies
    return [], []


class OwnerNotOne(RemediationError):
    """The name that was typed is nobody's within the unit, or several people's."""

    def __init__(self, found: int) -> None:
        super().__init__(
            _("Ở đơn vị này có nhiều nơi khớp với tên đã ghi. Hãy ghi mã hoặc tên đầy đủ.")
            if found
            else _("Ở đơn vị này không có người hoặc tổ chức mang tên đã ghi.")
        )


def _set_due(action: RemediationAction, sent: dict[str, Any], actor: Account) -> str:
    """Set a deadline; where the plan is issued, somebody else allows one that is later."""
    due_on: dt.date = sent["due_on"]
    is_issued = action.plan.state not in WRITTEN_STATES
    if is_issued and action.due_on is not None and due_on >= action.due_on:
        operations.ask_extension(
            action_id=action.pk,
            until=due_on,
            reason=sent["reason"],
            actor=actor,
            at=clock.now(),
        )
        return _("Đề nghị gia hạn đến %(day)s") % {"day": f"{due_on:%d/%m/%Y}"}
    operations.edit_action(
        action_id=action.pk,
        version=action.version,
        content=replace(_as_written(action), due_on=due_on),
        actor=actor,
        at=clock.now(),
    )
    return _("Đặt thời hạn %(day)s") % {"day": f"{due_on:%d/%m/%Y}"}


def _as_written(action: RemediationAction) -> operations.ActionContent:
    kept = ("shortcoming_ids", "partner_unit_ids", "steps")
    names = operations.ActionContent.__dataclass_fields__
    told = {name: getattr(action, name) for name in names if name not in kept}
    return operations.ActionContent(
        **told,
        shortcoming_ids=[link.shortcoming_id for link in action.links.all()],
        partner_unit_ids=[unit.pk for unit in action.partner_units.all()],
        steps=None,
    )


def _file_under(one: FollowedShortcoming, sent: dict[str, Any], actor: Account) -> str:
    topic = sent["topic"]
    is_same = topic == one.topic
    operations.edit_shortcoming(
        shortcoming_id=one.pk,
        version=one.version,
        content=replace(
            as_it_stands(one),
            topic=topic,
            topic_entry_id=one.topic_entry_id if is_same else None,
        ),
        actor=actor,
        at=clock.now(),
    )
    return _("Xếp vào: %(topic)s") % {"topic": dict(Topic.choices)[topic]}
