"""The record of a meeting: written while it happens, approved, signed, locked, corrected."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from django.db import transaction

from tusoi.core.clock import local_day
from tusoi.core.once import added_already
from tusoi.meetings.enums import (
    CorrectionState,
    MeetingState,
    MinutesPart,
    MinutesState,
    SignerRole,
)
from tusoi.meetings.errors import (
    AlreadySigned,
    ApprovalNotYours,
    CorrectionIsEmpty,
    CorrectionStateUnchanged,
    MeetingNotClosed,
    MinutesMissing,
    MinutesNotApproved,
    MinutesNotDraft,
    MinutesNotLocked,
    MinutesRequestsOpen,
    MinutesTextsDiffer,
    MinutesTextUnknown,
    MinutesVersionUnknown,
    NotAtThisMeeting,
    SignatureNotYours,
)
from tusoi.meetings.models import (
    Minutes,
    MinutesRequest,
    MinutesSignature,
    MinutesTemplate,
    MinutesText,
    MinutesTextVersion,
    ReviewMeeting,
)
from tusoi.meetings.operations.locking import locked_meeting, needed_reason, record
from tusoi.meetings.permissions import (
    can_approve,
    can_ask_for_changes,
    can_hold,
    is_self,
    require_hold,
)
from tusoi.meetings.queries.minutes import (
    MinutesVote,
    digest_of_content,
    meeting_kind,
    minutes_content,
    open_text_conflicts,
    template_texts,
)
from tusoi.people.models import Account
from tusoi.reviews.operations.writing import tidy_text
from tusoi.reviews.queries import Base, text_base
from tusoi.units.models import Unit


# Replaced texts of one sitting are kept this far apart, as those of reviews are.
KEPT_EVERY: Final = dt.timedelta(minutes=10)
_SHRUNK: Final = 0.7

Choice = Literal["keep", "use", "append"]
Key = tuple[MinutesPart, int | None]


@dataclass(frozen=True)
class MinutesEdit:
    """A text as it came from the page, with what the page had shown before."""

    part: MinutesPart
    text: str
    base: Base = field(default_factory=Base)
    item_id: int | None = None

    @property
    def key(self) -> Key:
        return self.part, self.item_id


@dataclass(frozen=True)
class MinutesSaved:
    """What is stored now, by text: its new base; and the texts that ran into a newer one."""

    bases: Mapping[Key, Base]
    conflicts: Mapping[Key, MinutesTextVersion]


@dataclass(frozen=True)
class Signer:
    """Somebody who signs besides the chair and the secretary, such as a teller."""

    role: SignerRole
    name: str
    person_id: int | None = None


# Beginning


@transaction.atomic
def start_minutes(*, meeting_id: int, actor: Account, at: dt.datetime) -> Minutes:
    """Begin the record of a meeting that was opened before the system kept one.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        MinutesMissing: the meeting has not begun.
    """
    meeting = locked_meeting(meeting_id, actor=actor, at=at)
    if meeting.state not in {MeetingState.UNDER_WAY, MeetingState.CLOSED}:
        raise MinutesMissing
    return begin_minutes(meeting, actor=actor, at=at)


def begin_minutes(meeting: ReviewMeeting, *, actor: Account, at: dt.datetime) -> Minutes:
    """Return the record of the meeting, made if there is none; the meeting is locked."""
    found = meeting.minutes.order_by("-number").first()
    if found is None:
        found = Minutes.objects.create(meeting=meeting, created_at=at, created_by=actor)
        record("minutes", found, meeting=meeting, actor=actor, at=at, to_state=found.state)
    return found


@transaction.atomic
def correct_minutes(*, meeting_id: int, reason: str, actor: Account, at: dt.datetime) -> Minutes:
    """Begin a further version of signed minutes; the signed one stays as it is.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        MinutesMissing: there is none to correct.
        MinutesNotLocked: the last version is not signed yet; it can still be changed itself.
        ReasonMissing: no reason was given.
    """
    meeting = locked_meeting(meeting_id, actor=actor, at=at)
    last = _last(meeting)
    if last.state != MinutesState.LOCKED:
        raise MinutesNotLocked
    return _next_version(last, needed_reason(reason), actor=actor, at=at)


def take_up_minutes(
    meeting: ReviewMeeting, reason: str, *, actor: Account, at: dt.datetime
) -> None:
    """Make the record of a meeting that was opened again one that can be written."""
    last = meeting.minutes.order_by("-number").first()
    if last is None:
        begin_minutes(meeting, actor=actor, at=at)
    elif last.state == MinutesState.APPROVED:
        last.meeting = meeting
        _withdraw(last, reason, actor=actor, at=at)
    elif last.state == MinutesState.LOCKED:
        last.meeting = meeting
        _next_version(last, reason, actor=actor, at=at)


# Writing


@transaction.atomic
def save_minutes(
    *, minutes_id: int, edits: Sequence[MinutesEdit], actor: Account, at: dt.datetime
) -> MinutesSaved:
    """Store what the secretary typed.

    A text that was written on top of an older one than the stored one does not replace it: the
    newer stays, the arriving one is kept beside it, and the outcome tells so.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        MinutesNotDraft: they were approved.
        MinutesTextUnknown: the text belongs to another record.
    """
    minutes = _locked_draft(minutes_id, actor=actor, at=at)
    saver = _TextSaver(minutes, actor, at)
    for edit in edits:
        saver.save(edit)
    return MinutesSaved(saver.bases, saver.conflicts)


@transaction.atomic
def resolve_minutes_conflict(
    *, version_id: int, choice: Choice, actor: Account, at: dt.datetime
) -> None:
    """Settle two texts of one place: keep the stored one, use the other, or join them.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        MinutesNotDraft: they were approved.
        MinutesVersionUnknown: it was settled before.
    """
    waiting = MinutesTextVersion.objects.filter(
        pk=version_id, is_conflict=True, resolved_at__isnull=True
    )
    minutes_id = waiting.values_list("minutes_text__minutes_id", flat=True).first()
    if minutes_id is None:
        raise MinutesVersionUnknown
    _locked_draft(minutes_id, actor=actor, at=at)
    # Read under the lock: somebody else may have settled or continued it meanwhile.
    kept = waiting.first()
    if kept is None:
        raise MinutesVersionUnknown
    row = MinutesText.objects.get(pk=kept.minutes_text_id)
    if choice == "use":
        _replace(row, kept.text, actor=actor, at=at)
    elif choice == "append":
        _replace(row, f"{row.text}\n\n{kept.text}", actor=actor, at=at)
    kept.resolved_at, kept.resolved_by = at, actor
    kept.save(update_fields=["resolved_at", "resolved_by"])


@transaction.atomic
def save_minutes_templates(
    *, unit_id: int, texts: Mapping[MinutesPart, str], actor: Account, at: dt.datetime
) -> None:
    """Store the words with which a unit's minutes begin; nothing brings ours back.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
    """
    require_hold(actor, unit_id=unit_id, on=local_day(at))
    unit = Unit.objects.select_for_update().get(pk=unit_id)
    kind = meeting_kind(unit)
    for part, text in texts.items():
        place = MinutesTemplate.objects.filter(unit=unit, meeting_kind=kind, part=part)
        place.delete()
        tidy = tidy_text(text)
        if tidy and tidy != template_texts(unit)[part]:
            MinutesTemplate.objects.create(
                unit=unit, meeting_kind=kind, part=part, text=tidy, saved_at=at, saved_by=actor
            )


# What participants ask for


@transaction.atomic
def ask_minutes_change(
    *, minutes_id: int, text: str, actor: Account, at: dt.datetime
) -> MinutesRequest:
    """Ask for another wording of the draft, as somebody who was there.

    Raises:
        NotAtThisMeeting: the actor was not there.
        MinutesNotDraft: they were approved.
        CorrectionIsEmpty: it is not said what is wrong.
    """
    minutes = _locked(minutes_id)
    if actor.person_id is None or not can_ask_for_changes(actor, minutes.meeting):
        raise NotAtThisMeeting
    _must_be_draft(minutes)
    if not text.strip():
        raise CorrectionIsEmpty
    request = MinutesRequest(
        minutes=minutes,
        person_id=actor.person_id,
        text=text.strip(),
        asked_at=at,
        asked_by=actor,
    )
    if (twin := added_already(request, when="asked_at", at=at)) is not None:
        return twin
    request.save()
    record("minutes_request", request, meeting=minutes.meeting, actor=actor, at=at)
    return request


@transaction.atomic
def settle_minutes_request(
    *,
    request_id: int,
    state: CorrectionState,
    actor: Account,
    at: dt.datetime,
    note: str = "",
) -> MinutesRequest:
    """Say what became of a participant's wish: the draft was changed, or not and why.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        MinutesNotDraft: they were approved.
        CorrectionStateUnchanged: it was settled before.
        ReasonMissing: it is declined without a reason.
    """
    minutes_id = MinutesRequest.objects.values_list("minutes_id", flat=True).get(pk=request_id)
    minutes = _locked_draft(minutes_id, actor=actor, at=at)
    request = minutes.requests.get(pk=request_id)
    if request.state != CorrectionState.ASKED or state == CorrectionState.ASKED:
        raise CorrectionStateUnchanged
    if state == CorrectionState.DECLINED:
        note = needed_reason(note)
    request.state, request.settle_note = state, note.strip()
    request.settled_at, request.settled_by = at, actor
    request.save()
    record(
        "minutes_request_settle",
        request,
        meeting=minutes.meeting,
        actor=actor,
        at=at,
        from_state=CorrectionState.ASKED,
        to_state=state,
        note=request.settle_note,
    )
    return request


# Approval, signatures, lock


@transaction.atomic
def approve_minutes(
    *,
    minutes_id: int,
    actor: Account,
    at: dt.datetime,
    votes: Sequence[MinutesVote] = (),
    signers: Sequence[Signer] = (),
) -> Minutes:
    """Freeze the content, with the votes that the caller knows, and lay it out for signing.

    Chair and secretary sign, then `signers` in the order given.

    Raises:
        ApprovalNotYours: the actor is not the chair and may not hold the meeting.
        MinutesNotDraft: it was approved before.
        MeetingNotClosed: the meeting goes on.
        MinutesRequestsOpen: a participant's wish is not settled.
        MinutesTextsDiffer: two texts of one place wait for a decision.
    """
    minutes = _locked(minutes_id)
    meeting = minutes.meeting
    if not can_approve(actor, meeting, on=local_day(at)):
        raise ApprovalNotYours
    _must_be_draft(minutes)
    if meeting.state != MeetingState.CLOSED:
        raise MeetingNotClosed
    _must_be_settled(minutes)
    minutes.content = minutes_content(minutes, votes=votes)
    minutes.approved_at, minutes.approved_by = at, actor
    _move(minutes, "minutes_approve", MinutesState.APPROVED, actor=actor, at=at)
    _lay_out_signatures(minutes, signers)
    return minutes


@transaction.atomic
def withdraw_minutes(*, minutes_id: int, reason: str, actor: Account, at: dt.datetime) -> Minutes:
    """Make approved minutes a draft again; signatures given so far are void.

    Raises:
        ApprovalNotYours: the actor is not the chair and may not hold the meeting.
        MinutesNotApproved: it is a draft, or signed by all; then a further version is made.
        ReasonMissing: no reason was given.
    """
    minutes = _locked(minutes_id)
    if not can_approve(actor, minutes.meeting, on=local_day(at)):
        raise ApprovalNotYours
    if minutes.state != MinutesState.APPROVED:
        raise MinutesNotApproved
    return _withdraw(minutes, needed_reason(reason), actor=actor, at=at)


@transaction.atomic
def sign_minutes(
    *, signature_id: int, actor: Account, at: dt.datetime, on_paper: bool = False
) -> Minutes:
    """Put a name under the minutes; the last one locks them with the digest of all they say.

    Everybody signs for themself. Who holds the meeting may note that somebody signed the printed
    paper; the minutes say so.

    Raises:
        SignatureNotYours: it is somebody else's name.
        MinutesNotApproved: there is nothing to sign, or everybody has.
        AlreadySigned: the name stands there.
    """
    minutes_id = MinutesSignature.objects.values_list("minutes_id", flat=True).get(pk=signature_id)
    minutes = _locked(minutes_id)
    signature = minutes.signatures.get(pk=signature_id)
    is_own = is_self(actor, signature.person_id)
    if not (is_own or (on_paper and can_hold(actor, minutes.meeting, on=local_day(at)))):
        raise SignatureNotYours
    if minutes.state != MinutesState.APPROVED:
        raise MinutesNotApproved
    if signature.signed_at is not None:
        raise AlreadySigned(signature.name)
    signature.signed_at, signature.signed_by = at, actor
    signature.is_on_paper = on_paper
    signature.save(update_fields=["signed_at", "signed_by", "is_on_paper"])
    record("minutes_sign", signature, meeting=minutes.meeting, actor=actor, at=at)
    if not minutes.signatures.filter(signed_at__isnull=True).exists():
        _lock(minutes, actor=actor, at=at)
    return minutes


# Inside


def _locked(minutes_id: int) -> Minutes:
    """Return the record with its meeting, both locked, the meeting first."""
    meeting_id = Minutes.objects.values_list("meeting_id", flat=True).get(pk=minutes_id)
    meeting = ReviewMeeting.objects.select_for_update().get(pk=meeting_id)
    minutes = Minutes.objects.select_for_update().get(pk=minutes_id)
    minutes.meeting = meeting
    return minutes


def _locked_draft(minutes_id: int, *, actor: Account, at: dt.datetime) -> Minutes:
    minutes = _locked(minutes_id)
    require_hold(actor, unit_id=minutes.meeting.unit_id, on=local_day(at))
    _must_be_draft(minutes)
    return minutes


def _must_be_draft(minutes: Minutes) -> None:
    if minutes.state != MinutesState.DRAFT:
        raise MinutesNotDraft


def _must_be_settled(minutes: Minutes) -> None:
    waiting = minutes.requests.filter(state=CorrectionState.ASKED).count()
    if waiting:
        raise MinutesRequestsOpen(waiting)
    differing = open_text_conflicts(minutes).count()
    if differing:
        raise MinutesTextsDiffer(differing)


def _last(meeting: ReviewMeeting) -> Minutes:
    last = meeting.minutes.order_by("-number").first()
    if last is None:
        raise MinutesMissing
    last.meeting = meeting
    return last


def _next_version(last: Minutes, reason: str, *, actor: Account, at: dt.datetime) -> Minutes:
    made = Minutes.objects.create(
        meeting=last.meeting,
        number=last.number + 1,
        reason=reason,
        created_at=at,
        created_by=actor,
    )
    MinutesText.objects.bulk_create(
        MinutesText(
            minutes=made,
            part=one.part,
            item_id=one.item_id,
            text=one.text,
            saved_at=one.saved_at,
            saved_by_id=one.saved_by_id,
        )
        for one in last.texts.order_by("pk")
    )
    record(
        "minutes_correct",
        made,
        meeting=last.meeting,
        actor=actor,
        at=at,
        to_state=made.state,
        note=reason,
    )
    return made


def _withdraw(minutes: Minutes, reason: str, *, actor: Account, at: dt.datetime) -> Minutes:
    minutes.signatures.all().delete()
    minutes.content = None
    minutes.approved_at, minutes.approved_by = None, None
    _move(minutes, "minutes_withdraw", MinutesState.DRAFT, actor=actor, at=at, note=reason)
    return minutes


def _lay_out_signatures(minutes: Minutes, signers: Sequence[Signer]) -> None:
    meeting = minutes.meeting
    wanted = [
        *(
            Signer(role, person.full_name, person.pk)
            for role, person in (
                (SignerRole.CHAIR, meeting.chair),
                (SignerRole.SECRETARY, meeting.secretary),
            )
            if person is not None
        ),
        *signers,
    ]
    by_name = {(one.role, one.name): one for one in reversed(wanted)}
    MinutesSignature.objects.bulk_create(
        MinutesSignature(
            minutes=minutes,
            role=one.role,
            position=position,
            name=one.name,
            person_id=one.person_id,
        )
        for position, one in enumerate(reversed(by_name.values()), start=1)
    )


def _lock(minutes: Minutes, *, actor: Account, at: dt.datetime) -> None:
    signatures = minutes.signatures.order_by("position", "pk")
    minutes.content = {
        **minutes_content(minutes),
        "signatures": [
            {
                "role": one.role,
                "name": one.name,
                "signed_on": one.signed_at and f"{local_day(one.signed_at):%Y-%m-%d}",
                "is_on_paper": one.is_on_paper,
            }
            for one in signatures
        ],
    }
    minutes.digest = digest_of_content(minutes.content)
    minutes.locked_at, minutes.locked_by = at, actor
    _move(minutes, "minutes_lock", MinutesState.LOCKED, actor=actor, at=at)


def _move(
    minutes: Minutes,
    verb: str,
    to_state: MinutesState,
    *,
    actor: Account,
    at: dt.datetime,
    note: str = "",
) -> None:
    before, minutes.state = minutes.state, to_state
    minutes.save()
    record(
        verb,
        minutes,
        meeting=minutes.meeting,
        actor=actor,
        at=at,
        from_state=before,
        to_state=to_state,
        note=note,
    )


class _TextSaver:
    """Takes the texts of one save, one after the other."""

    def __init__(self, minutes: Minutes, actor: Account, at: dt.datetime) -> None:
        self._minutes, self._actor, self._at = minutes, actor, at
        self._items = set(minutes.meeting.items.values_list("pk", flat=True))
        self._stored = {(one.part, one.item_id): one for one in minutes.texts.all()}
        self._words = template_texts(minutes.meeting.unit)
        self.bases: dict[Key, Base] = {}
        self.conflicts: dict[Key, MinutesTextVersion] = {}

    def save(self, edit: MinutesEdit) -> None:
        if not self._is_known(edit):
            raise MinutesTextUnknown
        text = tidy_text(edit.text)
        row = self._stored.get(edit.key)
        if row is None:
            row = self._first(edit, text)
        elif text != row.text and text_base(text, 0).digest != edit.base.digest:
            if edit.base.version == row.version:
                _replace(row, text, actor=self._actor, at=self._at)
            else:
                self._keep_beside(row, text, edit)
        self.bases[edit.key] = text_base(row.text, row.version) if row else text_base(text, 0)

    def _is_known(self, edit: MinutesEdit) -> bool:
        if edit.part is MinutesPart.ITEM:
            return edit.item_id in self._items
        return edit.item_id is None

    def _first(self, edit: MinutesEdit, text: str) -> MinutesText | None:
        """Store a text that was never stored; the words it began with need no row."""
        if text == self._words[edit.part]:
            return None
        return MinutesText.objects.create(
            minutes=self._minutes,
            part=edit.part,
            item_id=edit.item_id,
            text=text,
            saved_at=self._at,
            saved_by=self._actor,
        )

    def _keep_beside(self, row: MinutesText, text: str, edit: MinutesEdit) -> None:
        """Put the arriving text beside the stored one; the same page's next save continues it."""
        kept = row.versions.filter(
            is_conflict=True,
            resolved_at__isnull=True,
            saved_by=self._actor,
            version=edit.base.version,
        ).first()
        if kept is None:
            kept = MinutesTextVersion(
                minutes_text=row,
                is_conflict=True,
                version=edit.base.version,
                saved_by=self._actor,
            )
        kept.text, kept.saved_at = text, self._at
        kept.save()
        self.conflicts[edit.key] = kept


def _replace(row: MinutesText, text: str, *, actor: Account, at: dt.datetime) -> None:
    if row.text.strip() and _is_worth_keeping(row, text, actor=actor, at=at):
        MinutesTextVersion.objects.create(
            minutes_text=row,
            text=row.text,
            version=row.version,
            saved_at=row.saved_at,
            saved_by_id=row.saved_by_id,
        )
    row.text, row.version = text, row.version + 1
    row.saved_at, row.saved_by = at, actor
    row.save(update_fields=["text", "version", "saved_at", "saved_by"])


def _is_worth_keeping(row: MinutesText, text: str, *, actor: Account, at: dt.datetime) -> bool:
    last = row.versions.filter(is_conflict=False).order_by("-version").first()
    return (
        row.saved_by_id != actor.pk
        or len(text) < len(row.text) * _SHRUNK
        or last is None
        or at - last.saved_at >= KEPT_EVERY
    )
