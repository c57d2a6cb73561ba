"""What the steps of shortcomings, actions and plans ask for."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tusoi.core import clock
from tusoi.mirror.topics import suggested_topic
from tusoi.remediation.enums import CauseClass, ListKind, Verdict
from tusoi.remediation.models import FollowedShortcoming, RemediationPlan
from tusoi.remediation.queries import (
    bodies_for,
    entries_for,
    gaps_of,
    likely_owners,
    likely_past,
    owners_for,
    past_of,
)
from tusoi.reviews.enums import CauseKind, Topic
from tusoi.web.fields import FilesField, UnitField
from tusoi.web.forms import DayField
from tusoi.web.http import whole_number
from tusoi.web.remediation.forms import (
    MOST_SHOWN,
    NOBODY,
    SEVERAL,
    FigureField,
    StepForm,
    VersionField,
    matching,
    with_more,
)


CHOOSE = ("", _("– chọn –"))
CAUSES = [one for one in CauseKind.choices if one[0] != CauseKind.UNKNOWN]


def _text(label: Any, *, rows: int = 3, required: bool = True, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=options.pop("max_length", 4000),
        widget=forms.Textarea(attrs={"rows": rows}),
        **options,
    )


class NothingForm(StepForm):
    """Asks for nothing: the button says it all."""


class ReasonForm(StepForm):
    reason = _text(_("Lý do"), rows=2, max_length=2000)


class PerhapsReasonForm(StepForm):
    reason = _text(_("Ghi chú"), rows=2, max_length=2000, required=False)


class TickForm(StepForm):
    """A line of the checklist; one tap."""

    step = forms.IntegerField()
    done = forms.BooleanField(required=False)


class UntilForm(StepForm):
    """A day and why not sooner."""

    until = DayField(label=_("Đến hết ngày"))
    reason = _text(_("Lý do"), rows=2, max_length=2000)


class CheckDayForm(StepForm):
    check_on = DayField(label=_("Ngày kiểm tra hiệu quả"))

    def __init__(self, *args: Any, about: FollowedShortcoming, **options: Any) -> None:
        options.setdefault("initial", {"check_on": about.check_on})
        super().__init__(*args, about=about, **options)


class NoteForm(StepForm):
    """What came of an action, with what shows it."""

    text = _text(_("Kết quả đến nay"), rows=2)
    percent = forms.IntegerField(
        label=_("Mức độ hoàn thành (%)"), required=False, min_value=0, max_value=100
    )
    reached_value = FigureField(label=_("Mức đạt được"))
    link = forms.URLField(
        label=_("Địa chỉ tài liệu"), required=False, max_length=500, assume_scheme="https"
    )
    evidence = FilesField(
        label=_("Ảnh, tệp minh chứng"),
        help_text=_("Ảnh chụp, PDF, Word hoặc Excel, nhiều nhất 20 tệp, mỗi tệp đến 20 MB."),
    )


class CheckForm(StepForm):
    """Did it help, and how one knows."""

    verdict = forms.ChoiceField(
        label=_("Kết luận"), choices=Verdict.choices, widget=forms.RadioSelect
    )
    grounds = _text(
        _("Căn cứ kết luận"), help_text=_("Số liệu, văn bản, kết quả kiểm tra thực tế đã xem.")
    )
    checked_on = DayField(label=_("Ngày kiểm tra"))
    evidence = FilesField(label=_("Tài liệu kèm theo"))

    def __init__(self, *args: Any, about: FollowedShortcoming, **options: Any) -> None:
        options.setdefault("initial", {"checked_on": clock.today()})
        super().__init__(*args, about=about, **options)


class CauseForm(StepForm):
    """What it is about and why it fell short: asked together, once somebody looks into it."""

    topic = forms.ChoiceField(label=_("Thuộc nội dung"))
    topic_entry = forms.ChoiceField(label=_("Nội dung cụ thể của đơn vị"), required=False)
    cause_kind = forms.ChoiceField(
        label=_("Nguyên nhân"), choices=CAUSES, widget=forms.RadioSelect
    )
    cause_class = forms.ChoiceField(
        label=_("Nhóm nguyên nhân"), choices=[CHOOSE, *CauseClass.choices]
    )
    cause_entry = forms.ChoiceField(label=_("Nguyên nhân cụ thể của đơn vị"), required=False)
    cause = _text(_("Diễn giải nguyên nhân"))
    version = VersionField()

    def __init__(self, *args: Any, about: FollowedShortcoming, **options: Any) -> None:
        known = about.topic if about.topic != Topic.OTHER else ""
        self.suggested = "" if known else suggested_topic(f"{about.nature} {about.extent}")
        kind = about.cause_kind if about.cause_kind != CauseKind.UNKNOWN else ""
        options.setdefault(
            "initial",
            {
                "topic": known or self.suggested,
                "topic_entry": str(about.topic_entry_id or ""),
                "cause_kind": kind,
                "cause_class": about.cause_class,
                "cause_entry": str(about.cause_entry_id or ""),
                "cause": about.cause,
                "version": about.version,
            },
        )
        super().__init__(*args, about=about, **options)
        topic = self.fields["topic"]
        assert isinstance(topic, forms.ChoiceField)
        topic.choices = [CHOOSE, *Topic.choices]
        if self.suggested:
            topic.help_text = _("Đề nghị theo lời văn đã ghi; hãy xem lại.")
        self._offer("topic_entry", ListKind.TOPIC, dict(Topic.choices))
        self._offer("cause_entry", ListKind.CAUSE, dict(CauseClass.choices))

    def _offer(self, name: str, kind: ListKind, under: dict[Any, Any]) -> None:
        """Offer the organisation's own words; where there are none, ask for none."""
        rows = list(entries_for(self.about.unit_id, kind, on=clock.today()))
        if not rows:
            del self.fields[name]
            return
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", "–"),
            *((str(one.pk), f"{under.get(one.under, '')}: {one.label}") for one in rows),
        ]


class AnswerableForm(StepForm):
    """Who answers for it: those named, those of whom one thinks first, and one searched for."""

    answerable = forms.MultipleChoiceField(
        label=_("Người chịu trách nhiệm"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    person_search = forms.CharField(
        label=_("Thêm người khác"),
        required=False,
        max_length=100,
        help_text=_("Họ tên hoặc số thẻ; có nhiều người khớp thì trang hỏi lại để chọn."),
    )
    version = VersionField()

    def __init__(self, *args: Any, about: FollowedShortcoming, **options: Any) -> None:
        named = list(about.answerable.order_by("sort_key", "pk"))
        kept = {"answerable": [str(one.pk) for one in named], "version": about.version}
        options.setdefault("initial", kept)
        super().__init__(*args, about=about, **options)
        everybody = owners_for(about.unit_id)
        typed = str(self.data.get("person_search") or "").strip()[:100]
        self.found = list(matching(everybody, typed)) if typed else []
        sent = self.data.getlist("answerable") if isinstance(self.data, QueryDict) else []
        keys = [key for one in sent if (key := whole_number(one)) is not None]
        chosen = everybody.filter(pk__in=keys)
        likely = list(everybody[: MOST_SHOWN + 1])
        if len(likely) > MOST_SHOWN:
            likely = list(likely_owners(about.unit_id)[:MOST_SHOWN])
        people = {one.pk: one for one in (*named, *self.found, *chosen, *likely)}
        field = self.fields["answerable"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (str(one.pk), with_more(one.full_name, one.occupation)) for one in people.values()
        ]

    def clean(self) -> dict[str, Any]:
        """Take a name that only one bears; ask which one is meant otherwise."""
        sent = super().clean() or self.cleaned_data
        chosen = sent.get("answerable", [])
        keys = [str(one.pk) for one in self.found]
        if not sent.get("person_search") or set(keys) & set(chosen):
            return sent
        if len(keys) == 1:
            sent["answerable"] = [*chosen, *keys]
        else:
            self.add_error("person_search", SEVERAL if keys else NOBODY)
        return sent


class TakeOverForm(StepForm):
    """Which unit goes on with the plan of one that was closed."""

    unit = UnitField(label=_("Tổ chức đảng tiếp nhận"))
    reason = _text(_("Lý do, văn bản sáp nhập"), rows=2, max_length=2000)

    def __init__(self, *args: Any, about: RemediationPlan, **options: Any) -> None:
        super().__init__(*args, about=about, **options)
        unit = self.fields["unit"]
        assert isinstance(unit, UnitField)
        unit.choose_from(bodies_for(about.cycle.root_id))


class PastForm(StepForm):
    """Of which earlier shortcoming this one is the return."""

    previous = forms.ChoiceField(
        label=_("Hạn chế kỳ trước"), widget=forms.RadioSelect, required=False
    )

    def __init__(self, *args: Any, about: FollowedShortcoming, **options: Any) -> None:
        options.setdefault("initial", {"previous": str(about.previous_id or "")})
        super().__init__(*args, about=about, **options)
        likely = likely_past(about)
        seen = {one.pk for one in likely}
        others = [one for one in past_of(about).select_related("cycle")[:20] if one.pk not in seen]
        field = self.fields["previous"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", _("không phải hạn chế tái diễn")),
            *(
                (str(one.pk), f"{one.cycle.year}: {one.nature[:160]}")
                for one in (*likely, *others)
            ),
        ]


class StagesForm(StepForm):
    starts_on = DayField(label=_("Thực hiện từ ngày"), required=False)
    by_stages = forms.BooleanField(label=_("Chia theo mốc 30, 60, 90 ngày"), required=False)

    def __init__(self, *args: Any, about: Any, **options: Any) -> None:
        kept = {"starts_on": about.starts_on, "by_stages": about.by_stages}
        options.setdefault("initial", kept)
        super().__init__(*args, about=about, **options)


class ApproveForm(StepForm):
    justification = _text(
        _("Lý do ban hành khi còn thiếu, hoặc lý do điều chỉnh"),
        rows=2,
        max_length=2000,
        required=False,
    )
    gaps_until = DayField(
        label=_("Bổ sung điểm còn thiếu chậm nhất ngày"),
        required=False,
        help_text=_("Sau ngày này, điểm nào vẫn thiếu được nêu là sai sót."),
    )

    def __init__(self, *args: Any, about: RemediationPlan, **options: Any) -> None:
        super().__init__(*args, about=about, **options)
        if not gaps_of(about):
            del self.fields["gaps_until"]
