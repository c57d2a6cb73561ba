"""Several lines of the board changed together: tried, shown with every refusal, done, undone."""

import datetime as dt
import json
from collections.abc import Callable, Collection
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
from tusoi.remediation.errors import AnsweredAlready, RemediationError
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
_NOT_YOURS: Final = gettext_lazy("Đồng chí không có quyền lập kế hoạch ở đơn vị này.")
# What the last change did, in the session of who made it: for its page and for taking it back.
_KEPT: Final = "remediation.bulk"
_TITLES: Final = {
    OWNER: gettext_lazy("Giao nơi chủ trì khác cho nhiều việc"),
    DUE: gettext_lazy("Đặt thời hạn, đề nghị gia hạn nhiều việc"),
    TOPIC: gettext_lazy("Xếp lại nội dung nhiều hạn chế"),
}


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
    # A request that somebody else answers; the line itself is as it was.
    is_asked: bool = False
    # How to take it back.
    before: Any = None


@dataclass(frozen=True)
class Done:
    """What one line was changed to, and what it was before."""

    said: str
    before: Any
    is_asked: bool = False


@page(permission=Permission.REMEDIATION_PLAN, writes={"POST"})
def change_many(request: SignedInRequest) -> HttpResponse:
    """Show the form for what was ticked, try it, and carry it out once it was looked at."""
    if request.method != "POST":
        return _result(request)
    change = request.POST.get("change", "")
    if "undo" in request.POST:
        return _undo(request)
    rows = _ticked(request, change)
    is_sent = "reason" in request.POST or "topic" in request.POST
    form = BulkForm(request.POST if is_sent else None, change=change, initial={"change": change})
    outcomes: list[Outcome] = []
    looked_at = request.POST.get("looked_at") if "confirm" in request.POST else None
    if is_sent and form.is_valid():
        outcomes, is_done = _carried_out(
            rows, form.cleaned_data, request.user, looked_at=looked_at
        )
        if is_done:
            messages.success(request, _summed_up(outcomes))
            _keep(request, change, outcomes)
            return redirect("remediation:change-many")
    shown = _frame(change, rows, outcomes, back=_back(request)) | {
        "form": form,
        "too_many": len(request.POST.getlist("row")) > ROWS,
        "looked_at": _mark(form.cleaned_data, outcomes) if outcomes else "",
        # Another word in the form, or another's change meanwhile: nobody has seen what it does.
        "is_other": looked_at is not None and bool(outcomes),
        "may_confirm": any(not one.refusal for one in outcomes),
    }
    status = 422 if form.errors or not rows else 200
    return render(request, "remediation/board_bulk.html", shown, status=status)


def _frame(change: str, rows: list[Any], outcomes: list[Outcome], *, back: str) -> dict[str, Any]:
    """Return what the page shows of any change, with nothing offered."""
    return {
        "title": _TITLES.get(change, _("Thay đổi nhiều mục")),
        "form": None,
        "rows": rows,
        "outcomes": outcomes,
        "is_done": False,
        "may_undo": False,
        "too_many": False,
        "most": ROWS,
        "change": change,
        "back": back,
        "looked_at": "",
        "is_other": False,
        "lists_shortcomings": change == TOPIC,
        "may_confirm": False,
    }


def _back(request: SignedInRequest) -> str:
    """Return the filters of the board from which the lines came; of our own page only."""
    return request.POST.get("filters", "")[:2000]


def _ticked(request: SignedInRequest, change: str) -> list[Any]:
    sent = map(whole_number, request.POST.getlist("row"))
    keys = [key for key in sent if key is not None]
    return _seen(request, change, keys if len(keys) <= ROWS else [])


def _seen(request: SignedInRequest, change: str, keys: Collection[int]) -> list[Any]:
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
    changes: dict[str, Callable[[Any, dict[str, Any], Account], Done]] = {
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
                    done = change(row, sent, actor)
            except RemediationError as refusal:
                outcomes.append(Outcome(row, "", str(refusal)))
            except NotPermitted:
                outcomes.append(Outcome(row, "", str(_NOT_YOURS)))
            else:
                outcomes.append(Outcome(row, done.said, "", done.is_asked, done.before))
        is_kept = looked_at is not None and constant_time_compare(looked_at, _mark(sent, outcomes))
        if not is_kept:
            transaction.set_rollback(True)
    return outcomes, is_kept


# -- the result, and back ------------------------------------------------------------------------


def _summed_up(outcomes: list[Outcome]) -> str:
    asked = sum(one.is_asked for one in outcomes)
    left = sum(bool(one.refusal) for one in outcomes)
    changed = len(outcomes) - asked - left
    told = [
        _("đã thay đổi %(count)d mục") % {"count": changed} if changed or not asked else "",
        _("đã gửi %(count)d đề nghị gia hạn") % {"count": asked} if asked else "",
        _("%(count)d mục giữ nguyên") % {"count": left} if left else "",
    ]
    text = "; ".join(one for one in told if one)
    return f"{text[:1].upper()}{text[1:]}."


def _keep(
    request: SignedInRequest, change: str, outcomes: list[Outcome], *, is_undone: bool = False
) -> None:
    """Keep what was done for the page that follows, with the versions that it left behind."""
    keys = [one.row.pk for one in outcomes]
    model = FollowedShortcoming if change == TOPIC else RemediationAction
    versions = dict(model.objects.filter(pk__in=keys).values_list("pk", "version"))
    request.session[_KEPT] = {
        "change": change,
        "filters": _back(request),
        "is_undone": is_undone,
        "lines": [
            [one.row.pk, one.said, one.refusal, one.is_asked, one.before, versions[one.row.pk]]
            for one in outcomes
        ],
    }


def _result(request: SignedInRequest) -> HttpResponse:
    """Show what the last change did; loading the page again does nothing more."""
    kept = request.session.get(_KEPT)
    if kept is None:
        return redirect("remediation:board")
    keys = [line[0] for line in kept["lines"]]
    rows = {one.pk: one for one in _seen(request, kept["change"], keys)}
    outcomes = [
        Outcome(rows[key], said, refusal, is_asked)
        for key, said, refusal, is_asked, _before, _version in kept["lines"]
        if key in rows
    ]
    frame = _frame(kept["change"], list(rows.values()), outcomes, back=kept["filters"])
    shown = frame | {
        "is_done": True,
        "may_undo": not kept["is_undone"] and any(not one.refusal for one in outcomes),
    }
    return render(request, "remediation/board_bulk.html", shown)


def _undo(request: SignedInRequest) -> HttpResponse:
    """Take the last change back line by line, where nobody has gone on from it."""
    kept = request.session.get(_KEPT)
    if kept is None or kept["is_undone"]:
        return redirect("remediation:change-many")
    change = kept["change"]
    lines = {one[0]: one for one in kept["lines"] if not one[2]}
    outcomes = []
    for row in _seen(request, change, lines):
        _key, _said, _refusal, is_asked, before, version = lines[row.pk]
        try:
            with transaction.atomic():
                if row.version != version:
                    raise ChangedSince
                _take_back(row, change, before, request.user, is_asked=is_asked)
        except RemediationError as refusal:
            outcomes.append(Outcome(row, "", str(refusal)))
        except NotPermitted:
            outcomes.append(Outcome(row, "", str(_NOT_YOURS)))
        else:
            outcomes.append(Outcome(row, _("Đã trở lại như trước")))
    left = sum(bool(one.refusal) for one in outcomes)
    told = _("Đã hoàn tác %(count)d mục; %(left)d mục không hoàn tác được.")
    whole = _("Đã hoàn tác %(count)d mục.")
    said = (told if left else whole) % {"count": len(outcomes) - left, "left": left}
    (messages.warning if left else messages.success)(request, said)
    _keep(request, change, outcomes, is_undone=True)
    return redirect("remediation:change-many")


def _take_back(row: Any, change: str, before: Any, actor: Account, *, is_asked: bool) -> None:
    if is_asked:
        waiting = queries.unanswered(row.extensions)
        if waiting is None or waiting.pk != before:
            raise AnsweredAlready
        operations.withdraw_extension(extension_id=waiting.pk, actor=actor, at=clock.now())
    elif change == TOPIC:
        topic, entry_id = before
        content = replace(as_it_stands(row), topic=topic, topic_entry_id=entry_id)
        operations.edit_shortcoming(
            shortcoming_id=row.pk,
            version=row.version,
            content=content,
            actor=actor,
            at=clock.now(),
        )
    elif change == OWNER and any(before):
        operations.hand_over_action(
            action_id=row.pk,
            to_person_id=before[0],
            to_unit_id=before[1],
            reason=_("Hoàn tác"),
            actor=actor,
            at=clock.now(),
        )
    else:
        was: dict[str, Any] = {"owner_person_id": None, "owner_unit_id": None}
        if change == DUE:
            was = {"due_on": dt.date.fromisoformat(before) if before else None}
        operations.edit_action(
            action_id=row.pk,
            version=row.version,
            content=replace(_as_written(row), **was),
            actor=actor,
            at=clock.now(),
        )


class ChangedSince(RemediationError):
    """Somebody went on from what the change left behind."""

    def __init__(self) -> None:
        super().__init__(_("Mục này đã được sửa tiếp, nên không hoàn tác được."))


# -- the changes ---------------------------------------------------------------------------------


def _give(action: RemediationAction, sent: dict[str, Any], actor: Account) -> Done:
    unit_id = action.plan.answering_unit_id
    people, bodies = _named(unit_id, sent["owner_search"])
    before = [action.owner_person_id, action.owner_unit_id]
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
    return Done(_("Giao cho %(name)s") % {"name": (people or bodies)[0]}, before)


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


def _set_due(action: RemediationAction, sent: dict[str, Any], actor: Account) -> Done:
    """Set a deadline; where the plan is issued, somebody else allows one that is later."""
    due_on: dt.date = sent["due_on"]
    is_issued = action.plan.state not in WRITTEN_STATES
    if is_issued and action.due_on is not None and due_on >= action.due_on:
        asked = operations.ask_extension(
            action_id=action.pk,
            until=due_on,
            reason=sent["reason"],
            actor=actor,
            at=clock.now(),
        )
        said = _("Đề nghị gia hạn đến %(day)s") % {"day": f"{due_on:%d/%m/%Y}"}
        return Done(said, asked.pk, is_asked=True)
    before = action.due_on.isoformat() if action.due_on else None
    operations.edit_action(
        action_id=action.pk,
        version=action.version,
        content=replace(_as_written(action), due_on=due_on),
        actor=actor,
        at=clock.now(),
    )
    return Done(_("Đặt thời hạn %(day)s") % {"day": f"{due_on:%d/%m/%Y}"}, before)


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


def _file_under(one: FollowedShortcoming, sent: dict[str, Any], actor: Account) -> Done:
    topic, before = sent["topic"], [one.topic, one.topic_entry_id]
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
    return Done(_("Xếp vào: %(topic)s") % {"topic": dict(Topic.choices)[topic]}, before)
