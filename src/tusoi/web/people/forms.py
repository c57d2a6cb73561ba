"""Forms of the pages on people: each knows the one operation that it calls."""

import datetime as dt
from dataclasses import fields
from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tusoi.people.enums import Gender, LeavingReason, StandingKind
from tusoi.people.models import Account, MemberStanding, PartyMember, Person
from tusoi.units.enums import (
    CELL_KINDS,
    COMMITTEE_POSITIONS,
    FULL_MEMBER_DISCIPLINES,
    CommendationKind,
    DisciplineKind,
    MembershipKind,
    Position,
)
from tusoi.units.models import LeadershipCollective, Membership, Post, Unit
from tusoi.units.operations import (
    MemberFacts,
    PersonFacts,
    add_member,
    appoint,
    edit_member,
    edit_person,
    end_post,
    end_standing,
    join_unit,
    leave_party,
    leave_unit,
    move_member,
    record_commendation,
    record_discipline,
    record_standing,
    seat,
)
from tusoi.web.fields import UnitField
from tusoi.web.forms import DayField


Choices = list[tuple[str, Any]]


def _values_of(facts: type, source: object) -> dict[str, Any]:
    return {field.name: getattr(source, field.name) for field in fields(facts)}


def _only(facts: type, data: dict[str, Any]) -> dict[str, Any]:
    return {field.name: data[field.name] for field in fields(facts)}


class PersonFields(forms.Form):
    full_name = forms.CharField(label=_("Họ và tên"), max_length=120)
    code = forms.CharField(
        label=_("Mã cá nhân"),
        max_length=32,
        required=False,
        help_text=_("Để trống thì hệ thống đặt mã."),
    )
    birth_on = DayField(label=_("Ngày sinh"), required=False)
    birth_year_only = forms.BooleanField(
        label=_("Chỉ biết năm sinh"),
        required=False,
        help_text=_("Khi đó hãy nhập ngày 01/01 của năm sinh."),
    )
    gender = forms.ChoiceField(
        label=_("Giới tính"), choices=Gender.choices, initial=Gender.UNKNOWN
    )
    ethnicity = forms.CharField(label=_("Dân tộc"), max_length=40, required=False)
    phone = forms.CharField(label=_("Điện thoại"), max_length=20, required=False)
    occupation = forms.CharField(label=_("Chức vụ, công việc"), max_length=160, required=False)
    is_civil_servant = forms.BooleanField(
        label=_("Là cán bộ, công chức, viên chức"), required=False
    )

    def person_facts(self) -> PersonFacts:
        return PersonFacts(**_only(PersonFacts, self.cleaned_data))


class MemberFields(forms.Form):
    admitted_on = DayField(label=_("Ngày vào Đảng"))
    official_on = DayField(
        label=_("Ngày chính thức"), required=False, help_text=_("Để trống khi còn dự bị.")
    )
    card_number = forms.CharField(label=_("Số thẻ đảng viên"), max_length=20, required=False)

    def member_facts(self) -> MemberFacts:
        return MemberFacts(**_only(MemberFacts, self.cleaned_data))


class AddMemberForm(PersonFields, MemberFields):
    joined_on = DayField(label=_("Sinh hoạt tại chi bộ từ ngày"))

    field_order = ["full_name", "code", "birth_on", "birth_year_only", "gender"]

    def carry_out(self, *, unit_id: int, actor: Account, at: dt.datetime) -> Person:
        member = add_member(
            person=self.person_facts(),
            facts=self.member_facts(),
            unit_id=unit_id,
            joined_on=self.cleaned_data["joined_on"],
            actor=actor,
            at=at,
        )
        return member.person


class PersonAction(forms.Form):
    """A thing to record about one person; `pk` names the row that is ended, where one is."""

    title: ClassVar[Any] = ""
    note: ClassVar[Any] = ""
    asks_member: ClassVar[bool] = True
    ends: ClassVar[type[Membership | Post | MemberStanding] | None] = None

    def __init__(
        self, *args: Any, person: Person, scope: QuerySet[Unit], pk: int | None = None
    ) -> None:
        self.person, self.scope = person, scope.filter(closed_on__isnull=True)
        self.row_id = pk or 0
        super().__init__(*args, initial=self.known())  # type: ignore[misc]  # args is the data alone
        self.prepare()

    @property
    def member(self) -> PartyMember:
        return self.person.party_member

    def known(self) -> dict[str, Any]:
        """Return what the form starts with."""
        return {}

    def prepare(self) -> None:
        """Fit the fields to the person at hand."""

    def choose_units(self, name: str, *, kinds: frozenset[Any] | None = None) -> None:
        field: UnitField = self.fields[name]  # type: ignore[assignment]  # declared by the subclass
        field.choose_from(self.scope.filter(kind__in=kinds) if kinds else self.scope)

    def carry_out(self, *, actor: Account, at: dt.datetime) -> object:
        raise NotImplementedError


class EditPersonForm(PersonAction, PersonFields):
    title = _("Sửa thông tin cá nhân")
    asks_member = False

    def known(self) -> dict[str, Any]:
        return _values_of(PersonFacts, self.person)

    def carry_out(self, *, actor: Account, at: dt.datetime) -> object:
        return edit_person(person_id=self.person.pk, facts=self.person_facts(), actor=actor, at=at)


class EditMemberForm(PersonAction, MemberFields):
    title = _("Sửa thông tin đảng viên")

    def known(self) -> dict[str, Any]:
        return _values_of(MemberFacts, self.member)

    def carry_out(self, *, actor: Account, at: dt.datetime) -> object:
        return edit_member(member_id=self.member.pk, facts=self.member_facts(), actor=actor, at=at)


class TransferForm(PersonAction):
    title = _("Chuyển sinh hoạt chính thức")
    note = _("Chức vụ trong cấp ủy của chi bộ cũ kết thúc cùng ngày.")

    to_unit = UnitField(label=_("Đến chi bộ"), help_text=_("Nhập mã hoặc tên chi bộ."))
    on = DayField(label=_("Từ ngày"))

    def prepare(self) -> None:
        self.choose_units("to_unit", kinds=CELL_KINDS)

    def carry_out(self, *, actor: Account, at: dt.datetime) -> object:
        return move_member(
            member_id=self.member.pk,
            to_unit_id=self.cleaned_data["to_unit"].pk,
            on=self.cleaned_data["on"],
            actor=actor,
            at=at,
        )


class TemporaryForm(PersonAction):
    title = _("Ghi sinh hoạt tạm thời")

    unit = UnitField(label=_("Tại chi bộ"), help_text=_("Nhập mã hoặc tên chi bộ."))
    valid_from = DayField(label=_("Từ ngày"))

    def prepare(self) -> None:
        self.choose_units("unit", kinds=CELL_KINDS)

    def carry_out(self, *, actor: Account, at: dt.datetime) -> object:
        return join_unit(
            member_id=self.member.pk,
            unit_id=self.cleaned_data["unit"].pk,
            kind=MembershipKind.TEMPORARY,
            valid_from=self.cleaned_data["valid_from"],
            actor=actor,
            at=at,
        )


def _positions(wanted: bool) -> Choices:  # noqa: FBT001 -- in the committee or not
    return [(p.value, p.label) for p in Position if (p in COMMITTEE_POSITIONS) is wanted]


class AppointForm(PersonAction):
    title = _("Ghi chức vụ trong cấp ủy")

    unit = UnitField(label=_("Tổ chức đảng"), help_text=_("Nhập mã hoặc tên đơn vị."))
    position = forms.ChoiceField(label=_("Chức vụ"), choices=_positions(wanted=True))
    post_title = forms.CharField(
        label=_("Tên chức vụ"),
        max_length=160,
        required=False,
        help_text=_("Khi khác tên chung, ví dụ: bí thư kiêm chủ tịch Ủy ban nhân dân phường."),
    )
    valid_from = DayField(label=_("Từ ngày"))

    def prepare(self) -> None:
        self.choose_units("unit")

    def carry_out(self, *, actor: Account, at: dt.datetime) -> object:
        return appoint(
            person_id=self.person.pk,
            unit_id=self.cleaned_data["unit"].pk,
            position=Position(self.cleaned_data["position"]),
            title=self.cleaned_data["post_title"],
            valid_from=self.cleaned_data["valid_from"],
            actor=actor,
            at=at,
        )


class SeatForm(PersonAction):
    title = _("Ghi thành viên tập thể lãnh đạo, quản lý")
    asks_member = False

    collective = forms.ModelChoiceField(
        label=_("Tập thể"), queryset=LeadershipCollective.objects.none()
    )
    position = forms.ChoiceField(label=_("Chức vụ"), choices=_positions(wanted=False))
    post_title = forms.CharField(label=_("Tên chức vụ"), max_length=160, required=False)
    valid_from = DayField(label=_("Từ ngày"))

    def prepare(self) -> None:
        bodies: Any = self.fields["collective"]
        bodies.queryset = LeadershipCollective.objects.filter(
            unit__in=self.scope, closed_on__isnull=True
        ).order_by("sort_key", "pk")

    def carry_out(self, *, actor: Account, at: dt.datetime) -> object:
        return seat(
            person_id=self.person.pk,
            collective_id=self.cleaned_data["collective"].pk,
            position=Position(self.cleaned_data["position"]),
            title=self.cleaned_data["post_title"],
            valid_from=self.cleaned_data["valid_from"],
            actor=actor,
            at=at,
        )


class StandingForm(PersonAction):
    title = _("Ghi miễn, đình chỉ, nghỉ")

    kind = forms.ChoiceField(label=_("Loại"), choices=StandingKind.choices)
    valid_from = DayField(label=_("Từ ngày"))
    valid_to = DayField(
        label=_("Đến hết ngày"), required=False, help_text=_("Để trống khi chưa biết.")
    )
    document = forms.CharField(label=_("Văn bản"), max_length=200, required=False)

    def carry_out(self, *, actor: Account, at: dt.datetime) -> object:
        data = self.cleaned_data | {"kind": StandingKind(self.cleaned_data["kind"])}
        return record_standing(member_id=self.member.pk, actor=actor, at=at, **data)


class DisciplineForm(PersonAction):
    title = _("Ghi kỷ luật")

    kind = forms.ChoiceField(
        label=_("Hình thức"),
        choices=[(k.value, k.label) for k in DisciplineKind if k in FULL_MEMBER_DISCIPLINES],
    )
    decided_on = DayField(label=_("Ngày quyết định"))
    arose_in = UnitField(label=_("Nơi xảy ra vi phạm"))
    is_duty_related = forms.BooleanField(
        label=_("Liên quan chức trách, nhiệm vụ được giao"), required=False
    )
    document = forms.CharField(label=_("Văn bản"), max_length=200, required=False)

    def known(self) -> dict[str, Any]:
        cell = Membership.objects.filter(
            Q(valid_to__isnull=True), member=self.member, kind=MembershipKind.OFFICIAL
        )
        place = cell.select_related("unit").first()
        return {"arose_in": place.unit} if place else {}

    def prepare(self) -> None:
        self.choose_units("arose_in")

    def carry_out(self, *, actor: Account, at: dt.datetime) -> object:
        data = dict(self.cleaned_data)
        return record_discipline(
            member_id=self.member.pk,
            kind=DisciplineKind(data.pop("kind")),
            arose_in_id=data.pop("arose_in").pk,
            actor=actor,
            at=at,
            **data,
        )


class CommendationForm(PersonAction):
    title = _("Ghi khen thưởng")

    kind = forms.ChoiceField(label=_("Hình thức"), choices=CommendationKind.choices)
    decided_on = DayField(label=_("Ngày quyết định"))
    reason = forms.CharField(label=_("Thành tích"), max_length=300, required=False)
    document = forms.CharField(label=_("Văn bản"), max_length=200, required=False)

    def carry_out(self, *, actor: Account, at: dt.datetime) -> object:
        data = self.cleaned_data | {"kind": CommendationKind(self.cleaned_data["kind"])}
        return record_commendation(member_id=self.member.pk, actor=actor, at=at, **data)


class LeaveForm(PersonAction):
    title = _("Ghi ra khỏi Đảng")
    note = _("Nơi sinh hoạt, chức vụ cấp ủy và các tình trạng đang có kết thúc cùng ngày.")

    reason = forms.ChoiceField(label=_("Lý do"), choices=LeavingReason.choices)
    on = DayField(label=_("Từ ngày"))

    def carry_out(self, *, actor: Account, at: dt.datetime) -> object:
        return leave_party(
            member_id=self.member.pk,
            reason=LeavingReason(self.cleaned_data["reason"]),
            on=self.cleaned_data["on"],
            actor=actor,
            at=at,
        )


class EndPostForm(PersonAction):
    title = _("Kết thúc chức vụ")
    asks_member = False
    ends = Post

    on = DayField(label=_("Thôi giữ từ ngày"))

    def carry_out(self, *, actor: Account, at: dt.datetime) -> object:
        return end_post(post_id=self.row_id, on=self.cleaned_data["on"], actor=actor, at=at)


class EndStandingForm(PersonAction):
    title = _("Kết thúc tình trạng sinh hoạt")
    ends = MemberStanding

    last_day = DayField(label=_("Ngày cuối cùng"))

    def carry_out(self, *, actor: Account, at: dt.datetime) -> object:
        return end_standing(
            standing_id=self.row_id, last_day=self.cleaned_data["last_day"], actor=actor, at=at
        )


class LeaveUnitForm(PersonAction):
    title = _("Kết thúc sinh hoạt tạm thời")
    ends = Membership

    on = DayField(label=_("Thôi sinh hoạt từ ngày"))

    def carry_out(self, *, actor: Account, at: dt.datetime) -> object:
        return leave_unit(
            membership_id=self.row_id, on=self.cleaned_data["on"], actor=actor, at=at
        )


ACTIONS: dict[str, type[PersonAction]] = {
    "edit": EditPersonForm,
    "edit-member": EditMemberForm,
    "transfer": TransferForm,
    "temporary": TemporaryForm,
    "appoint": AppointForm,
    "seat": SeatForm,
    "standing": StandingForm,
    "discipline": DisciplineForm,
    "commendation": CommendationForm,
    "leave-party": LeaveForm,
    "end-post": EndPostForm,
    "end-standing": EndStandingForm,
    "leave-unit": LeaveUnitForm,
}
