from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tusoi.ballots.queries import TallyFigures


MOST = 100_000


def _count(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=MOST,
        widget=forms.NumberInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "form-control-lg"}
        ),
    )


class OpenForm(forms.Form):
    """A vote of very few is called only by somebody who was told what that means."""

    understood = forms.BooleanField(
        label=_("Hội nghị đã được nghe điều này và vẫn bỏ phiếu"), required=False
    )

    def __init__(self, *args: Any, is_small: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["understood"].required = is_small


class TallyForm(forms.Form):
    """The teller's sheet, in the order in which papers are counted."""

    issued = _count(_("Phiếu phát ra"))
    returned = _count(_("Phiếu thu về"))
    valid = _count(_("Phiếu hợp lệ"))
    invalid = _count(_("Phiếu không hợp lệ"))

    def __init__(self, *args: Any, levels: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.levels = dict(levels)
        for level_id, title in levels.items():
            self.fields[f"level-{level_id}"] = _count(title)

    @property
    def level_fields(self) -> list[forms.BoundField]:
        return [self[f"level-{one}"] for one in self.levels]

    def figures(self) -> TallyFigures:
        return TallyFigures(
            issued_count=self.cleaned_data["issued"],
            returned_count=self.cleaned_data["returned"],
            valid_count=self.cleaned_data["valid"],
            invalid_count=self.cleaned_data["invalid"],
            votes={one: self.cleaned_data[f"level-{one}"] for one in self.levels},
        )


def initial_of(figures: TallyFigures) -> dict[str, int]:
    """Return a person's own earlier figures under the names of the form."""
    return {key.replace(":", "-"): count for key, count in figures.rows().items()}
