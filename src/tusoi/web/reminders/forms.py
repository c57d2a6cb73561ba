from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tusoi.reminders.enums import ReminderKind
from tusoi.reminders.queries import Choice


class ChoicesForm(forms.Form):
    """Which reminders a person wants; those that the rules demand are not asked about."""

    kinds = forms.MultipleChoiceField(
        label=_("Nhắc tôi về"), required=False, widget=forms.CheckboxSelectMultiple
    )
    email = forms.EmailField(
        label=_("Thư điện tử nhận nhắc việc"),
        required=False,
        max_length=254,
        help_text=_("Để trống nếu chỉ muốn xem nhắc việc trong phần mềm."),
    )

    def __init__(self, *args: Any, choices: list[Choice], sends_mail: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._asked = [one for one in choices if not one.is_demanded]
        field = self.fields["kinds"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(one.kind.value, str(one.kind.label).capitalize()) for one in self._asked]
        field.initial = [one.kind.value for one in self._asked if one.is_on]
        if not sends_mail:
            del self.fields["email"]

    def muted(self) -> list[ReminderKind]:
        wanted = self.cleaned_data["kinds"]
        return [one.kind for one in self._asked if one.kind.value not in wanted]
