"""What is written about a shortcoming: by hand, or as a correction of what is followed."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tusoi.mirror.topics import suggested_topic
from tusoi.remediation.enums import SourceKind
from tusoi.remediation.models import FollowedShortcoming
from tusoi.remediation.operations import ShortcomingContent, Source
from tusoi.reviews.enums import ShortcomingKind, Topic
from tusoi.units.models import Unit
from tusoi.web.fields import UnitField
from tusoi.web.remediation.clash import show_again
from tusoi.web.remediation.forms import FigureField
from tusoi.web.remediation.step_forms import CHOOSE


TOPIC_SUGGESTED = _(
    "Theo lời văn, hạn chế này thuộc nội dung được chọn sẵn bên dưới. Hãy xem lại rồi lưu."
)
TOPIC_NEEDED = _("Hãy chọn nội dung; chọn “nội dung khác” nếu không mục nào hợp.")
# Folded away: what not every shortcoming has.
FOLDED = (
    "planned_value",
    "reached_value",
    "value_unit",
    "target_text",
    "place",
    "collective_responsibility",
    "personal_responsibility",
)


class ShortcomingForm(forms.Form):
    """The topic is asked for once there is a text from which it can be suggested."""

    nature = forms.CharField(
        label=_("Biểu hiện"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Việc gì, ở đâu, khi nào; nêu con số nếu có."),
    )
    extent = forms.CharField(label=_("Mức độ, số liệu"), max_length=300, required=False)
    kind = forms.ChoiceField(
        label=_("Loại"),
        choices=ShortcomingKind.choices,
        widget=forms.RadioSelect,
        initial=ShortcomingKind.LIMITATION,
    )
    topic = forms.ChoiceField(
        label=_("Thuộc nội dung"),
        choices=[CHOOSE, *Topic.choices],
        required=False,
        help_text=_("Chưa chọn thì trang đề nghị theo lời văn và hỏi lại."),
    )
    planned_value = FigureField(label=_("Kế hoạch"))
    reached_value = FigureField(label=_("Đạt được"))
    value_unit = forms.CharField(label=_("Đơn vị tính"), max_length=40, required=False)
    target_text = forms.CharField(label=_("Chỉ tiêu liên quan"), max_length=200, required=False)
    place = forms.CharField(label=_("Nơi xảy ra"), max_length=200, required=False)
    collective_responsibility = forms.CharField(
        label=_("Trách nhiệm tập thể"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    personal_responsibility = forms.CharField(
        label=_("Trách nhiệm cá nhân"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, about: FollowedShortcoming | None = None, **options: Any
    ) -> None:
        self.about = about
        if about is not None:
            options.setdefault("initial", _initial(about))
        super().__init__(*args, **options)

    def clean_topic(self) -> str:
        """Suggest what was not chosen and ask once more; nothing is filed under a guess."""
        chosen = str(self.cleaned_data["topic"])
        if chosen:
            return chosen
        found = suggested_topic(f"{self.data.get('nature', '')} {self.data.get('extent', '')}")
        if found:
            show_again(self, "topic", found)
            raise forms.ValidationError(TOPIC_SUGGESTED)
        raise forms.ValidationError(TOPIC_NEEDED)

    @property
    def folded(self) -> list[forms.BoundField]:
        return [self[name] for name in FOLDED]

    @property
    def is_unfolded(self) -> bool:
        """Say whether something below the fold is filled in or was refused."""
        return any(one.errors or one.value() for one in self.folded)

    def content(self) -> ShortcomingContent:
        sent = self.cleaned_data
        kept = self.about
        is_same_topic = kept is not None and kept.topic == sent["topic"]
        return ShortcomingContent(
            topic_entry_id=kept.topic_entry_id if kept is not None and is_same_topic else None,
            target_id=kept.target_id if kept is not None else None,
            answerable_ids=[one.pk for one in kept.answerable.all()] if kept is not None else (),
            **{name: sent[name] for name in ("nature", "extent", "kind", "topic", *FOLDED)},
        )


class RecordForm(ShortcomingForm):
    """A shortcoming that no review named: where it belongs, and who pointed it out."""

    unit = UnitField(label=_("Tổ chức đảng"))
    source = forms.ChoiceField(
        label=_("Nêu ra ở đâu"),
        choices=[one for one in SourceKind.choices if one[0] != SourceKind.REVIEW],
    )
    source_note = forms.CharField(
        label=_("Văn bản, cuộc họp nêu ra"),
        max_length=300,
        required=False,
        help_text=_("Ví dụ: Kết luận 12-KL/UBKT ngày 05/9; hội nghị ngày 10/12."),
    )
    field_order = ["unit", "source", "source_note"]

    def __init__(self, *args: Any, units: QuerySet[Unit], **options: Any) -> None:
        super().__init__(*args, **options)
        unit = self.fields["unit"]
        assert isinstance(unit, UnitField)
        unit.choose_from(units)

    def told_by(self, prompt_id: int | None) -> Source:
        kind = SourceKind(self.cleaned_data["source"])
        return Source(
            kind=kind,
            note=self.cleaned_data["source_note"],
            prompt_id=prompt_id if kind is SourceKind.PROMPT else None,
        )


def _initial(about: FollowedShortcoming) -> dict[str, Any]:
    names = ("nature", "extent", "kind", "version", *FOLDED)
    told = {name: getattr(about, name) for name in names}
    return told | {"topic": about.topic if about.topic != Topic.OTHER else ""}
