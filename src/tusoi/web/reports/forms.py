import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from tusoi.cycles.enums import ProgressStep
from tusoi.reviews.enums import Topic
from tusoi.web.forms import DayField


class DashboardForm(forms.Form):
    step = forms.ChoiceField(label=_("bước"), choices=ProgressStep.choices, required=False)
    as_of = DayField(label=_("tính đến hết ngày"), required=False)

    def chosen_step(self) -> ProgressStep:
        if self.is_valid() and self.cleaned_data["step"]:
            return ProgressStep(self.cleaned_data["step"])
        return ProgressStep.REVIEWED

    def chosen_day(self) -> dt.date | None:
        if not self.is_valid():
            return None
        day: dt.date | None = self.cleaned_data["as_of"]
        return day


class TargetsForm(forms.Form):
    q = forms.CharField(label=_("tìm đơn vị"), required=False, max_length=100)
    topic = forms.ChoiceField(
        label=_("nội dung"), choices=[("", _("tất cả nội dung")), *Topic.choices], required=False
    )
    missed = forms.BooleanField(label=_("chỉ những chỉ tiêu chưa đạt"), required=False)
