"""A whole rulebook as a reader sees it: sections, groups and entries, each with its source."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from tusoi.engine import Citation, RuleKind, Severity, Status, Text
from tusoi.rulebooks.rulebook import Rulebook
from tusoi.rulebooks.schema import (
    Authority,
    Criterion,
    Deadline,
    DocumentSpec,
    Due,
    Duty,
    FactSpec,
    FormSpec,
    ParticipationRule,
    Question,
    QuestionKind,
    QuotaSpec,
    RatingAgain,
    RuleSpec,
    Setting,
    Sourced,
    Stage,
    SubjectClass,
)
from tusoi.rulebooks.wording import condition_text, fill, join, number_text, plain


@dataclass(frozen=True)
class Line:
    """One thing that is said about an entry."""

    label: Text
    value: Text


@dataclass(frozen=True)
class Entry:
    """A rule, a level, a step…: what it says, where that is written, how sure we are."""

    id: str
    title: Text
    lines: tuple[Line, ...] = ()
    citations: tuple[Citation, ...] = ()
    status: Status | None = None
    is_fixed: bool = False
    topic: str = ""
    # The title of its group, to stand beside it where groups do not show.
    under: Text | None = None

    @property
    def needs_checking(self) -> bool:
        return self.status is not None and self.status.needs_checking

    @property
    def status_title(self) -> Text:
        return STATUS[self.status] if self.status else Text("")


@dataclass(frozen=True)
class Group:
    title: Text | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class ReadableSection:
    id: str
    title: Text
    intro: Text
    groups: tuple[Group, ...]

    @property
    def entries(self) -> Iterator[Entry]:
        return (entry for group in self.groups for entry in group.entries)


STATUS: Final[Mapping[Status, Text]] = {
    Status.VERIFIED: Text("đã đối chiếu", "verified"),
    Status.SECONDARY: Text("theo nguồn dẫn lại", "from a secondary source"),
    Status.PRACTICE: Text("theo thực tế áp dụng", "from practice"),
    Status.UNVERIFIED: Text("chưa đối chiếu", "not verified"),
}
STATUS_MEANING: Final[Mapping[Status, Text]] = {
    Status.VERIFIED: Text(
        "lời văn đã đọc ở trang trích nguyên văn của văn bản; chưa phải bản phát hành",
        "the wording was read where the text is quoted, not in the issued copy",
    ),
    Status.SECONDARY: Text(
        "đọc ở trang thuật lại, hoặc ở văn bản đã được thay thế",
        "retold by a page, or read in a text that was replaced",
    ),
    Status.PRACTICE: Text(
        "theo hướng dẫn của một nơi, báo chí, trang luật",
        "local guidance, news, law pages",
    ),
    Status.UNVERIFIED: Text(
        "chưa tìm thấy lời văn, hoặc suy ra; cần đối chiếu văn bản trước khi dùng làm căn cứ",
        "not found or inferred; compare it with the text before relying on it",
    ),
}
CLASSES: Final[Mapping[SubjectClass, Text]] = {
    SubjectClass.PARTY_ORGANIZATION: Text("tổ chức đảng", "Party organisation"),
    SubjectClass.MEMBER: Text("đảng viên", "Party member"),
    SubjectClass.OUTSIDE_MEMBER: Text(
        "đảng viên không công tác trong hệ thống chính trị",
        "Party member outside the political system",
    ),
    SubjectClass.COLLECTIVE: Text("tập thể lãnh đạo, quản lý", "leadership collective"),
    SubjectClass.LEADER: Text("cán bộ lãnh đạo, quản lý", "leader or manager"),
    SubjectClass.CENTRAL_LEADER: Text(
        "cán bộ lãnh đạo, quản lý thuộc diện Trung ương quản lý", "leader managed by the Centre"
    ),
}
_APPLIES: Final = Text("Áp dụng đối với", "Applies to")
_WHEN: Final = Text("Chỉ áp dụng khi chọn", "Only under the choice")
_ASKS: Final = Text("Điều kiện", "Condition")
_IF: Final = Text("Khi", "If")
_NOTE: Final = Text("Giải thích", "Explanation")
_EVERYBODY: Final = Text("mọi đối tượng", "everybody")
_POINTS: Final = Text("{} điểm", "{} points")
_DAY: Final = Text("ngày {}", "{}")
_NEXT_YEAR: Final = Text("ngày {} năm sau", "{} of the next year")


def sections(rulebook: Rulebook) -> tuple[ReadableSection, ...]:
    """Return everything that the rulebook holds, in the order in which a year goes."""
    found = [make(rulebook) for make in _SECTIONS]
    return tuple(one for one in found if any(group.entries for group in one.groups))


def _entry(
    rulebook: Rulebook, part: Sourced, entry_id: str, title: Text, lines: Iterable[Line]
) -> Entry:
    return Entry(
        id=entry_id,
        title=title,
        lines=tuple(lines),
        citations=tuple(dict.fromkeys(rulebook.citations(part.cites))),
        status=part.status,
        is_fixed=part.fixed,
        topic=part.topic or "",
    )


def _section(
    section_id: str, title: Text, intro: Text, entries: Iterable[Entry]
) -> ReadableSection:
    return ReadableSection(section_id, title, intro, (Group(None, tuple(entries)),))


def _grouped(
    section_id: str, title: Text, intro: Text, groups: Iterable[Group]
) -> ReadableSection:
    kept = tuple(
        Group(one.title, tuple(replace(entry, under=one.title) for entry in one.entries))
        for one in groups
        if one.entries
    )
    return ReadableSection(section_id, title, intro, kept)


def _line(label: Text, value: Text | None) -> Iterator[Line]:
    if value is not None and value.vi:
        yield Line(label, value)


def _classes(rulebook: Rulebook, classes: Iterable[SubjectClass]) -> Text:
    """Name classes of subject; all that a rulebook tells apart are one word."""
    named = tuple(classes)
    if not named or set(rulebook.subject_classes) <= set(named):
        return _EVERYBODY
    return join((CLASSES[one] for one in named), Text("; ", "; "))


def _when(rulebook: Rulebook, chosen: Mapping[str, tuple[str, ...]]) -> Iterator[Line]:
    for setting_id, choices in chosen.items():
        setting = next(one for one in rulebook.settings if one.id == setting_id)
        named = (one.title for one in setting.choices if one.id in choices)
        said = join(named, Text(" hoặc ", " or "))
        yield Line(_WHEN, fill(Text("{}: {}", "{}: {}"), setting.title, said))


def _day(due: Due) -> Text:
    words = _NEXT_YEAR if due.years_later else _DAY
    return fill(words, plain(f"{due.day:02}/{due.month:02}"))


def _levels(rulebook: Rulebook) -> ReadableSection:
    return _section(
        "levels",
        Text("Các mức xếp loại", "Levels"),
        Text("Từ cao xuống thấp.", "Best first."),
        (_entry(rulebook, one, one.id, one.title, ()) for one in rulebook.levels),
    )


def _criteria(rulebook: Rulebook) -> ReadableSection:
    listed = {one.subject_class for one in rulebook.content.criteria}

    def group(part: SubjectClass) -> Iterator[Group]:
        own = next(one for one in rulebook.content.criteria if one.subject_class is part)
        title = CLASSES[part]
        if own.annex:
            named = Text("{} (phụ lục {})", "{} (annex {})")
            title = fill(named, title, plain(own.annex))
        scored = tuple(
            _entry(rulebook, one, one.id, one.title, _max_score(one.max_score))
            for one in own.score_groups
        )
        words = Text("Gồm cả các tiêu chí của {}", "With all criteria of: {}")
        lead = tuple(Entry(f"{part}-{one}", fill(words, CLASSES[one])) for one in own.includes)
        judged = tuple(_criterion(rulebook, one) for one in own.criteria)
        yield Group(title, (*lead, *scored, *judged))

    return _grouped(
        "criteria",
        Text("Tiêu chí đánh giá", "Criteria"),
        Text(
            "Tiêu chí của từng loại đối tượng; điểm chỉ ghi khi văn bản có quy định.",
            "The criteria of each class; points only where the text gives them.",
        ),
        (one for part in SubjectClass if part in listed for one in group(part)),
    )


def _criterion(rulebook: Rulebook, one: Criterion) -> Entry:
    blocks = {block.id: block.title for block in rulebook.content.blocks}
    kind = (
        Text("kết quả thực hiện nhiệm vụ", "results of duties")
        if one.result
        else Text("tiêu chí khác", "other criteria")
    )
    lines = [
        Line(Text("Nhóm", "Group"), one.group),
        Line(Text("Tính vào", "Counts among"), kind),
        *_max_score(one.max_score),
        *_line(Text("Khối", "Sector"), _blocks(blocks, one.blocks)),
        *_line(_NOTE, one.help),
    ]
    return _entry(rulebook, one, one.id, one.title, lines)


def _blocks(titles: Mapping[str, Text], wanted: Iterable[str]) -> Text:
    return join((titles[one] for one in wanted), Text("; ", "; "))


def _max_score(score: Fraction | None) -> Iterator[Line]:
    if score is not None:
        said = fill(_POINTS, number_text(score))
        yield Line(Text("Điểm tối đa", "Maximum"), said)


_RULE_GROUPS: Final[tuple[tuple[tuple[RuleKind, ...], Text], ...]] = (
    ((RuleKind.PRECONDITION,), Text("Trước khi xếp loại", "Before any rating")),
    ((RuleKind.REQUIREMENT,), Text("Điều kiện để xếp mức “{}”", "What “{}” requires")),
    (
        (RuleKind.TRIGGER, RuleKind.GROUND),
        Text("Trường hợp chỉ xếp mức “{}”", "What leaves no more than “{}”"),
    ),
    ((RuleKind.CAP,), Text("Mức trần", "Caps")),
)


def _rules(rulebook: Rulebook) -> ReadableSection:
    def groups() -> Iterator[Group]:
        for kinds, title in _RULE_GROUPS:
            if "{}" not in title.vi:
                yield Group(title, _of(kinds, None))
                continue
            for level in rulebook.levels:
                yield Group(fill(title, level.title), _of(kinds, level.id))

    def _of(kinds: tuple[RuleKind, ...], level: str | None) -> tuple[Entry, ...]:
        return tuple(
            _rule(rulebook, one)
            for one in rulebook.content.rules
            if one.kind in kinds and level in {None, one.level}
        )

    return _grouped(
        "rules",
        Text("Điều kiện xếp loại", "Rules of the rating"),
        Text(
            "Quy tắc chưa đối chiếu chỉ cảnh báo, không chặn.",
            "A rule that nobody has verified warns and blocks nothing.",
        ),
        groups(),
    )


def _rule(rulebook: Rulebook, one: RuleSpec) -> Entry:
    asks = one.kind in {RuleKind.PRECONDITION, RuleKind.REQUIREMENT}
    condition = condition_text(rulebook, one.condition) if one.condition else None
    lines = [
        Line(_APPLIES, _classes(rulebook, one.applies_to)),
        *_line(_ASKS if asks else _IF, condition),
        *_level_line(rulebook, one),
        *_presumption(rulebook, one),
        *_when(rulebook, one.when),
        *_line(Text("Hiệu lực", "Force"), _force(one)),
        *_line(_NOTE, one.help),
    ]
    return _entry(rulebook, one, one.id, one.title, lines)


def _level_line(rulebook: Rulebook, one: RuleSpec) -> Iterator[Line]:
    label = Text("Không cao hơn", "No better than")
    if one.level_from:
        named = next(fact.title for fact in rulebook.facts if fact.name == one.level_from)
        yield Line(label, named)
    elif one.kind is RuleKind.CAP:
        yield Line(label, rulebook.level(one.level).title)


def _presumption(rulebook: Rulebook, one: RuleSpec) -> Iterator[Line]:
    if one.presumption is None:
        return
    titles = {fact.name: fact.title for fact in rulebook.facts}
    grounds = join((titles[name] for name in one.presumption.grounds), Text("; ", "; "))
    yield Line(Text("Được xem xét lại khi", "May be lifted when"), grounds)
    yield from _line(Text("Thẩm quyền xem xét", "By"), one.presumption.lifted_by)


def _force(one: RuleSpec) -> Text:
    said = []
    if one.severity is Severity.WARN:
        said.append(Text("chỉ cảnh báo", "warns only"))
    if one.discretionary:
        said.append(
            Text("cấp có thẩm quyền cân nhắc, nêu lý do", "the authority weighs it, with reasons")
        )
    if one.only_this_level:
        said.append(Text("chỉ đối với mức này", "for this level only"))
    return join(said, Text("; ", "; "))


def _participation(rulebook: Rulebook) -> ReadableSection:
    return _section(
        "participation",
        Text("Đối tượng và trường hợp riêng", "Who takes part, and special cases"),
        Text(
            "Ngoài các trường hợp dưới đây, mọi đối tượng đều kiểm điểm và xếp loại.",
            "Everybody else is reviewed and rated.",
        ),
        (_participant(rulebook, one) for one in rulebook.participation),
    )


def _participant(rulebook: Rulebook, one: ParticipationRule) -> Entry:
    if one.review and one.rate:
        what = Text("kiểm điểm và xếp loại", "is reviewed and rated")
    elif one.review:
        what = Text("kiểm điểm nhưng không xếp loại", "is reviewed, not rated")
    else:
        what = Text("không kiểm điểm, không xếp loại", "is neither reviewed nor rated")
    titles = {comment.id: comment.title for comment in rulebook.content.comments}
    lines = [
        Line(_APPLIES, _classes(rulebook, one.applies_to)),
        Line(_IF, condition_text(rulebook, one.if_)),
        Line(Text("Thì", "Then"), what),
        *_line(Text("Căn cứ xếp loại", "Rated on"), one.basis),
        *_line(Text("Nơi xếp loại", "Rated by"), one.rated_by),
        *_line(Text("Cần có", "Needs"), titles.get(one.comment or "")),
        *_when(rulebook, one.when),
        *_line(_NOTE, one.explanation),
    ]
    return _entry(rulebook, one, one.id, one.title, lines)


def _comments(rulebook: Rulebook) -> ReadableSection:
    required = Text("bắt buộc", "required")
    return _section(
        "comments",
        Text("Nhận xét kèm hồ sơ", "Comments that belong to a dossier"),
        Text(""),
        (
            _entry(
                rulebook,
                one,
                one.id,
                one.title,
                [
                    Line(_APPLIES, _classes(rulebook, one.applies_to)),
                    Line(Text("Người nhận xét", "By"), one.author),
                    Line(Text("Khi nào", "When"), one.needed_when),
                    *_line(Text("Mức độ", "Force"), required if one.mandatory else None),
                ],
            )
            for one in rulebook.content.comments
        ),
    )


def _quotas(rulebook: Rulebook) -> ReadableSection:
    return _section(
        "quotas",
        Text("Tỷ lệ tối đa", "Quotas"),
        Text(
            "Chương trình chỉ tính và báo; xét ai ở mức nào là việc của cấp có thẩm quyền.",
            "The application counts and tells; the authority decides who has which level.",
        ),
        (_quota(rulebook, one) for one in rulebook.content.quotas),
    )


def _quota(rulebook: Rulebook, one: QuotaSpec) -> Entry:
    names = (
        *(one.base_setting, one.rounding_setting, one.group_setting),
        *(one.head_setting, one.enforcement_setting),
    )
    titles = {setting.id: setting.title for setting in rulebook.settings}
    words = Text("không quá {}% số được xếp mức “{}”", "at most {}% of those rated “{}”")
    limit = fill(words, number_text(one.ratio * 100), rulebook.level(one.base_level).title)
    lines = [
        Line(_APPLIES, CLASSES[one.subject_class]),
        Line(fill(Text("Mức “{}”", "“{}”"), rulebook.level(one.level).title), limit),
        Line(Text("Phạm vi tính", "Counted"), one.group_title),
        Line(
            Text("Cách tính do cấp có thẩm quyền chọn", "Chosen by the authority"),
            join((titles[name] for name in names if name), Text("; ", "; ")),
        ),
    ]
    if one.exception is not None:
        lines.append(Line(Text("Ngoại lệ", "Exception"), one.exception.title))
    return _entry(rulebook, one, one.id, one.title, lines)


def _settings(rulebook: Rulebook) -> ReadableSection:
    return _section(
        "settings",
        Text("Điều văn bản để ngỏ", "What the text leaves open"),
        Text(
            "Cấp có thẩm quyền chọn khi lập đợt kiểm điểm; lựa chọn được ghi lại.",
            "The authority chooses when the cycle is set up; the choice is recorded.",
        ),
        (_setting(rulebook, one) for one in rulebook.settings),
    )


def _setting(rulebook: Rulebook, one: Setting) -> Entry:
    default = next(choice.title for choice in one.choices if choice.id == one.default)
    lines = [
        Line(
            Text("Các lựa chọn", "Choices"),
            join((choice.title for choice in one.choices), Text("; ", "; ")),
        ),
        Line(Text("Mặc định", "Default"), default),
        Line(Text("Vì sao phải chọn", "Why it must be chosen"), one.why),
        *_line(Text("Người chọn", "Chosen by"), one.decided_by),
        *_line(Text("Tác dụng trong chương trình", "What it does here"), one.effect),
    ]
    return _entry(rulebook, one, one.id, one.title, lines)


def _stages(rulebook: Rulebook) -> ReadableSection:
    return _section(
        "stages",
        Text("Các bước", "Steps"),
        Text(
            "Hạn ghi ở đây là gợi ý; lịch của đợt kiểm điểm có hiệu lực.",
            "Days here are suggestions; the calendar of the cycle holds.",
        ),
        (_stage(rulebook, one) for one in rulebook.stages),
    )


def _stage(rulebook: Rulebook, one: Stage) -> Entry:
    days = one.notice_working_days
    notice = fill(Text("{} ngày làm việc", "{} working days"), plain(days)) if days else None
    lasts = one.duration_days
    lines = [
        Line(Text("Người thực hiện", "By"), one.actor),
        Line(Text("Hạn gợi ý", "Suggested by"), _day(one.due)),
        *_line(Text("Gửi tài liệu trước ít nhất", "Papers sent before, at least"), notice),
        *_line(
            Text("Thời gian ít nhất", "Lasts at least"),
            fill(Text("{} ngày", "{} days"), plain(lasts)) if lasts else None,
        ),
        *_line(Text("Phải có", "Needs"), _inputs(one, mandatory=True)),
        *_line(Text("Có thể có", "May use"), _inputs(one, mandatory=False)),
        *_line(_NOTE, one.help),
    ]
    return _entry(rulebook, one, one.id, one.title, lines)


def _inputs(one: Stage, *, mandatory: bool) -> Text | None:
    titles = (each.title for each in one.inputs if each.mandatory == mandatory)
    return join(titles, Text("; ", "; "))


def _orders(rulebook: Rulebook) -> ReadableSection:
    return _section(
        "orders",
        Text("Việc nào trước, việc nào sau", "What comes before what"),
        Text(""),
        (_entry(rulebook, one, one.id, one.title, ()) for one in rulebook.orders),
    )


_AND: Final = Text("; ", "; ")
# What stands in the files under these keys; the room of units names its kinds the same way.
_UNITS: Final[Mapping[str, Text]] = {
    "central": Text("trung ương", "the centre"),
    "province": Text("đảng bộ tỉnh, thành phố", "Party organisation of a province or city"),
    "district": Text("đảng bộ quận, huyện và tương đương", "district Party organisation"),
    "superior": Text(
        "đảng bộ cấp trên trực tiếp cơ sở", "Party organisation directly above the grassroots"
    ),
    "grassroots_organization": Text("đảng bộ cơ sở", "grassroots Party organisation"),
    "grassroots_cell": Text("chi bộ cơ sở", "grassroots cell"),
    "section": Text("đảng bộ bộ phận", "sectional Party organisation"),
    "cell": Text("chi bộ trực thuộc", "cell"),
    "cell_group": Text("tổ đảng", "cell group"),
}


def _authorities(rulebook: Rulebook) -> ReadableSection:
    return _grouped(
        "authorities",
        Text("Thẩm quyền quyết định", "Who decides"),
        Text(""),
        (
            Group(
                CLASSES[part],
                tuple(
                    _authority(rulebook, one, place)
                    for place, one in enumerate(rulebook.content.authorities)
                    if one.subject_class is part
                ),
            )
            for part in SubjectClass
        ),
    )


def _authority(rulebook: Rulebook, one: Authority, place: int) -> Entry:
    units = join((_UNITS[kind] for kind in one.unit_kinds), _AND)
    above = join((_UNITS[kind] for kind in one.superior_kinds), Text(" hoặc ", " or "))
    lines = [
        *_line(Text("Quyết định đối với", "Decides about"), units),
        *_line(Text("Khi trực thuộc", "Where they belong to"), above),
        *_line(Text("Tự nhận mức", "Rates itself"), one.self_rates),
        *_line(Text("Đề xuất", "Proposes"), one.proposes),
        *_line(Text("Cũng có thể là", "Or"), join(one.alternatives, Text("; ", "; "))),
        *_when(rulebook, one.when),
        *_line(_NOTE, one.explanation),
    ]
    return _entry(rulebook, one, f"authority-{place}", one.title, lines)


def _deadlines(rulebook: Rulebook) -> ReadableSection:
    def entry(one: Deadline) -> Entry:
        lines = [
            Line(Text("Hạn", "Due"), _day(one.due)),
            *_line(_APPLIES, one.for_ or _classes(rulebook, one.applies_to)),
        ]
        return _entry(rulebook, one, one.id, one.title, lines)

    title = Text("Thời hạn", "Deadlines")
    return _section("deadlines", title, Text(""), map(entry, rulebook.content.deadlines))


def _duties(rulebook: Rulebook) -> ReadableSection:
    def entry(one: Duty) -> Entry:
        lines = [
            Line(_APPLIES, _classes(rulebook, one.applies_to)),
            *_line(Text("Hạn", "Due"), _day(one.due) if one.due else None),
            *_line(_NOTE, one.help),
        ]
        return _entry(rulebook, one, one.id, one.title, lines)

    title = Text("Việc phải làm sau xếp loại", "After the rating")
    return _section("duties", title, Text(""), map(entry, rulebook.content.duties))


def _rerating(rulebook: Rulebook) -> ReadableSection:
    title = Text("Xếp loại lại", "Rating again")
    return _section(
        "rerating",
        title,
        Text(""),
        (_again(rulebook, one) for one in rulebook.content.rerating),
    )


_QUOTA_AGAIN: Final = {
    "recount": Text("tính lại tỷ lệ của nhóm", "the group is counted again"),
    "keep": Text("giữ tỷ lệ đã tính", "the count stays"),
    "unspecified": Text("văn bản không nêu", "the text does not say"),
}


def _again(rulebook: Rulebook, one: RatingAgain) -> Entry:
    papers = {each.id: each for each in rulebook.content.documents}
    paper = papers.get(one.document or "")
    lines = [
        *_line(_IF, condition_text(rulebook, one.if_) if one.if_ else None),
        Line(Text("Người đề nghị", "Opened by"), one.opened_by),
        Line(Text("Người quyết định", "Decided by"), one.decided_by),
        *_line(Text("Văn bản", "Paper"), paper.title if paper else None),
        Line(Text("Tỷ lệ", "Quota"), _QUOTA_AGAIN[one.quota]),
    ]
    return _entry(rulebook, one, one.id, one.title, lines)


def _documents(rulebook: Rulebook) -> ReadableSection:
    def entry(one: DocumentSpec) -> Entry:
        lines = [
            *_line(Text("Ký hiệu", "Code"), plain(one.code)),
            *_line(Text("Nội dung", "Fields"), join(one.fields, Text("; ", "; "))),
        ]
        return _entry(rulebook, one, one.id, one.title, lines)

    title = Text("Văn bản, danh mục khác", "Other papers")
    return _section("documents", title, Text(""), map(entry, rulebook.content.documents))


def _forms(rulebook: Rulebook) -> ReadableSection:
    title = Text("Mẫu bản kiểm điểm", "Forms of the self-review")
    return _section(
        "forms", title, Text(""), (_form(rulebook, one) for one in rulebook.content.forms)
    )


def _form(rulebook: Rulebook, one: FormSpec) -> Entry:
    asked = {each.id: _asked(each) for each in rulebook.content.questions}
    lines = [Line(_APPLIES, _classes(rulebook, one.applies_to))]
    for part in one.sections:
        questions = (asked[question] for question in part.questions)
        lines.append(Line(part.title, join(questions, Text("; ", "; "))))
    return _entry(
        rulebook, one, one.id, fill(Text("{}: {}", "{}: {}"), plain(one.code), one.title), lines
    )


def _asked(question: Question) -> Text:
    """Tell the grade on a criterion from the words about it, which often bear the same title."""
    if question.kind is not QuestionKind.GRADE:
        return question.title
    return fill(Text("tự đánh giá “{}”", "own grade: “{}”"), question.title)


_SUPPLIED: Final = {
    "application": Text("hồ sơ trong hệ thống", "records of the application"),
    "review": Text(
        "bản tự kiểm điểm; người đề xuất hoặc thẩm định sửa được, kèm nguồn",
        "the self-review; a person may correct it, sourced",
    ),
    "person": Text("người đề xuất hoặc thẩm định nhập, kèm nguồn", "a person enters it, sourced"),
    "authority": Text("cấp có thẩm quyền kết luận", "an authority concluded it"),
}


def _facts(rulebook: Rulebook) -> ReadableSection:
    impossible = tuple(
        Entry(one.id, one.title, (Line(_IF, condition_text(rulebook, one.if_)),))
        for one in rulebook.content.contradictions
    )
    return _grouped(
        "facts",
        Text("Dữ kiện và nguồn", "Facts and who tells them"),
        Text(
            "Điều chưa biết được coi là chưa biết, không bao giờ coi là “không”.",
            "What is not known stays unknown and is never taken for “no”.",
        ),
        (
            Group(None, tuple(map(_fact, rulebook.facts))),
            Group(Text("Dữ kiện mâu thuẫn, không nhận", "Facts that can't both be"), impossible),
        ),
    )


def _fact(one: FactSpec) -> Entry:
    lines = (
        Line(Text("Nguồn", "Told by"), one.origin or _SUPPLIED[one.supplied_by]),
        *_line(Text("Nơi cung cấp", "Ask"), one.owed_by),
        *_line(_NOTE, one.help),
    )
    return Entry(one.name, one.title, lines)


_SECTIONS: Final[tuple[Callable[[Rulebook], ReadableSection], ...]] = (
    _levels,
    _participation,
    _criteria,
    _rules,
    _quotas,
    _settings,
    _stages,
    _orders,
    _authorities,
    _deadlines,
    _comments,
    _forms,
    _documents,
    _duties,
    _rerating,
    _facts,
)
