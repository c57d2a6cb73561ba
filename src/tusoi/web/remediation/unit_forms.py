"""What the pages of a unit as a whole ask for."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tusoi.remediation.enums import CauseClass, ListKind
from tusoi.reviews.enums import Topic
from tusoi.units.models import Unit
from tusoi.web.fields import UnitField
from tusoi.web.remediation.forms import HandOverForm, owner_of
from tusoi.web.remediation.step_forms import CHOOSE


class UnitForm(forms.Form):
    name = UnitField(label=_("Tổ chức đảng"))

    def __init__(self, *args: Any, scope: QuerySet[Unit], **options: Any) -> None:
        super().__init__(*args, **options)
        unit = self.fields["name"]
        assert isinstance(unit, UnitField)
        unit.choose_from(scope.filter(closed_on__isnull=True))


class EntryForm(forms.Form):
    """A word of one's own below one of the shared entries; those of both lists in one choice."""

    under = forms.ChoiceField(
        label=_("Thuộc mục chung"),
        choices=[
            CHOOSE,
            (
                _("Nội dung"),
                [(f"{ListKind.TOPIC.value}:{key}", label) for key, label in Topic.choices],
            ),
            (
                _("Nguyên nhân"),
                [(f"{ListKind.CAUSE.value}:{key}", label) for key, label in CauseClass.choices],
            ),
        ],
    )
    label = forms.CharField(
        label=_("Tên mục"),
        max_length=120,
        help_text=_("Ví dụ: thu Quỹ Đền ơn đáp nghĩa; thiếu cán bộ chuyên trách."),
    )

    def place(self) -> tuple[ListKind, str]:
        kind, _colon, under = self.cleaned_data["under"].partition(":")
        return ListKind(kind), under


class HandOverAllForm(HandOverForm):
    """From whom to whom; the search is that of an action's own form."""

    def __init__(self, *args: Any, givers: list[tuple[str, str]], **options: Any) -> None:
        chosen = options.pop("initial", {})
        options["initial"] = {"owner": ""} | chosen
        super().__init__(*args, **options)
        self.fields["giver"] = forms.ChoiceField(
            label=_("Người, tổ chức bàn giao"), widget=forms.RadioSelect, choices=givers
        )
        self.order_fields(["giver", "owner", "owner_search", "reason"])

    def giver(self) -> tuple[int | None, int | None]:
        return owner_of(self.cleaned_data["giver"])
