from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tusoi.rulebooks.library import available, samples
from tusoi.rulebooks.rulebook import localized


class CompareForm(forms.Form):
    first = forms.ChoiceField(label=_("Bộ quy tắc"))
    second = forms.ChoiceField(label=_("So với"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        language = get_language() or "vi"
        choices = [
            (one.id, localized(one.title, language))
            for one in (*reversed(available()), *samples())
        ]
        for name in ("first", "second"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # a ChoiceField
