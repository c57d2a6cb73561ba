from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tusoi.remediation.models import RemediationAction, RemediationPlan
from tusoi.remediation.operations import ActionContent
from tusoi.remediation.queries import bodies_for, owners_for, shortcomings_of
from tusoi.web.forms import DayField


# Beyond this, a list to choose from helps nobody; the code is typed instead.
MOST_CHOICES = 300


class ActionForm(forms.Form):
    """One action; who is in charge is a person of the unit or below, or one of its bodies."""

    text = forms.CharField(
        label=_("Việc phải làm"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    shortcomings = forms.MultipleChoiceField(
        label=_("Khắc phục hạn chế, khuyết điểm"), widget=forms.CheckboxSelectMultiple
    )
    owner = forms.ChoiceField(
        label=_("Nơi chủ trì"),
        required=False,
        help_text=_("Một người của đơn vị, cấp dưới, hoặc một tổ chức đảng."),
    )
    due_on = DayField(label=_("Thời hạn"), required=False)
    measure = forms.CharField(
        label=_("Thước đo kết quả"),
        required=False,
        max_length=300,
        help_text=_("Nhìn vào đâu để biết đã khắc phục xong."),
    )
    first_step = forms.CharField(label=_("Việc làm trước"), required=False, max_length=300)
    partners = forms.CharField(label=_("Đơn vị phối hợp"), required=False, max_length=400)
    places = forms.CharField(label=_("Nơi thực hiện"), required=False, max_length=300)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        plan: RemediationPlan,
        action: RemediationAction | None = None,
        **options: Any,
    ) -> None:
        if action is not None:
            options.setdefault("initial", _initial(action))
        super().__init__(*args, **options)
        self.action = action
        told = shortcomings_of(plan.cycle, plan.unit_id)
        self.fields["shortcomings"].choices = [(one.pk, str(one)) for one in told]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["owner"].choices = _owners(plan, action)  # type: ignore[attr-defined]  # the same

    def content(self) -> ActionContent:
        sent = self.cleaned_data
        kind, _colon, key = sent["owner"].partition(":")
        units = self.action.partner_units.all() if self.action else ()
        return ActionContent(
            text=sent["text"],
            shortcoming_ids=[int(one) for one in sent["shortcomings"]],
            owner_person_id=int(key) if kind == "person" else None,
            owner_unit_id=int(key) if kind == "unit" else None,
            partners=sent["partners"],
            partner_unit_ids=[one.pk for one in units],
            places=sent["places"],
            due_on=sent["due_on"],
            measure=sent["measure"],
            first_step=sent["first_step"],
        )


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Kết quả đến nay"), max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )
    percent = forms.IntegerField(
        label=_("Mức độ hoàn thành (%)"), required=False, min_value=0, max_value=100
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Lý do"), max_length=2000)


def _owners(plan: RemediationPlan, action: RemediationAction | None) -> list[tuple[Any, Any]]:
    people = [
        (f"person:{one.pk}", one.full_name) for one in owners_for(plan.unit_id)[:MOST_CHOICES]
    ]
    bodies = [(f"unit:{one.pk}", one.name) for one in bodies_for(plan.unit_id)[:MOST_CHOICES]]
    # Who is in charge already stays on the list, however long it is.
    if action is not None and action.owner_person is not None:
        own = (f"person:{action.owner_person_id}", action.owner_person.full_name)
        people = people if own in people else [own, *people]
    return [("", _("chưa giao")), (_("Tổ chức đảng"), bodies), (_("Đảng viên"), people)]


def _initial(action: RemediationAction) -> dict[str, Any]:
    owner = f"person:{action.owner_person_id}" if action.owner_person_id else ""
    owner = f"unit:{action.owner_unit_id}" if action.owner_unit_id else owner
    return {
        "text": action.text,
        "shortcomings": [str(one.pk) for one in action.shortcomings.all()],
        "owner": owner,
        "due_on": action.due_on,
        "measure": action.measure,
        "first_step": action.first_step,
        "partners": action.partners,
        "places": action.places,
        "version": action.version,
    }
