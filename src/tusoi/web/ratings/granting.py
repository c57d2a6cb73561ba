"""The greater share of the best level: granted to a group, and taken back."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tusoi.access.enums import Permission
from tusoi.access.errors import NotPermitted
from tusoi.core import clock
from tusoi.cycles.enums import CycleState
from tusoi.cycles.errors import CycleError
from tusoi.cycles.models import ReviewCycle
from tusoi.ratings import operations, queries
from tusoi.ratings.errors import RatingError
from tusoi.ratings.models import QuotaGrant
from tusoi.web.http import SignedInRequest, page, today
from tusoi.web.ratings.subjects import cycle_of


class GrantForm(forms.Form):
    group = forms.ChoiceField(label=gettext_lazy("Nhóm được áp dụng"))
    grounds = forms.CharField(
        label=gettext_lazy("Căn cứ: kết quả nổi trội"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Nêu kết quả, số liệu, văn bản công nhận."),
    )
    document = forms.CharField(
        label=gettext_lazy("Số, ký hiệu văn bản cho áp dụng"), required=False, max_length=200
    )

    def __init__(self, *args: object, meters: list[queries.QuotaMeter], **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]  # as Django's form takes them
        free = {
            f"{one.group.deciding_unit_id} {one.group.name}": one
            for one in meters
            if one.grant is None
        }
        self.groups = {key: one.group for key, one in free.items()}
        self.fields["group"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (key, " – ".join(part for part in (one.unit_name, one.label) if part))
            for key, one in free.items()
        ]


@page(permission=Permission.RATING_DECIDE, writes={"POST"})
def exceptions(request: SignedInRequest) -> HttpResponse:
    """Show the groups that may have the greater share, and grant it to one."""
    cycle = cycle_of(request)
    if cycle is None:
        raise Http404
    meters = _meters(request, cycle)
    form = GrantForm(request.POST or None, meters=meters)
    if request.method == "POST" and form.is_valid():
        try:
            operations.grant_exception(
                cycle_id=cycle.pk,
                group=form.groups[form.cleaned_data["group"]],
                grounds=form.cleaned_data["grounds"],
                document=form.cleaned_data["document"],
                actor=request.user,
                at=clock.now(),
            )
        except NotPermitted as refusal:
            raise PermissionDenied from refusal
        except (RatingError, CycleError) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Đã cho áp dụng tỷ lệ cao hơn cho nhóm."))
            return redirect(_address(cycle))
    context = {
        "cycle": cycle,
        "form": form,
        "meters": [one for one in meters if one.grant],
        "can_grant": bool(form.groups) and cycle.state == CycleState.OPEN,
        "grants": _grants(request, cycle),
        "has_exception": bool(meters),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "ratings/quota_exceptions.html", context, status=status)


def _meters(request: SignedInRequest, cycle: ReviewCycle) -> list[queries.QuotaMeter]:
    units = list(queries.decidable_units(request.user, on=today()).values_list("pk", flat=True))
    found = queries.quota_meters(cycle, unit_ids=units)
    return [one for one in found if one.quota.exception_ratio is not None]


def _grants(
    request: SignedInRequest, cycle: ReviewCycle
) -> list[tuple[QuotaGrant, str, str, str]]:
    """Return each grant with the place within which its group counts, and the group's name."""
    units = list(queries.decidable_units(request.user, on=today()).values_list("pk", flat=True))
    grants = list(queries.grants_of_cycle(cycle, units))
    # Groups within two cells differ by their place alone.
    places = queries.group_places(cycle, [one.quota_group for one in grants])
    return [
        (
            one,
            places.get(one.quota_group, one.deciding_unit.name),
            queries.group_label(cycle, one.quota_group),
            f"reason-{one.pk}",
        )
        for one in grants
    ]


def _address(cycle: ReviewCycle) -> str:
    return f"{reverse('ratings:exceptions')}?cycle={cycle.public_id}"


@page(permission=Permission.RATING_DECIDE, writes={"POST"})
def withdraw_exception(request: SignedInRequest, pk: int) -> HttpResponse:
    units = queries.decidable_units(request.user, on=today())
    grant = get_object_or_404(
        QuotaGrant.objects.select_related("cycle"), pk=pk, deciding_unit__in=units
    )
    if request.method == "POST":
        try:
            operations.withdraw_exception(
                grant_id=pk,
                reason=request.POST.get("reason", "")[:2000],
                actor=request.user,
                at=clock.now(),
            )
        except NotPermitted as refusal:
            raise PermissionDenied from refusal
        except (RatingError, CycleError) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Đã thôi áp dụng; lần đó vẫn được lưu cùng lý do."))
    return redirect(_address(grant.cycle))
