"""Whether the parts of a rulebook agree with each other. One function per agreement."""

from collections import Counter
from collections.abc import Iterable, Iterator

from tusoi.engine import EngineError
from tusoi.rulebooks.checking_links import Found, check_links, check_points, problem
from tusoi.rulebooks.errors import NotInRulebook, Problem
from tusoi.rulebooks.reading import Path
from tusoi.rulebooks.rulebook import Rulebook
from tusoi.rulebooks.schema import Cite, ConditionSpec, QuestionKind, SubjectClass


def check(rulebook: Rulebook) -> Iterator[Found]:
    """Find every contradiction. Conditions are weighed only when the names agree."""
    names = [
        *_ids_once(rulebook),
        *_citations(rulebook),
        *_classes(rulebook),
        *_questions(rulebook),
        *_settings(rulebook),
        *_orders(rulebook),
    ]
    if not names:
        names = [*check_links(rulebook), *check_points(rulebook)]
    yield from names
    if not names:
        yield from _conditions(rulebook)
        yield from _grades(rulebook)


def _ids_once(rulebook: Rulebook) -> Iterator[Found]:
    content = rulebook.content
    lists: dict[str, Iterable[str]] = {
        "grades": (one.id for one in content.grades),
        "levels": (one.id for one in content.levels),
        "facts": (one.name for one in content.facts),
        "rules": (one.id for one in content.rules),
        "participation": (one.id for one in content.participation),
        "comments": (one.id for one in content.comments),
        "quotas": (one.id for one in content.quotas),
        "stages": (one.id for one in content.stages),
        "orders": (one.id for one in content.orders),
        "settings": (one.id for one in content.settings),
        "contradictions": (one.id for one in content.contradictions),
        "deadlines": (one.id for one in content.deadlines),
        "duties": (one.id for one in content.duties),
        "rerating": (one.id for one in content.rerating),
        "documents": (one.id for one in content.documents),
        "forms": (one.id for one in content.forms),
        "questions": (one.id for one in content.questions),
        "criteria": (one.id for part in content.criteria for one in part.criteria),
        "instruments": (one.key for one in content.instruments),
    }
    for key, ids in lists.items():
        seen = list(ids)
        for name, count in Counter(seen).items():
            if count > 1:
                last = len(seen) - 1 - seen[::-1].index(name)
                path: Path = (key,) if key == "criteria" else (key, last)
                yield (
                    path,
                    problem(
                        found=f"{name!r} {count} times",
                        expected="an id of its own",
                        remedy="Rename or delete one.",
                        subject=name,
                    ),
                )


def _citations(rulebook: Rulebook) -> Iterator[Found]:
    instruments = {one.key for one in rulebook.content.instruments}
    sources = {one.key for one in rulebook.content.sources}
    for path, cite in _cites(rulebook):
        if cite.instrument not in instruments:
            yield (
                path,
                problem(
                    found=f"the instrument {cite.instrument!r}",
                    expected=f"one of {', '.join(sorted(instruments))}",
                    remedy="Correct the key, or add the instrument to rulebook.yaml.",
                ),
            )
        if cite.source and cite.source not in sources:
            yield (
                path,
                problem(
                    found=f"the source {cite.source!r}",
                    expected="a source of rulebook.yaml",
                    remedy="Correct the key, or add the source.",
                ),
            )


def _cites(rulebook: Rulebook) -> Iterator[tuple[Path, Cite]]:
    content = rulebook.content
    lists = {
        "levels": content.levels,
        "rules": content.rules,
        "participation": content.participation,
        "comments": content.comments,
        "quotas": content.quotas,
        "stages": content.stages,
        "orders": content.orders,
        "authorities": content.authorities,
        "settings": content.settings,
        "forms": content.forms,
        "questions": content.questions,
        "deadlines": content.deadlines,
        "duties": content.duties,
        "rerating": content.rerating,
        "documents": content.documents,
    }
    for key, parts in lists.items():
        for index, part in enumerate(parts):
            for number, cite in enumerate(part.cites):
                yield (key, index, "cites", number), cite
    for index, group in enumerate(content.criteria):
        for place, criterion in enumerate(group.criteria):
            for number, cite in enumerate(criterion.cites):
                yield ("criteria", index, "criteria", place, "cites", number), cite


def _classes(rulebook: Rulebook) -> Iterator[Found]:
    """Every class of subject needs criteria, a form and somebody who decides."""
    content = rulebook.content
    for wanted in content.subject_classes:
        lists = {
            "criteria": [one.subject_class for one in content.criteria],
            "authorities": [one.subject_class for one in content.authorities],
            "forms": [one for form in content.forms for one in form.applies_to],
        }
        for key, classes in lists.items():
            if wanted not in classes:
                yield (
                    (key,),
                    problem(
                        found=f"nothing for {wanted.value}",
                        expected=f"an entry in {key}",
                        remedy="Add one.",
                    ),
                )


def _questions(rulebook: Rulebook) -> Iterator[Found]:
    content = rulebook.content
    known = {one.id for one in content.questions}
    used: set[str] = set()
    for index, form in enumerate(content.forms):
        for place, section in enumerate(form.sections):
            for number, question in enumerate(section.questions):
                used.add(question)
                if question not in known:
                    path = ("forms", index, "sections", place, "questions", number)
                    yield (
                        path,
                        problem(
                            found=f"the question {question!r}",
                            expected="a file in forms/questions",
                            remedy="Correct the id, or write the question.",
                        ),
                    )
    for index, one in enumerate(content.questions):
        if one.id not in used:
            yield (
                ("questions", index),
                problem(
                    found="a question that no form puts",
                    expected="it in a section of a form",
                    remedy="Place it, or delete the file.",
                    subject=one.id,
                ),
            )


def _settings(rulebook: Rulebook) -> Iterator[Found]:
    known = {one.id for one in rulebook.settings}
    levels = {one.id for one in rulebook.levels}
    for index, quota in enumerate(rulebook.content.quotas):
        wanted = {quota.base_setting, quota.rounding_setting} - known
        for name in sorted(wanted | ({quota.level, quota.base_level} - levels)):
            yield (
                ("quotas", index),
                problem(
                    found=repr(name),
                    expected="a setting of settings.yaml, or a level of levels.yaml",
                    remedy="Correct the name.",
                    subject=quota.id,
                ),
            )


def _orders(rulebook: Rulebook) -> Iterator[Found]:
    """What comes before what may not go round in a circle."""
    after: dict[str, set[str]] = {}
    for index, order in enumerate(rulebook.orders):
        after.setdefault(order.before, set()).add(order.after)
        if order.before in _reachable(order.after, after):
            yield (
                ("orders", index),
                problem(
                    found=f"{order.before} before {order.after}, and the other way round",
                    expected="one order",
                    remedy="Delete or turn one of the two.",
                    subject=order.id,
                ),
            )


def _reachable(start: str, after: dict[str, set[str]]) -> set[str]:
    found, waiting = {start}, [start]
    while waiting:
        following = after.get(waiting.pop(), set()) - found
        found |= following
        waiting.extend(following)
    return found


def _conditions(rulebook: Rulebook) -> Iterator[Found]:
    for index, spec in enumerate(rulebook.content.rules):
        for name in spec.applies_to:
            compiler = rulebook.compiler(name)
            try:
                compiler.rule(spec, ())
                if spec.level_from:
                    compiler.kind_of(spec.level_from)
            except (EngineError, NotInRulebook, ValueError) as error:
                yield ("rules", index), _unreadable(error, spec.id)
                break
    for key, place, subject, condition in _other_conditions(rulebook):
        try:
            rulebook.compiler(SubjectClass.MEMBER).condition(condition)
        except (EngineError, ValueError) as error:
            yield (key, place), _unreadable(error, subject)
    yield from _whole(rulebook)


def _other_conditions(rulebook: Rulebook) -> Iterator[tuple[str, int, str, ConditionSpec]]:
    content = rulebook.content
    for place, clause in enumerate(content.participation):
        yield "participation", place, clause.id, clause.if_
    for place, one in enumerate(content.contradictions):
        yield "contradictions", place, one.id, one.if_
    for place, again in enumerate(content.rerating):
        if again.if_:
            yield "rerating", place, again.id, again.if_


def _whole(rulebook: Rulebook) -> Iterator[Found]:
    """The rules of every class are a set the engine accepts, whatever the authority chooses."""
    choices = [{one.id: choice.id} for one in rulebook.settings for choice in one.choices]
    told = set()
    for name in rulebook.subject_classes:
        for settings in choices or [{}]:
            try:
                rulebook.rules_for(name, settings)
            except (EngineError, ValueError) as error:
                told.add(str(error))
    for sentence in sorted(told):
        yield ("rules",), _unreadable(ValueError(sentence), "")


def _unreadable(error: Exception, subject: str) -> Problem:
    return problem(
        found=str(error),
        expected="a condition that can be weighed",
        remedy="Correct the name or the value.",
        subject=subject,
    )


def _grades(rulebook: Rulebook) -> Iterator[Found]:
    """A form asks for the grade of every criterion of its subjects exactly once."""
    for name in rulebook.subject_classes if rulebook.grades else ():
        form = rulebook.form_for(name)
        asked = Counter(one.criterion for one in form.questions if one.kind is QuestionKind.GRADE)
        for criterion in rulebook.criteria_for(name):
            if asked[criterion.id] != 1:
                yield (
                    ("forms",),
                    problem(
                        found=f"{asked[criterion.id]} questions for the grade of {criterion.id}",
                        expected=f"one in {form.id} for {name.value}",
                        remedy="Add or remove a question of kind grade.",
                        subject=criterion.id,
                    ),
                )
