from dataclasses import replace
from fractions import Fraction
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from rich.console import Console
from rich.table import Table

from tusoi.engine import (
    Base,
    FactInvalid,
    Quota,
    QuotaReading,
    QuotaReport,
    Rounding,
    read_quota,
)
from tusoi.jobs.checking.answering import OfficerCommand
from tusoi.jobs.checking.choosing import (
    EXIT_FILE,
    EXIT_FOUND,
    EXIT_WORDS,
    add_language,
    add_rulebook,
    add_settings,
    class_called,
    content_of,
    in_language,
    rulebook_called,
    said,
    settings_from,
)
from tusoi.jobs.checking.lists import GroupTable, ListRefused, read_groups
from tusoi.rulebooks.rulebook import Rulebook
from tusoi.rulebooks.schema import parse_ratio


# A sentence names so many groups and no more.
_NAMED = 10


class Command(OfficerCommand):
    help = _(
        "Tính tỷ lệ hoàn thành xuất sắc của một danh sách (.csv, .xlsx, .ods): mỗi người một dòng "
        "với đơn vị và mức, hoặc mỗi đơn vị một dòng với số lượng từng mức. Không chọn ai phải "
        "rút. Mã thoát: 0 trong giới hạn, 1 có nhóm vượt, 2 sai lệnh, 3 tệp không dùng được."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help=_("danh sách cần tính"))
        add_rulebook(parser)
        add_settings(parser)
        add_language(parser)
        parser.add_argument(
            "--class",
            dest="subject_class",
            default="member",
            help=_("loại đối tượng; mặc định: member"),
        )
        parser.add_argument(
            "--base",
            choices=[one.value for one in Base],
            help=_("cách hiểu “số hoàn thành tốt”; mặc định theo bộ quy tắc"),
        )
        parser.add_argument(
            "--rounding",
            choices=[one.value for one in Rounding],
            help=_("cách làm tròn; mặc định theo bộ quy tắc"),
        )
        parser.add_argument("--ratio", help=_("tỷ lệ khác, ví dụ 25%%"))
        parser.add_argument(
            "--exceptional",
            action="append",
            default=[],
            metavar="NHOM",
            help=_("nhóm được hưởng tỷ lệ cao hơn của bộ quy tắc; ghi nhiều lần được"),
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        with in_language(options):
            self._count(options)

    def _count(self, options: dict[str, Any]) -> None:
        rulebook = rulebook_called(options["rulebook"])
        quota = _quota(rulebook, options)
        path: Path = options["file"]
        try:
            groups = read_groups(content_of(path), filename=path.name, rulebook=rulebook)
            reports = [(one, _report(quota, one, options["exceptional"])) for one in groups]
        except (ListRefused, FactInvalid) as refusal:
            raise CommandError(_sentence(refusal), returncode=EXIT_FILE) from refusal
        _refuse_unknown(options["exceptional"], groups)
        data = {
            "rulebook": rulebook.identity,
            "fingerprint": rulebook.fingerprint,
            "quota": quota.id,
            "base": quota.base.value,
            "rounding": quota.rounding.value,
            "status": quota.status.value,
            "groups": [_data(group, report) for group, report in reports],
        }
        self.emit(data, _text(rulebook, quota, reports), as_json=options["json"])
        over = sum(report.chosen.over > 0 for _group, report in reports)
        if over:
            raise CommandError(
                _("%(over)d trong %(all)d nhóm vượt tỷ lệ.") % {"over": over, "all": len(reports)},
                returncode=EXIT_FOUND,
            )


def _quota(rulebook: Rulebook, options: dict[str, Any]) -> Quota:
    wanted = class_called(rulebook, options["subject_class"])
    quota = rulebook.quota_for(wanted, settings_from(rulebook, options["setting"]))
    if quota is None:
        raise CommandError(
            _("bộ quy tắc không giới hạn tỷ lệ đối với “%(name)s”.") % {"name": wanted},
            returncode=EXIT_WORDS,
        )
    if options["base"]:
        quota = replace(quota, base=Base(options["base"]))
    if options["rounding"]:
        quota = replace(quota, rounding=Rounding(options["rounding"]))
    return replace(quota, ratio=_ratio(options["ratio"])) if options["ratio"] else quota


def _ratio(written: str) -> Fraction:
    try:
        return parse_ratio(written)
    except ValueError as error:
        raise CommandError(
            _("“%(word)s” không phải là tỷ lệ; hãy ghi như 20%% hoặc 1/5.") % {"word": written},
            returncode=EXIT_WORDS,
        ) from error


def _report(quota: Quota, group: GroupTable, exceptional: list[str]) -> QuotaReport:
    return read_quota(
        quota=quota,
        excellent_count=group.counts.get(quota.level, 0),
        good_count=group.counts.get(quota.base_level, 0),
        rated_count=group.rated,
        exceptional=group.name in exceptional,
    )


def _refuse_unknown(exceptional: list[str], groups: list[GroupTable]) -> None:
    names = [one.name for one in groups]
    for wanted in exceptional:
        if wanted not in names:
            shown = "; ".join(names[:_NAMED]) + ("; …" if len(names) > _NAMED else "")
            raise CommandError(
                _("danh sách không có nhóm “%(name)s”; các nhóm: %(known)s.")
                % {"name": wanted, "known": shown},
                returncode=EXIT_WORDS,
            )


def _sentence(refusal: Exception) -> str:
    return said(refusal.text) if isinstance(refusal, FactInvalid) else str(refusal)


def _data(group: GroupTable, report: QuotaReport) -> dict[str, Any]:
    return {
        "group": group.name,
        "counts": dict(group.counts),
        "not_rated": group.not_rated,
        "repeated_rows": [list(one) for one in group.repeated],
        "limit": report.chosen.limit,
        "over": report.chosen.over,
        "room": report.chosen.room,
        "ratio": str(report.chosen.ratio),
        "readings_agree": report.readings_agree,
        "exception_limit": report.exception.limit if report.exception else None,
        "readings": [
            {
                "base": one.base.value,
                "rounding": one.rounding.value,
                "limit": one.limit,
                "over": one.over,
            }
            for one in report.readings
        ],
    }


def _text(rulebook: Rulebook, quota: Quota, reports: list[tuple[GroupTable, QuotaReport]]) -> str:
    best, good = rulebook.level(quota.level), rulebook.level(quota.base_level)
    table = Table(title=f"{said(quota.title)} · {rulebook.identity}", title_justify="left")
    table.add_column(_("Nhóm"))
    headings = (said(best.short_title), said(good.short_title), _("Chưa xếp"), _("Tối đa"))
    for heading in (*headings, _("Vượt"), _("Còn")):
        table.add_column(heading, justify="right")
    table.add_column(_("Tối đa theo cách hiểu khác"))
    for group, report in reports:
        chosen = report.chosen
        figures = (report.excellent_count, report.good_count, group.not_rated)
        marks = (chosen.limit, chosen.over or "", chosen.room or "")
        others = _others(report, said(good.short_title))
        table.add_row(group.name, *map(str, (*figures, *marks)), others)
    out = StringIO()
    Console(file=out, width=120).print(table)
    chosen_words = _reading(reports[0][1].chosen, said(good.short_title))
    spec = next(one for one in rulebook.content.quotas if one.id == quota.id)
    notes = [
        _("Cách tính đang dùng: %(reading)s.") % {"reading": chosen_words},
        _("Quy định tính %(group)s; cột đơn vị của tệp phải ghi đúng nhóm đó.")
        % {"group": said(spec.group_title)},
    ]
    notes += [
        _("%(group)s: dòng %(rows)s ghi cùng một tên; nếu là một người thì đã tính nhiều lần.")
        % {"group": group.name, "rows": ", ".join(map(str, rows))}
        for group, _report in reports
        for rows in group.repeated
    ]
    if quota.status.needs_checking:
        notes.append(_("Quy tắc này chưa đối chiếu văn bản gốc."))
    notes.append(_("Ai được giữ mức xuất sắc do cấp có thẩm quyền xem xét, quyết định."))
    return "\n".join([out.getvalue().rstrip(), *notes])


def _others(report: QuotaReport, good: str) -> str:
    """Say in which other readings the limit would be another."""
    found: dict[int, list[str]] = {}
    for one in report.readings:
        if one.limit != report.chosen.limit:
            found.setdefault(one.limit, []).append(_reading(one, good))
    if report.exception and report.exception.limit != report.chosen.limit:
        percent = f"{float(report.exception.ratio):.0%}"
        found.setdefault(report.exception.limit, []).append(percent)
    return "\n".join(f"{limit}: {'; '.join(words)}" for limit, words in sorted(found.items()))


def _reading(reading: QuotaReading, good: str) -> str:
    base = {
        Base.GOOD_ONLY: _("trên số %(level)s"),
        Base.GOOD_OR_ABOVE: _("trên số từ %(level)s trở lên"),
        Base.ALL_RATED: _("trên tổng số được xếp loại"),
    }[reading.base] % {"level": good}
    rounding = {
        Rounding.FLOOR: _("làm tròn xuống"),
        Rounding.HALF_UP: _("từ 0,5 làm tròn lên"),
        Rounding.CEIL: _("làm tròn lên"),
    }[reading.rounding]
    return f"{base}, {rounding}"
