import datetime as dt
from decimal import Decimal

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.utils import translation

from tusoi.units.enums import UnitKind
from tusoi.units.models import Unit
from tusoi.web.templatetags import tusoi as tags


DAY = dt.date(2022, 11, 30)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"),
        (1234, "1.234"),
        (1234.5, "1.234,5"),
        (Decimal("1234567.890"), "1.234.567,89"),
        (Decimal("100.00"), "100"),
        (-0.125, "-0,13"),
        (None, "–"),
    ],
)
def test_number_is_written_as_here(value, written):
    assert tags.number(value) == written


def test_number_follows_the_language():
    with translation.override("en"):
        assert tags.number(1234.5) == "1,234.5"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1_500_000_000, "1,5 tỷ đồng"),
        (250_000_000, "250 triệu đồng"),
        (12_000, "12.000 đồng"),
        (None, "–"),
    ],
)
def test_money_is_written_as_in_reports(value, written):
    assert tags.money(value) == written


@pytest.mark.parametrize(
    ("done", "expected", "written", "width"),
    [
        (25, 45, "55 %", 55),
        (999, 1000, "99 %", 99),
        (172, 172, "100 %", 100),
        (0, 0, "–", 0),
        (None, 5, "0 %", 0),
        (6, 5, "120 %", 100),
    ],
)
def test_percent_rounds_down_and_a_bar_never_overflows(done, expected, written, width):
    assert tags.percent(done, expected) == written
    assert tags.ratio(done, expected) == width


@pytest.mark.parametrize(
    ("days", "words", "tone"),
    [
        (3, "còn 3 ngày", "yellow"),
        (30, "còn 30 ngày", "green"),
        (0, "hôm nay là hạn cuối", "yellow"),
        (-5, "quá hạn 5 ngày", "red"),
    ],
)
def test_a_deadline_says_how_far_it_is(settings, days, words, tone):
    settings.TUSOI_CLOCK = DAY.isoformat()

    badge = tags.due_badge(DAY + dt.timedelta(days=days))

    assert words in badge
    assert tone in badge


def test_no_deadline_is_said_so():
    assert "chưa có hạn" in tags.due_badge(None)


def test_days_and_moments_are_those_of_the_installation():
    late = dt.datetime(2022, 11, 30, 20, 5, tzinfo=dt.UTC)

    assert tags.day(late) == "01/12/2022"
    assert tags.moment(late) == "03:05 01/12/2022"
    assert tags.day(DAY) == "30/11/2022"
    assert tags.day(None) == tags.moment(None) == "–"


def test_an_icon_is_decoration_unless_it_has_a_label():
    assert 'aria-hidden="true"' in tags.icon("home")
    assert 'aria-label="Nhà &amp; cửa"' in tags.icon("home", "Nhà & cửa")


class _Form(forms.Form):
    title = forms.CharField(label="Tên", help_text="Ngắn gọn")
    kind = forms.ChoiceField(label="Loại", choices=[("a", "Một"), ("b", "Hai")])
    level = forms.ChoiceField(label="Mức", choices=[("a", "Một")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="Đồng ý")
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)


def _drawn(form):
    page = '{% include "components/form.html" %}'
    return engines["django"].from_string(page).render({"form": form})


def test_fields_are_drawn_with_label_help_and_the_classes_of_the_look():
    page = _drawn(_Form())

    for part in (
        'class="form-control"',
        'class="form-select"',
        'class="form-check-input"',
        'for="id_title"',
        'aria-describedby="id_title_helptext"',
        'id="id_title_helptext"',
        "<legend",
        'type="hidden"',
    ):
        assert part in page


def test_errors_are_listed_and_tied_to_their_fields():
    page = _drawn(_Form({"kind": "a"}))

    assert 'href="#id_title"' in page
    assert 'id="id_title_error"' in page
    assert "is-invalid" in page
    assert 'aria-invalid="true"' in page


def test_page_numbers_leave_out_the_middle():
    page = Paginator(range(2000), 10).page(100)

    assert list(tags.page_numbers(page)) == [1, "…", 98, 99, 100, 101, 102, "…", 200]


@pytest.mark.parametrize(
    ("action", "state", "words"),
    [
        ("cycles.open", "draft", "đang chuẩn bị"),
        ("reviews.submitted", "draft", "đang viết"),
        ("cycles.except", "2022-11-30", "30/11/2022"),
        ("units.rename", "Chi bộ 1", "Chi bộ 1"),
        ("units.rename", "", "–"),
    ],
)
def test_a_state_in_the_log_is_said_in_the_words_of_its_room(action, state, words):
    assert tags.state_words(state, action) == words


def test_the_log_says_what_was_done_and_keeps_the_code_of_what_it_does_not_know():
    assert tags.action_words("cycles.open") == "mở đợt kiểm điểm"
    assert tags.action_words("elsewhere.done") == "elsewhere.done"


@pytest.mark.parametrize(
    ("kept", "written"), [("95.5", "95,5"), ("1234", "1.234"), ("rất nhiều", "rất nhiều")]
)
def test_a_figure_kept_as_text_is_written_as_here(kept, written):
    assert tags.figure(kept) == written


@pytest.mark.parametrize(
    ("month", "written"), [(1, "01"), (2, "02"), (3, "3"), (6, "6"), (12, "12")]
)
def test_a_month_of_a_letter_has_a_zero_where_a_figure_could_be_added(month, written):
    assert tags.letter_month(dt.date(2023, month, 5)) == written


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (UnitKind.CELL, "T/M CHI BỘ"),
        (UnitKind.GRASSROOTS_CELL, "T/M CHI BỘ"),
        (UnitKind.GRASSROOTS_ORGANIZATION, "T/M ĐẢNG ỦY"),
    ],
)
def test_a_secretary_signs_for_the_organisation(kind, words):
    assert tags.on_behalf(Unit(kind=kind)) == words
