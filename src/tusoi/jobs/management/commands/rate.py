from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from tusoi.engine import EngineError, FactInvalid, Outcome, Truth, evaluate
from tusoi.jobs.checking.answering import OfficerCommand
from tusoi.jobs.checking.choosing import (
    EXIT_FILE,
    EXIT_FOUND,
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
from tusoi.jobs.checking.subjects import Subject, SubjectsRefused, read_subjects
from tusoi.jobs.checking.telling import told
from tusoi.rulebooks.errors import NotInRulebook
from tusoi.rulebooks.readable import CLASSES
from tusoi.rulebooks.replaying import Edition, replay
from tusoi.rulebooks.rulebook import Rulebook
from tusoi.rulebooks.schema import SubjectClass


@dataclass(frozen=True)
class Rated:
    """What came of one subject: an outcome, or the sentence of a refusal."""

    subject: Subject
    outcome: Outcome | None = None
    refusal: str = ""
    other: Outcome | None = None
    unread: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        """Say whether the facts can be weighed and the level given, if any, is open."""
        if self.outcome is None:
            return False
        return not self.subject.level or (
            self.subject.level in self.outcome.offered
            and self.outcome.may_be_rated is not Truth.FAILS
        )


class Command(OfficerCommand):
    help = _(
        "Xét các dữ kiện trong một tệp JSON theo bộ quy tắc: mức nào còn mở, vì sao, còn thiếu "
        "gì. Mã thoát: 0 xét được hết, 1 có dữ kiện bị từ chối hoặc mức đã ghi không mở, "
        "2 sai lệnh, 3 tệp không dùng được."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help=_("tệp JSON, một hoặc nhiều đối tượng"))
        add_rulebook(parser)
        add_settings(parser)
        add_language(parser)
        parser.add_argument(
            "--class",
            dest="subject_class",
            default="member",
            help=_("loại đối tượng nếu tệp không ghi; mặc định: member"),
        )
        parser.add_argument(
            "--what-if", metavar="ID", help=_("xét thêm theo bộ quy tắc này, đặt cạnh nhau")
        )
        parser.add_argument(
            "--brief", action="store_true", help=_("chỉ ghi kết quả, không ghi lý do")
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        with in_language(options):
            self._rate(options)

    def _rate(self, options: dict[str, Any]) -> None:
        rulebook = rulebook_called(options["rulebook"])
        other = rulebook_called(options["what_if"]) if options["what_if"] else None
        try:
            read = read_subjects(
                content_of(options["file"]), subject_class=options["subject_class"]
            )
        except SubjectsRefused as refusal:
            raise CommandError(str(refusal), returncode=EXIT_FILE) from refusal
        words = [f"{name}={choice}" for name, choice in read.settings.items()]
        settings = settings_from(rulebook, [*words, *options["setting"]])
        rated = [_rated(rulebook, other, settings, one) for one in read.subjects]
        data = {
            "rulebook": rulebook.identity,
            "fingerprint": rulebook.fingerprint,
            "settings": settings,
            "what_if": other.identity if other else None,
            "subjects": [_data(one) for one in rated],
        }
        text = "" if options["json"] else _text(rulebook, other, rated, brief=options["brief"])
        self.emit(data, text, as_json=options["json"])
        wrong = sum(not one.fits for one in rated)
        if wrong:
            raise CommandError(
                _("%(wrong)d trong %(all)d đối tượng không khớp.")
                % {"wrong": wrong, "all": len(rated)},
                returncode=EXIT_FOUND,
            )


def _rated(
    rulebook: Rulebook, other: Rulebook | None, settings: Mapping[str, str], subject: Subject
) -> Rated:
    class_called(rulebook, subject.subject_class)
    if subject.level and subject.level not in {one.id for one in rulebook.levels}:
        return Rated(subject, refusal=_("Không có mức “%(level)s”.") % {"level": subject.level})
    unknown = rulebook.fact_reader.unknown(subject.facts)
    if unknown:
        sentence = _("Bộ quy tắc không có dữ kiện “%(names)s”; lệnh “rulebook show” kể các tên.")
        return Rated(subject, refusal=sentence % {"names": "”, “".join(unknown)})
    try:
        rules = rulebook.rules_for(subject.subject_class, settings, subject.block)
        facts = rulebook.read_facts(subject.facts)
        outcome = evaluate(rules, facts, lifted=subject.lifted)
        if other is None:
            return Rated(subject, outcome)
        replayed = replay(
            Edition(other, block=subject.block), subject.subject_class, subject.facts
        )
    except FactInvalid as refusal:
        return Rated(subject, refusal=said(refusal.text))
    except (NotInRulebook, EngineError) as refusal:
        return Rated(subject, refusal=str(refusal))
    return Rated(subject, outcome, other=replayed.outcome, unread=replayed.unread)


def _data(rated: Rated) -> dict[str, Any]:
    return {
        "name": rated.subject.name,
        "class": rated.subject.subject_class,
        "level": rated.subject.level or None,
        "fits": rated.fits,
        "refused": rated.refusal or None,
        "outcome": rated.outcome.as_record() if rated.outcome else None,
        "what_if": rated.other.as_record() if rated.other else None,
        "unread": list(rated.unread),
    }


def _text(rulebook: Rulebook, other: Rulebook | None, rated: list[Rated], *, brief: bool) -> str:
    lines = []
    for one in rated:
        title = said(CLASSES[SubjectClass(one.subject.subject_class)])
        lines.append(f"{one.subject.name} · {title} · {rulebook.identity}")
        lines += [f"  {line}" for line in _lines(rulebook, one, brief=brief)]
        if other and one.other:
            lines.append(f"  {_('Nếu theo')} {other.identity}:")
            lines += [f"    {line}" for line in told(other, one.other, with_reasons=not brief)]
            if one.unread:
                names = ", ".join(one.unread)
                lines.append(f"    {_('Dữ kiện mà bộ quy tắc này không dùng')}: {names}")
        lines.append("")
    return "\n".join(lines).rstrip()


def _lines(rulebook: Rulebook, rated: Rated, *, brief: bool) -> list[str]:
    if rated.outcome is None:
        return [_("Bị từ chối: %(sentence)s") % {"sentence": rated.refusal}]
    lines = list(told(rulebook, rated.outcome, with_reasons=not brief))
    if rated.subject.level:
        title = said(rulebook.level(rated.subject.level).title)
        verdict = _("khớp") if rated.fits else _("KHÔNG khớp")
        lines.append(
            _("Mức đã ghi “%(level)s”: %(verdict)s.") % {"level": title, "verdict": verdict}
        )
    return lines
