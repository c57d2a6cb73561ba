import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tusoi.cycles.models import Obligation
from tusoi.meetings.enums import Presence
from tusoi.meetings.models import Attendance, ReviewMeeting
from tusoi.meetings.operations import PresenceEntry
from tusoi.people.models import Person
from tusoi.web.forms import plausible_year
from tusoi.web.http import whole_number


LONG_TEXT = 20_000
CHOICES = [(one.value, one.label) for one in Presence if one is not Presence.SUMMONED]


def _moment_field(**kwargs: Any) -> forms.DateTimeField:
    """Return a field for a day and an hour as people here write them.

    Not the browser's own: one that was set up in English asks for the month first.
    """
    return forms.DateTimeField(
        widget=forms.DateTimeInput(
            attrs={"placeholder": "dd/mm/yyyy hh:mm", "autocomplete": "off"},
            format="%d/%m/%Y %H:%M",
        ),
        error_messages={
            "invalid": _(
                "Ghi ngày, giờ theo dạng ngày/tháng/năm giờ:phút, ví dụ 30/11/2022 08:00."
            )
        },
        validators=[plausible_year],
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M"],
        **kwargs,
    )


class MeetingForm(forms.Form):
    name = forms.CharField(label=_("Tên hội nghị"), max_length=200)
    meets_at = _moment_field(label=_("Thời gian"))
    place = forms.CharField(label=_("Địa điểm"), max_length=200, required=False)

    def __init__(
        self,
        *args: Any,
        candidates: Iterable[Obligation],
        chosen: Sequence[int] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = list(candidates)
        self.chosen = list(chosen)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Return the agenda as shown: each dossier, whether it is on, and in which place."""
        found = []
        for position, one in enumerate(self.candidates, start=1):
            place = str(position)
            is_on = not self.chosen or one.pk in self.chosen
            if self.is_bound:
                is_on = f"on-{one.pk}" in self.data
                place = self.data.get(f"place-{one.pk}", place)
            found.append({"obligation": one, "is_on": is_on, "place": place})
        return found

    def agenda(self) -> list[int]:
        """Return the chosen dossiers in the order of the numbers typed beside them."""
        last = len(self.candidates)
        chosen = [
            (_place(line["place"], last), index, line)
            for index, line in enumerate(self.lines)
            if line["is_on"]
        ]
        return [
            line["obligation"].pk for _place, _index, line in sorted(chosen, key=lambda x: x[:2])
        ]


def _place(typed: object, last: int) -> int:
    place = whole_number(typed)
    return last if place is None else place


class AttendanceForm(forms.Form):
    """One choice and one reason for everybody on the list."""

    def __init__(self, *args: Any, attendances: Iterable[Attendance], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.attendances = list(attendances)
        for one in self.attendances:
            marked = "" if one.presence == Presence.SUMMONED else one.presence
            self.fields[f"presence-{one.pk}"] = forms.ChoiceField(
                choices=CHOICES, required=False, initial=marked, widget=forms.RadioSelect
            )
            self.fields[f"reason-{one.pk}"] = forms.CharField(
                required=False, max_length=200, initial=one.reason
            )

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [
            {
                "attendance": one,
                "presence": self[f"presence-{one.pk}"].value(),
                "reason": self[f"reason-{one.pk}"].value() or "",
            }
            for one in self.attendances
        ]

    def entries(self, *, rest: str = "") -> list[PresenceEntry]:
        """Return what was marked; `rest` is the mark for all who were not."""
        found = []
        for one in self.attendances:
            presence = self.cleaned_data[f"presence-{one.pk}"] or rest
            if presence:
                found.append(
                    PresenceEntry(
                        one.pk, Presence(presence), self.cleaned_data[f"reason-{one.pk}"]
                    )
                )
        return found


class RestForm(forms.Form):
    """Which mark the button gives to all who were not marked."""

    rest = forms.ChoiceField(
        choices=[(Presence.PRESENT, ""), (Presence.ABSENT, "")], required=False
    )


class OfficersForm(forms.Form):
    chair = forms.ModelChoiceField(Person.objects.none(), label=_("Người chủ trì"))
    secretary = forms.ModelChoiceField(Person.objects.none(), label=_("Thư ký"))

    def __init__(self, *args: Any, meeting: ReviewMeeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        present = Person.objects.filter(
            attendances__meeting=meeting, attendances__presence=Presence.PRESENT
        ).order_by("sort_key", "pk")
        for name in ("chair", "secretary"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = present


class GuestForm(forms.Form):
    person = forms.ModelChoiceField(
        Person.objects.none(),
        label=_("Đại biểu cấp trên, tập thể lãnh đạo"),
        required=False,
        empty_label=_("– không có trong danh sách –"),
    )
    guest_name = forms.CharField(
        label=_("Hoặc ghi họ tên, chức vụ"), max_length=160, required=False
    )

    def __init__(self, *args: Any, guests: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = guests


class RemarkForm(forms.Form):
    speaker = forms.TypedChoiceField(
        label=_("Người góp ý"), required=False, coerce=int, empty_value=None
    )
    text = forms.CharField(
        label=_("Ý kiến"),
        max_length=LONG_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, present: Iterable[Attendance], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["speaker"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [
            ("", _("– không ghi tên –")),
            *((one.pk, one.name) for one in present),
        ]


class ConclusionForm(forms.Form):
    conclusion = forms.CharField(
        label=_("Kết luận của hội nghị"),
        max_length=LONG_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Ưu điểm, hạn chế, khuyết điểm, nguyên nhân, trách nhiệm đã được làm rõ."),
    )
    quorum_note = forms.CharField(
        label=_("Lý do vẫn kết luận khi chưa đủ số người dự"), max_length=1000, required=False
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Lý do"), max_length=2000)


class PostponeForm(ReasonForm):
    to_meeting = forms.ModelChoiceField(
        ReviewMeeting.objects.none(),
        label=_("Chuyển sang hội nghị"),
        required=False,
        empty_label=_("– sẽ triệu tập sau –"),
    )

    def __init__(self, *args: Any, later: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to_meeting"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = later


class OpenForm(forms.Form):
    """When the meeting really came together, asked before the day for which it was called."""

    meets_at = _moment_field(label=_("Thời gian họp thực tế"), required=False)


class CloseForm(forms.Form):
    conclusion = forms.CharField(
        label=_("Kết luận chung"),
        max_length=LONG_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def suggested_moment(today: dt.date) -> dt.datetime:
    """Return a morning three days on: a starting point, to be changed."""
    return dt.datetime.combine(today + dt.timedelta(days=3), dt.time(8))
