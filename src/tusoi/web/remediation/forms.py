from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tusoi.core.text import search_key
from tusoi.people.models import Person
from tusoi.remediation.models import RemediationAction, RemediationPlan
from tusoi.remediation.operations import ActionContent
from tusoi.remediation.queries import (
    bodies_for,
    likely_owners,
    owners_for,
    partners_for,
    shortcomings_of,
)
from tusoi.reviews.models import Shortcoming
from tusoi.units.enums import UnitKind
from tusoi.units.models import Unit
from tusoi.units.queries import name_matches
from tusoi.web.forms import DayField


# So many can be looked over at once; of more, a person types a part of the name.
MOST_SHOWN: Final = 20
OWNER_SEARCH: Final = "owner_search"
PARTNER_SEARCH: Final = "partner_search"
Choice = tuple[str, str]
NOBODY: Final = _("Không tìm thấy tên này. Hãy ghi ngắn hơn hoặc ghi mã.")
SEVERAL: Final = _("Có nhiều tên khớp. Hãy chọn một trong danh sách ở trên.")


class ActionForm(forms.Form):
    """One action; who is in charge is a person of the unit or below, or one of its bodies.

    Whoever is not on the short lists is searched for: a name sent along is looked up, and those
    found are then on the list. That is one more turn to the server, and needs no JavaScript.
    """

    text = forms.CharField(
        label=_("Việc phải làm"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    shortcomings = forms.MultipleChoiceField(
        label=_("Khắc phục hạn chế, khuyết điểm"), widget=forms.CheckboxSelectMultiple
    )
    owner = forms.ChoiceField(
        label=_("Nơi chủ trì"), required=False, widget=forms.RadioSelect, initial=""
    )
    owner_search = forms.CharField(
        label=_("Tìm người, tổ chức chủ trì khác"),
        required=False,
        max_length=100,
        help_text=_("Họ tên, tên hoặc mã tổ chức đảng, có dấu hay không dấu đều được."),
    )
    due_on = DayField(label=_("Thời hạn"), required=False)
    measure = forms.CharField(
        label=_("Thước đo kết quả"),
        required=False,
        max_length=300,
        help_text=_("Nhìn vào đâu để biết đã khắc phục xong."),
    )
    first_step = forms.CharField(label=_("Việc làm trước"), required=False, max_length=300)
    places = forms.CharField(
        label=_("Nơi thực hiện"),
        required=False,
        max_length=300,
        help_text=_("Phường, khu vực, chi bộ… nơi làm việc này."),
    )
    partner_units = forms.MultipleChoiceField(
        label=_("Tổ chức đảng phối hợp"), required=False, widget=forms.CheckboxSelectMultiple
    )
    partner_search = forms.CharField(
        label=_("Tìm tổ chức đảng phối hợp"),
        required=False,
        max_length=100,
        help_text=_("Tên hoặc mã của tổ chức đảng bất kỳ trong đợt kiểm điểm."),
    )
    partners = forms.CharField(
        label=_("Cơ quan, đoàn thể khác phối hợp"), required=False, max_length=400
    )
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
        self.plan, self.action = plan, action
        told = shortcomings_of(plan.cycle, plan.unit_id).select_related("review__obligation")
        self.owners_found = self._find_owners()
        self.partners_found = _partners(_matching(partners_for(plan), self._typed(PARTNER_SEARCH)))
        self._offer("shortcomings", [(str(one.pk), _told(one)) for one in told])
        self._offer(
            "owner", [("", str(_("chưa giao"))), *self._owners_known(), *self.owners_found]
        )
        self._offer("partner_units", [*self._partners_known(), *self.partners_found])

    def _offer(self, name: str, choices: list[Choice]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(dict.fromkeys(choices))

    def _typed(self, name: str) -> str:
        return str(self.data.get(name) or "").strip()[:100]

    def _find_owners(self) -> list[Choice]:
        unit_id, typed = self.plan.unit_id, self._typed(OWNER_SEARCH)
        bodies = _matching(bodies_for(unit_id), typed)
        return [*_bodies(bodies), *_people(_matching(owners_for(unit_id), typed))]

    def _owners_known(self) -> list[Choice]:
        """Return who is in charge, who was chosen a turn ago, and of whom one thinks first."""
        unit_id = self.plan.unit_id
        kind, _colon, key = self._typed("owner").partition(":")
        pk = int(key) if key.isdecimal() else 0
        known = _bodies(bodies_for(unit_id).filter(pk=pk if kind == "unit" else 0))
        known += _people(owners_for(unit_id).filter(pk=pk if kind == "person" else 0))
        if self.action is not None:
            known += _bodies([self.action.owner_unit] if self.action.owner_unit else [])
            known += _people([self.action.owner_person] if self.action.owner_person else [])
        everybody = list(owners_for(unit_id)[: MOST_SHOWN + 1])
        are_few = len(everybody) <= MOST_SHOWN
        likely = everybody if are_few else likely_owners(unit_id)[:MOST_SHOWN]
        return [*known, *_bodies([self.plan.unit]), *_people(likely)]

    def _partners_known(self) -> list[Choice]:
        sent = self.data.getlist("partner_units") if isinstance(self.data, QueryDict) else []
        keys = [int(one) for one in sent if str(one).isdecimal()]
        chosen = _partners(partners_for(self.plan).filter(pk__in=keys))
        return [*_partners(self.action.partner_units.all() if self.action else ()), *chosen]

    def look_up(self) -> None:
        """Keep what was typed, find whom the page was asked to find, and refuse nothing else."""
        self.full_clean()
        self.errors.clear()
        for name, found in self._searches():
            if self._typed(name) and not found:
                self.add_error(name, NOBODY)

    def _searches(self) -> list[tuple[str, list[Choice]]]:
        return [(OWNER_SEARCH, self.owners_found), (PARTNER_SEARCH, self.partners_found)]

    def clean(self) -> dict[str, Any]:
        """Take a name that only one bears as the choice; ask which one is meant otherwise."""
        sent = super().clean() or self.cleaned_data
        self._settle(OWNER_SEARCH, "owner", self.owners_found, [sent.get("owner", "")])
        self._settle(
            PARTNER_SEARCH, "partner_units", self.partners_found, sent.get("partner_units", [])
        )
        return sent

    def _settle(self, search: str, name: str, found: list[Choice], chosen: list[str]) -> None:
        keys = [key for key, _label in found]
        if not self._typed(search) or set(keys) & set(chosen):
            return
        if len(keys) == 1:
            self.cleaned_data[name] = keys[0] if name == "owner" else [*chosen, keys[0]]
        elif keys:
            self.add_error(search, SEVERAL)
        else:
            self.add_error(search, NOBODY)

    def content(self) -> ActionContent:
        sent = self.cleaned_data
        kind, _colon, key = sent["owner"].partition(":")
        return ActionContent(
            text=sent["text"],
            shortcoming_ids=[int(one) for one in sent["shortcomings"]],
            owner_person_id=int(key) if kind == "person" else None,
            owner_unit_id=int(key) if kind == "unit" else None,
            partners=sent["partners"],
            partner_unit_ids=[int(one) for one in sent["partner_units"]],
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


def _matching(scope: QuerySet[Any], typed: str) -> Iterable[Any]:
    return scope.filter(name_matches(typed))[:MOST_SHOWN] if search_key(typed) else ()


def _people(rows: Iterable[Person]) -> list[Choice]:
    return [(f"person:{one.pk}", _with(one.full_name, one.occupation)) for one in rows]


def _bodies(rows: Iterable[Unit]) -> list[Choice]:
    return [(f"unit:{one.pk}", _placed(one)) for one in rows]


def _partners(rows: Iterable[Unit]) -> list[Choice]:
    return [(str(one.pk), _placed(one)) for one in rows]


def _placed(unit: Unit) -> str:
    """Return the name; of a cell with whose it is, for many are called alike."""
    is_cell = unit.kind == UnitKind.CELL and unit.parent is not None
    return f"{unit.name} – {unit.parent}" if is_cell else unit.name


def _told(one: Shortcoming) -> str:
    """Return the shortcoming in full; of a leadership collective, whose it is."""
    told = one.review.obligation
    return _with(one.nature, told.name if told.collective_id else "")


def _with(name: str, more: str) -> str:
    return f"{name} ({more})" if more else name


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
        "places": action.places,
        "partner_units": [str(one.pk) for one in action.partner_units.all()],
        "partners": action.partners,
        "version": action.version,
    }
