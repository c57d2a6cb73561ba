import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tusoi.cycles.models import Obligation
from tusoi.meetings.enums import (
    AttendeeKind,
    CorrectionState,
    MinutesPart,
    Presence,
    Reply,
    SpeakerNaming,
    Stance,
)
from tusoi.meetings.models import Attendance, ReviewMeeting
from tusoi.meetings.operations import PresenceEntry
from tusoi.people.models import Person
from tusoi.web.fields import FilesField
from tusoi.web.forms import plausible_year
from tusoi.web.http import whole_number


LONG_TEXT = 20_000
LONG_REASON = 2000
CHOICES = [(one.value, one.label) for one in (Presence.PRESENT, Presence.EXCUSED, Presence.ABSENT)]
_TIMES = ["%H:%M", "%Hh%M", "%H.%M", "%H giờ %M"]


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
    speaker_naming = forms.ChoiceField(
        label=_("Ý kiến góp ý trong biên bản"), choices=SpeakerNaming.choices, required=False
    )
    order_note = forms.CharField(
        label=_("Lý do xếp khác trình tự quy định"),
        max_length=1000,
        required=False,
        help_text=_("Chỉ ghi khi chương trình xếp khác trình tự nêu bên cạnh."),
    )

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

    def clean_speaker_naming(self) -> SpeakerNaming:
        return SpeakerNaming(self.cleaned_data["speaker_naming"] or SpeakerNaming.OPTIONAL)

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
            # Who left keeps that mark until another is chosen.
            choices = [*CHOICES, (Presence.LEFT, "")] if marked == Presence.LEFT else CHOICES
            self.fields[f"presence-{one.pk}"] = forms.ChoiceField(
                choices=choices, required=False, initial=marked, widget=forms.RadioSelect
            )
            self.fields[f"reason-{one.pk}"] = forms.CharField(
                required=False, max_length=200, initial=one.reason or one.reply_reason
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
        """Return what was marked; `rest` is the mark for all who were not.

        Who asked to be excused is excused then, and who need not come is left alone.
        """
        found = []
        for one in self.attendances:
            presence = self.cleaned_data[f"presence-{one.pk}"] or _rest_for(one, rest)
            reason = self.cleaned_data[f"reason-{one.pk}"] or one.reply_reason
            if presence:
                found.append(PresenceEntry(one.pk, Presence(presence), reason))
        return found


def _rest_for(one: Attendance, rest: str) -> str:
    if not rest or one.kind == AttendeeKind.EXEMPT:
        return ""
    return Presence.EXCUSED if one.reply == Reply.AWAY else rest


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


class AnswerForm(forms.Form):
    stance = forms.ChoiceField(label=_("Trả lời"), choices=Stance.choices)
    remark = forms.IntegerField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Nội dung tiếp thu, giải trình"),
        max_length=LONG_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class CorrectionForm(forms.Form):
    text = forms.CharField(
        label=_("Đề nghị sửa trong bản kiểm điểm"),
        max_length=LONG_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class SettleForm(forms.Form):
    state = forms.ChoiceField(choices=CorrectionState.choices)
    reason = forms.CharField(label=_("Lý do, cách xử lý"), max_length=2000, required=False)


class ReplyForm(forms.Form):
    reply = forms.ChoiceField(label=_("Trả lời"), choices=Reply.choices)
    reason = forms.CharField(label=_("Lý do xin vắng"), max_length=200, required=False)


class DocumentsForm(forms.Form):
    note = forms.CharField(
        label=_("Tài liệu đã gửi, cách gửi"),
        max_length=LONG_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Ví dụ: báo cáo kiểm điểm của tập thể, bản tự kiểm điểm; gửi bản giấy."),
    )
    sent_at = _moment_field(label=_("Gửi lúc"))
    late_reason = forms.CharField(label=_("Lý do gửi muộn"), max_length=1000, required=False)


class FilesForm(forms.Form):
    uploads = FilesField(
        label=_("Tệp tài liệu"),
        help_text=_(
            "Báo cáo kiểm điểm, bản tự kiểm điểm, dự thảo kết luận… Chỉ người được triệu tập và "
            "người tổ chức hội nghị tải về được."
        ),
    )


class TimesForm(forms.Form):
    """The hours of one person's coming and going, on the day of the meeting."""

    arrived_at = forms.TimeField(
        label=_("Đến lúc"),
        required=False,
        input_formats=_TIMES,
        help_text=_("Để trống nếu có mặt từ đầu."),
        widget=forms.TimeInput(attrs={"placeholder": "hh:mm"}, format="%H:%M"),
    )
    left_at = forms.TimeField(
        label=_("Về lúc"),
        required=False,
        input_formats=_TIMES,
        help_text=_("Để trống nếu dự đến hết."),
        widget=forms.TimeInput(attrs={"placeholder": "hh:mm"}, format="%H:%M"),
    )


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
    order_note = forms.CharField(
        label=_("Lý do kết luận nội dung này trước"), max_length=1000, required=False
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Lý do"), max_length=LONG_REASON)


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

    def clean(self) -> dict[str, Any]:
        """Leave what an operation takes: the key of the other meeting."""
        target = self.cleaned_data.pop("to_meeting", None)
        return self.cleaned_data | {"to_meeting_id": target.pk if target else None}


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


class MinutesRequestForm(forms.Form):
    text = forms.CharField(
        label=_("Đề nghị sửa"),
        max_length=LONG_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Ghi rõ đoạn nào ghi chưa đúng và cần ghi lại thế nào."),
    )


class WordsForm(forms.Form):
    """The words with which a unit's minutes begin, by part."""

    def __init__(self, *args: Any, texts: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part in MinutesPart:
            self.fields[part] = forms.CharField(
                label=part.label,
                initial=texts[part],
                required=False,
                max_length=LONG_TEXT,
                widget=forms.Textarea(attrs={"rows": 4}),
            )

    def texts(self) -> dict[MinutesPart, str]:
        return {part: self.cleaned_data[part] for part in MinutesPart}


def suggested_moment(today: dt.date) -> dt.datetime:
    """Return a morning three days on: a starting point, to be changed."""
    return dt.datetime.combine(today + dt.timedelta(days=3), dt.time(8))
