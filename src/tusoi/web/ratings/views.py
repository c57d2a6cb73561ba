"""Pages of ratings: the board, one subject, and the batch that an authority decides."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tusoi.access.enums import Permission
from tusoi.access.errors import NotPermitted
from tusoi.access.guard import holds, holds_at
from tusoi.access.queries import units_for
from tusoi.ballots.queries import reconciled_counts
from tusoi.core import clock
from tusoi.cycles.enums import CycleState, SubjectKind
from tusoi.cycles.errors import CycleError
from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.cycles.operations import classify_obligation
from tusoi.cycles.queries import classes_for, cycles_for, reason_of, rulebook_of
from tusoi.engine import Truth
from tusoi.ratings import operations, queries
from tusoi.ratings.enums import RatingStep
from tusoi.ratings.errors import BatchRefused, RatingError
from tusoi.ratings.models import Rating, RatingRecord
from tusoi.rulebooks.library import available
from tusoi.units.models import Unit
from tusoi.web.http import SIGNED_IN, SignedInRequest, page, today
from tusoi.web.ratings import reading
from tusoi.web.ratings.forms import (
    AgainForm,
    BatchInput,
    ClassForm,
    DecideForm,
    StepForm,
    WithdrawForm,
    level_choices,
)
from tusoi.web.ratings.subjects import cycle_of, narrowed_of, subject_of


ROWS = 50


# -- the board -----------------------------------------------------------------------------------


@page(permission=Permission.RATING_VIEW)
def board(request: SignedInRequest) -> HttpResponse:
    cycle = cycle_of(request)
    if cycle is None:
        return render(request, "ratings/rating_board.html", {"cycle": None})
    narrowed, unit = narrowed_of(request)
    found = queries.board(request.user, cycle, narrowed, on=today())
    rows = Paginator(found, ROWS).get_page(request.GET.get("page"))
    rulebook = rulebook_of(cycle)
    scope = units_for(request.user, Permission.RATING_VIEW, on=today())
    context = {
        "cycle": cycle,
        "cycles": cycles_for(request.user, today()).exclude(state=CycleState.DRAFT),
        "page": rows,
        "lines": reading.board_lines(rulebook, list(rows), queries.records_of(rows.object_list)),
        "narrowed": narrowed,
        "unit": unit,
        "steps": _step_choices(),
        "kinds": SubjectKind.choices,
        "levels": reading.level_words(rulebook).values(),
        "meters": queries.quota_meters(cycle, unit_ids=scope.values_list("pk", flat=True)),
        "can_decide": queries.decidable_units(request.user, on=today()).exists(),
        "has_exception": any(one.exception for one in rulebook.content.quotas),
    }
    return render(request, "ratings/rating_board.html", context)


def _step_choices() -> list[tuple[str, str]]:
    return [
        (queries.READY, _("chờ đề xuất")),
        (RatingStep.PROPOSED.value, _("chờ thẩm định")),
        (RatingStep.APPRAISED.value, _("chờ quyết định")),
        (RatingStep.DECIDED.value, _("đã quyết định")),
        (queries.UNRATED, _("chưa xếp loại")),
    ]


# -- one subject ---------------------------------------------------------------------------------


@page(permission=SIGNED_IN)
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    try:
        obligation = subject_of(request, pk)
    except Http404:
        return _own(request, pk)
    return render(request, "ratings/rating_detail.html", _detail(request, obligation))


def _own(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show members their own level, once it is decided, and why it is no better."""
    if request.user.person_id is None:
        raise Http404
    obligation = get_object_or_404(
        Obligation.objects.select_related("cycle__rulebook_copy", "unit", "rating"),
        pk=pk,
        person_id=request.user.person_id,
        cancelled_on__isnull=True,
    )
    rulebook = rulebook_of(obligation.cycle)
    record = queries.records_of([obligation]).get(obligation.pk, {}).get(RatingStep.DECIDED)
    context: dict[str, Any] = {"obligation": obligation, "record": record}
    if not obligation.is_rateable:
        context["not_rated"] = reason_of(obligation.cycle, obligation.not_rated_code)
    if record is not None:
        context["level"] = reading.level_words(rulebook).get(record.level_id)
        context["reasons"] = reading.recorded_reasons(rulebook, record, record.level_id)
        context["known"] = reading.known_facts(rulebook, record.facts)
    return render(request, "ratings/rating_own.html", context)


def _detail(request: SignedInRequest, obligation: Obligation) -> dict[str, Any]:
    rulebook = rulebook_of(obligation.cycle)
    assessment = queries.facts_of(obligation)
    words = reading.level_words(rulebook)
    rating = getattr(obligation, "rating", None)
    place = queries.placement_of(obligation)
    history = [
        (one, words.get(one.level_id), reading.recorded_reasons(rulebook, one, one.level_id))
        for one in queries.history_of(obligation)
    ]
    context: dict[str, Any] = {
        "obligation": obligation,
        "rating": rating,
        "history": history,
        "claimed": words.get(reading.claimed_level(obligation)),
        "current": words.get(rating.level_id) if rating else None,
        "lines": reading.level_lines(rulebook, assessment),
        "unmet": reading.preconditions(rulebook, assessment),
        "missing": reading.missing_facts(rulebook, assessment),
        "known": reading.known_facts(rulebook, assessment.facts_record()),
        "problems": assessment.problems,
        "presumptions": reading.presumptions(rulebook, assessment),
        "notes": reading.notes(rulebook, assessment),
        "no_level_matches": assessment.outcome.no_level_matches is Truth.HOLDS,
        "again_titles": {one.id: one.title for one in rulebook.rerating},
        "others": [one for one in available() if one.id != rulebook.id],
        "has_changed": _has_changed([one for one, _level, _reasons in history], assessment),
        "ahead": queries.ratings_ahead(obligation.cycle, [assessment])[obligation.pk],
        "ballot": reading.ballot_of(obligation, words),
        "deciding_unit": Unit.objects.get(pk=place.deciding_unit_id),
        "rulebook": rulebook,
        "rulebook_title": rulebook.title.in_language(reading.language()),
    }
    if not obligation.is_rateable:
        context["not_rated"] = reason_of(obligation.cycle, obligation.not_rated_code)
    if _may_classify(request, obligation):
        context["class_form"] = ClassForm(obligation=obligation)
    return context | _offered_forms(request, obligation, assessment, context)


def _has_changed(history: Sequence[RatingRecord], assessment: queries.Assessment) -> bool:
    decided = [one for one in history if one.step == RatingStep.DECIDED]
    return bool(decided) and queries.is_overtaken(decided[-1], assessment)


def _may_classify(request: SignedInRequest, obligation: Obligation) -> bool:
    """Say whether there is anything to tell apart, and whether this account may."""
    tells_apart = len(classes_for(obligation)) > 1 or bool(rulebook_of(obligation.cycle).blocks)
    return (
        tells_apart
        and obligation.cycle.state == CycleState.OPEN
        and holds(request.user, Permission.REVIEW_RETURN, unit_id=obligation.unit_id, on=today())
    )


def _offered_forms(
    request: SignedInRequest,
    obligation: Obligation,
    assessment: queries.Assessment,
    context: dict[str, Any],
) -> dict[str, Any]:
    """Return the forms for the steps that this account may take now."""
    steps = _steps_open(request, obligation, context["deciding_unit"].pk)
    rating = context["rating"]
    ballot = context["ballot"]
    leading = ballot["leading"].id if ballot and ballot["leading"] else ""
    current = rating.level_id if rating and rating.step != RatingStep.SELF else ""
    forms: dict[str, Any] = {"may_withdraw": "withdraw" in steps}
    if "propose" in steps:
        level = current or leading or assessment.outcome.best_advised
        forms["propose_form"] = StepForm(assessment=assessment, level=level)
    if "appraise" in steps:
        forms["appraise_form"] = StepForm(assessment=assessment, level=current, prefix="appraise")
    if "decide" in steps:
        forms["decide_form"] = DecideForm(assessment=assessment, level=current, prefix="decide")
    if "again" in steps:
        forms["again_form"] = AgainForm(assessment=assessment, level=current, prefix="again")
    return forms


def _steps_open(
    request: SignedInRequest, obligation: Obligation, deciding_unit_id: int
) -> set[str]:
    step = getattr(getattr(obligation, "rating", None), "step", RatingStep.SELF)
    if step == RatingStep.DECIDED:
        decides = holds_at(
            request.user, Permission.RATING_DECIDE, unit_id=deciding_unit_id, on=today()
        )
        return {"again"} if decides and rulebook_of(obligation.cycle).rerating else set()
    if (
        obligation.cycle.state != CycleState.OPEN
        or obligation.reviewed_at is None
        or not obligation.is_rateable
    ):
        return set()
    wanted = _AFTER[RatingStep(step)]
    may: dict[str, Callable[[], bool]] = {
        "propose": lambda: holds(
            request.user, Permission.RATING_PROPOSE, unit_id=obligation.unit_id, on=today()
        ),
        "appraise": lambda: holds(
            request.user, Permission.RATING_APPRAISE, unit_id=deciding_unit_id, on=today()
        ),
        "decide": lambda: holds_at(
            request.user, Permission.RATING_DECIDE, unit_id=deciding_unit_id, on=today()
        ),
    }
    found = {name for name in wanted if name in may and may[name]()}
    undone_by = {RatingStep.PROPOSED: "propose", RatingStep.APPRAISED: "appraise"}
    if undone_by.get(RatingStep(step), "") in (found | _appraises(step, may)):
        found.add("withdraw")
    return found


_AFTER = {
    RatingStep.SELF: ("propose",),
    RatingStep.PROPOSED: ("propose", "appraise", "decide"),
    RatingStep.APPRAISED: ("decide",),
    RatingStep.DECIDED: (),
}


def _appraises(step: str, may: dict[str, Callable[[], bool]]) -> set[str]:
    return {"appraise"} if step == RatingStep.APPRAISED and may["appraise"]() else set()


def _step(
    request: SignedInRequest,
    pk: int,
    name: str,
    take: Callable[[Obligation, Any], object],
) -> HttpResponse:
    """Take one step from its form, or show the page again with what stands against it."""
    obligation = subject_of(request, pk)
    context = _detail(request, obligation)
    offered = context.get(f"{name}_form")
    if offered is None:
        raise PermissionDenied
    form = type(offered)(
        request.POST,
        assessment=offered.assessment,
        level="",
        prefix=offered.prefix,
    )
    if form.is_valid():
        try:
            take(obligation, form)
        except NotPermitted as refusal:
            raise PermissionDenied from refusal
        except (RatingError, CycleError) as refusal:
            form.add_error(None, _sentence(refusal))
        else:
            messages.success(request, _taken(pk))
            return redirect("ratings:detail", pk=pk)
    context[f"{name}_form"] = form
    return render(request, "ratings/rating_detail.html", context, status=422)


def _taken(pk: int) -> str:
    """Say what was recorded and whose turn it is."""
    rating = Rating.objects.select_related("obligation__cycle", "deciding_unit").get(obligation=pk)
    level = reading.level_words(rulebook_of(rating.obligation.cycle)).get(rating.level_id)
    said = {
        RatingStep.PROPOSED: _(
            "Đã ghi đề xuất: %(level)s. Tiếp theo: thẩm định; thẩm quyền quyết định: %(unit)s."
        ),
        RatingStep.APPRAISED: _(
            "Đã ghi kết quả thẩm định: %(level)s. Tiếp theo: %(unit)s quyết định."
        ),
    }.get(RatingStep(rating.step), _("Đã ghi quyết định của %(unit)s: %(level)s."))
    return said % {"level": level.title if level else "", "unit": rating.deciding_unit.name}


def _sentence(refusal: Exception) -> str:
    if isinstance(refusal, BatchRefused):
        return " ".join(one.sentence for one in refusal.refusals)
    return str(refusal)


@page(permission=Permission.RATING_PROPOSE, writes={"POST"})
def propose(request: SignedInRequest, pk: int) -> HttpResponse:
    def take(obligation: Obligation, form: StepForm) -> object:
        counts = reconciled_counts(obligation)
        return operations.propose_rating(
            obligation_id=pk,
            choice=form.choice(),
            actor=request.user,
            at=clock.now(),
            question_id=counts.question_id if counts and counts.is_signed else None,
        )

    return _posted_step(request, pk, "propose", take)


@page(permission=Permission.RATING_APPRAISE, writes={"POST"})
def appraise(request: SignedInRequest, pk: int) -> HttpResponse:
    def take(_obligation: Obligation, form: StepForm) -> object:
        return operations.appraise_rating(
            obligation_id=pk, choice=form.choice(), actor=request.user, at=clock.now()
        )

    return _posted_step(request, pk, "appraise", take)


@page(permission=Permission.RATING_DECIDE, writes={"POST"})
def decide(request: SignedInRequest, pk: int) -> HttpResponse:
    def take(_obligation: Obligation, form: DecideForm) -> object:
        return operations.decide_rating(
            obligation_id=pk,
            choice=form.choice(),
            actor=request.user,
            at=clock.now(),
            document=form.cleaned_data["document"],
            quota_reasons=form.cleaned_data["quota_reasons"],
        )

    return _posted_step(request, pk, "decide", take)


@page(permission=Permission.RATING_DECIDE, writes={"POST"})
def again(request: SignedInRequest, pk: int) -> HttpResponse:
    def take(_obligation: Obligation, form: AgainForm) -> object:
        return operations.rate_again(
            obligation_id=pk,
            choice=form.choice(),
            again=form.again(),
            actor=request.user,
            at=clock.now(),
        )

    return _posted_step(request, pk, "again", take)


def _posted_step(
    request: SignedInRequest, pk: int, name: str, take: Callable[[Obligation, Any], object]
) -> HttpResponse:
    if request.method != "POST":
        subject_of(request, pk)
        return redirect("ratings:detail", pk=pk)
    return _step(request, pk, name, take)


@page(permission=Permission.REVIEW_RETURN, writes={"POST"})
def classify(request: SignedInRequest, pk: int) -> HttpResponse:
    obligation = subject_of(request, pk)
    if request.method != "POST":
        return redirect("ratings:detail", pk=pk)
    form = ClassForm(request.POST, obligation=obligation)
    if form.is_valid():
        try:
            classify_obligation(
                obligation_id=pk,
                rule_class=form.cleaned_data["rule_class"],
                block=form.cleaned_data.get("block", ""),
                actor=request.user,
                at=clock.now(),
            )
        except CycleError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Đã xác định loại đối tượng, khối."))
            return redirect("ratings:detail", pk=pk)
    context = _detail(request, obligation) | {"class_form": form}
    return render(request, "ratings/rating_detail.html", context, status=422)


@page(permission=Permission.RATING_VIEW)
def again_decision(request: SignedInRequest, pk: int, record_id: int) -> HttpResponse:
    """Show a decision taken again, ready to print."""
    obligation = subject_of(request, pk)
    rulebook = rulebook_of(obligation.cycle)
    decided = [one for one in queries.history_of(obligation) if one.step == RatingStep.DECIDED]
    place = next((n for n, one in enumerate(decided) if one.pk == record_id), None)
    if place is None or not decided[place].again_rule:
        raise Http404
    record = decided[place]
    rule = next(one for one in rulebook.rerating if one.id == record.again_rule)
    words = reading.level_words(rulebook)
    context = {
        "obligation": obligation,
        "record": record,
        "level": words.get(record.level_id),
        "before": decided[place - 1],
        "before_level": words.get(decided[place - 1].level_id),
        "rule": rule,
        "citations": rulebook.citations(rule.cites),
        "paper": next((one for one in rulebook.documents if one.id == rule.document), None),
    }
    return render(request, "ratings/rating_again_decision.html", context)


@page(permission=Permission.RATING_VIEW, writes={"POST"})
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    subject_of(request, pk)
    if request.method != "POST":
        return redirect("ratings:detail", pk=pk)
    form = WithdrawForm(request.POST)
    try:
        operations.withdraw_step(
            obligation_id=pk,
            reason=form.cleaned_data["reason"] if form.is_valid() else "",
            actor=request.user,
            at=clock.now(),
        )
    except NotPermitted as refusal:
        raise PermissionDenied from refusal
    except (RatingError, CycleError) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Đã rút lại; bước đó vẫn được lưu cùng lý do."))
    return redirect("ratings:detail", pk=pk)


# -- a batch -------------------------------------------------------------------------------------


@page(permission=Permission.RATING_DECIDE, writes={"POST"})
def decide_batch(request: SignedInRequest) -> HttpResponse:
    cycle = cycle_of(request)
    if cycle is None:
        raise Http404
    sent = BatchInput.read(request.POST)
    if request.method == "POST" and "preview" not in request.POST:
        return _decided(request, cycle, sent)
    return render(request, "ratings/rating_batch.html", _batch(request, cycle, sent))


def _decided(request: SignedInRequest, cycle: ReviewCycle, sent: BatchInput) -> HttpResponse:
    waiting = queries.waiting_for_decision(request.user, cycle, on=today())
    known = set(waiting.filter(pk__in=sent.picked).values_list("pk", flat=True))
    context: dict[str, Any] = {}
    try:
        done = operations.decide_batch(
            decisions=[one for one in sent.decisions() if one.obligation_id in known],
            actor=request.user,
            at=clock.now(),
            document=sent.document,
            quota_reasons=sent.quota_reasons,
        )
    except NotPermitted as refusal:
        raise PermissionDenied from refusal
    except BatchRefused as refusal:
        context = {"refusal": str(refusal), "refusals": refusal.refusals}
    except (RatingError, CycleError) as refusal:
        context = {"refusal": str(refusal)}
    else:
        text = ngettext(
            "Đã quyết định %(count)d đối tượng.", "Đã quyết định %(count)d đối tượng.", len(done)
        )
        messages.success(request, text % {"count": len(done)})
        return redirect(request.get_full_path())
    context = _batch(request, cycle, sent) | context
    return render(request, "ratings/rating_batch.html", context, status=422)


def _batch(request: SignedInRequest, cycle: ReviewCycle, sent: BatchInput) -> dict[str, Any]:
    group = request.GET.get("group", "")
    waiting = queries.waiting_for_decision(request.user, cycle, on=today(), group=group)
    rows = Paginator(waiting, ROWS).get_page(request.GET.get("page"))
    ones = list(rows)
    assessments = queries.assess(cycle, ones)
    rulebook = rulebook_of(cycle)
    lines = reading.board_lines(rulebook, ones, queries.records_of(ones))
    entries = [
        {
            "line": line,
            "picked": line.obligation.pk in sent.picked,
            "level": sent.levels.get(line.obligation.pk, line.obligation.rating.level_id),
            "reasons": sent.reasons.get(line.obligation.pk, ""),
            "choices": level_choices(assessments[line.obligation.pk]),
            "is_out": line.obligation.rating.level_id
            not in assessments[line.obligation.pk].outcome.offered,
        }
        for line in lines
    ]
    return {
        "cycle": cycle,
        "page": rows,
        "entries": entries,
        "sent": sent,
        "group": group,
        "groups": _group_choices(request, cycle),
        "meters": _meters(request, cycle, sent),
    }


def _group_choices(request: SignedInRequest, cycle: ReviewCycle) -> list[tuple[str, str]]:
    waiting = queries.groups_waiting(request.user, cycle, on=today())
    # Groups within two cells differ by their place alone.
    places = queries.group_places(cycle, [name for name, _unit in waiting])
    return [
        (name, f"{places.get(name, unit)} – {queries.group_label(cycle, name)}")
        for name, unit in waiting
    ]


def _meters(
    request: SignedInRequest, cycle: ReviewCycle, sent: BatchInput
) -> list[queries.QuotaMeter]:
    units = queries.decidable_units(request.user, on=today())
    ids = list(units.values_list("pk", flat=True))
    return queries.quota_meters(cycle, unit_ids=ids, instead=sent.tried)


@page(permission=Permission.RATING_DECIDE, writes={"POST"})
def quota(request: SignedInRequest) -> HttpResponse:
    """Work the meters out anew for what is ticked, without storing anything."""
    cycle = cycle_of(request)
    if cycle is None:
        raise Http404
    sent = BatchInput.read(request.POST)
    context = {"meters": _meters(request, cycle, sent)}
    return render(request, "ratings/rating_meters.html", context)
