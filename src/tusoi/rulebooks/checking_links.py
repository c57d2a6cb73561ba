"""Whether what one part of a rulebook names exists elsewhere in it, and fits."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from tusoi.engine import TOTAL, Base, Enforcement, Rounding
from tusoi.rulebooks.errors import Problem
from tusoi.rulebooks.reading import Path
from tusoi.rulebooks.rulebook import (
    AUTHORITY_DECIDES,
    HEAD_INSIDE,
    HEAD_OUTSIDE,
    LOWEST_LEVEL,
    Rulebook,
)
from tusoi.rulebooks.schema import (
    SETTING_CHOICES,
    CriteriaSet,
    Criterion,
    FactKind,
    QuestionKind,
    QuotaSpec,
    ScoreGroup,
    SettingId,
)


Found = tuple[Path, Problem]


def check_links(rulebook: Rulebook) -> Iterator[Found]:
    yield from _choices_named(rulebook)
    yield from _settings_fit(rulebook)
    yield from _facts_named(rulebook)
    yield from _parts_named(rulebook)


def problem(*, found: str, expected: str, remedy: str, subject: str = "") -> Problem:
    return Problem("rulebook", 0, subject, found, expected, remedy)


def _choices_named(rulebook: Rulebook) -> Iterator[Found]:
    """Every `when:` names a setting and choices that it has."""
    content = rulebook.content
    known = {one.id: {choice.id for choice in one.choices} for one in content.settings}
    whens: list[tuple[str, int, str, Mapping[str, tuple[str, ...]]]] = [
        *(("rules", place, one.id, one.when) for place, one in enumerate(content.rules)),
        *(("participation", n, one.id, one.when) for n, one in enumerate(content.participation)),
        *(("authorities", n, "", one.when) for n, one in enumerate(content.authorities)),
    ]
    for key, place, subject, when in whens:
        for setting, choices in when.items():
            strange = sorted(set(choices) - known.get(setting, set()))
            if strange:
                yield (
                    (key, place, "when"),
                    problem(
                        found=f"{setting}: {', '.join(strange)}",
                        expected=_expected_choices(known, setting),
                        remedy="Correct the name of the setting or of the choice.",
                        subject=subject,
                    ),
                )


def _expected_choices(known: Mapping[str, set[str]], setting: str) -> str:
    if setting not in known:
        return f"a setting of settings.yaml: {', '.join(sorted(known))}"
    return f"choices of {setting}: {', '.join(sorted(known[setting]))}"


def _settings_fit(rulebook: Rulebook) -> Iterator[Found]:
    """A setting that the program reads has no choice that it does not know."""
    content = rulebook.content
    if content.no_match_setting:
        known = {AUTHORITY_DECIDES, LOWEST_LEVEL}
        yield from _choices_known(
            rulebook, content.no_match_setting, known, ("no_match_setting",), content.id
        )
    for place, setting in enumerate(content.settings):
        if setting.id in SETTING_CHOICES:
            wanted = set(SETTING_CHOICES[SettingId(setting.id)])
            yield from _choices_known(
                rulebook, setting.id, wanted, ("settings", place), setting.id
            )
    for place, quota in enumerate(content.quotas):
        for name, known in _quota_settings(quota):
            yield from _choices_known(rulebook, name, known, ("quotas", place), quota.id)


def _quota_settings(quota: QuotaSpec) -> Iterator[tuple[str, set[str]]]:
    yield quota.base_setting, {one.value for one in Base}
    yield quota.rounding_setting, {one.value for one in Rounding}
    if quota.enforcement_setting:
        yield quota.enforcement_setting, {one.value for one in Enforcement}
    if quota.head_setting:
        yield quota.head_setting, {HEAD_INSIDE, HEAD_OUTSIDE}
    if quota.group_setting:
        yield quota.group_setting, set(quota.groups)


def _choices_known(
    rulebook: Rulebook, name: str, known: set[str], path: Path, subject: str
) -> Iterator[Found]:
    setting = next((one for one in rulebook.settings if one.id == name), None)
    if setting is None:
        yield (
            path,
            problem(
                found=repr(name),
                expected="a setting of settings.yaml",
                remedy="Correct the name, or add the setting.",
                subject=subject,
            ),
        )
        return
    strange = sorted({one.id for one in setting.choices} - known)
    if strange:
        yield (
            path,
            problem(
                found=f"{name} with {', '.join(strange)}",
                expected=f"only {', '.join(sorted(known))}",
                remedy="Rename or delete the choice.",
                subject=subject,
            ),
        )


def _facts_named(rulebook: Rulebook) -> Iterator[Found]:
    """A fact that something other than a condition names is there, and of the right kind."""
    content = rulebook.content
    kinds = {one.name: one.kind for one in content.facts}
    wanted: list[tuple[Path, str, str, FactKind | None]] = [
        *(
            (("quotas", place), one.id, one.exception.fact, FactKind.BOOLEAN)
            for place, one in enumerate(content.quotas)
            if one.exception
        ),
        *(
            (("duties", place), one.id, one.feeds, None)
            for place, one in enumerate(content.duties)
            if one.feeds
        ),
    ]
    for path, subject, name, kind in wanted:
        if name not in kinds or (kind and kinds[name] is not kind):
            yield (
                path,
                problem(
                    found=f"the fact {name!r}",
                    expected=f"a {kind.value} fact of facts.yaml" if kind else "it in facts.yaml",
                    remedy="Correct the name, or add the fact.",
                    subject=subject,
                ),
            )


def _parts_named(rulebook: Rulebook) -> Iterator[Found]:
    content = rulebook.content
    comments = {one.id for one in content.comments}
    documents = {one.id for one in content.documents}
    for place, clause in enumerate(content.participation):
        if clause.comment and clause.comment not in comments:
            yield _absent(("participation", place), clause.comment, "comments.yaml", clause.id)
    for place, again in enumerate(content.rerating):
        if again.document and again.document not in documents:
            yield _absent(("rerating", place), again.document, "documents.yaml", again.id)


def _absent(path: Path, name: str, file: str, subject: str) -> Found:
    return path, problem(
        found=repr(name),
        expected=f"an id of {file}",
        remedy="Correct the id, or add the entry.",
        subject=subject,
    )


def check_points(rulebook: Rulebook) -> Iterator[Found]:
    """Groups of points add up, criteria belong to them, and a form asks for each."""
    for place, group in enumerate(rulebook.content.criteria):
        path: Path = ("criteria", place)
        yield from _groups_add_up(rulebook, group, path)
        yield from _criteria_placed(rulebook, group, path)
        yield from _weights_add_up(rulebook, group, path)
    yield from _points_asked(rulebook)


def _groups_add_up(rulebook: Rulebook, group: CriteriaSet, path: Path) -> Iterator[Found]:
    wanted, groups = rulebook.content.score_total, group.score_groups
    if not groups:
        return
    ids = {one.id for one in rulebook.criteria_for(group.subject_class)} | {TOTAL}
    for one in groups:
        if one.id in ids:
            yield (
                (*path, "score_groups"),
                problem(
                    found=f"the group {one.id!r}",
                    expected="an id that no criterion has and that is not `total`",
                    remedy="Rename the group.",
                    subject=one.id,
                ),
            )
    found = sum((one.max_score for one in groups), Fraction(0))
    if found != wanted:
        yield (
            (*path, "score_groups"),
            problem(
                found=f"groups that make {found} points",
                expected=f"{wanted}, the score_total of rulebook.yaml",
                remedy="Correct the points of a group.",
                subject=group.subject_class.value,
            ),
        )


def _criteria_placed(rulebook: Rulebook, group: CriteriaSet, path: Path) -> Iterator[Found]:
    groups = {one.id for one in rulebook.score_groups_for(group.subject_class)}
    blocks = {one.id for one in rulebook.blocks}
    for place, one in enumerate(group.criteria):
        if one.score_group and one.score_group not in groups:
            yield _strange((*path, "criteria", place), one, "group of points", one.score_group)
        for block in sorted(set(one.blocks) - blocks):
            yield _strange((*path, "criteria", place), one, "sector block", block)


def _strange(path: Path, criterion: Criterion, what: str, found: str) -> Found:
    return path, problem(
        found=f"the {what} {found!r}",
        expected=f"a {what} of this rulebook",
        remedy="Correct the name.",
        subject=criterion.id,
    )


def _weights_add_up(rulebook: Rulebook, group: CriteriaSet, path: Path) -> Iterator[Found]:
    """Either no criterion of a group has points of its own, or all have and they add up."""
    for one in rulebook.score_groups_for(group.subject_class):
        wrong = next(_wrong_weights(rulebook, group, one), None)
        if wrong:
            yield (
                (*path, "criteria"),
                problem(
                    found=wrong,
                    expected=f"points for all criteria of {one.id} that make {one.max_score}, "
                    "or for none",
                    remedy="Add the missing points, or correct them.",
                    subject=one.id,
                ),
            )


def _wrong_weights(rulebook: Rulebook, group: CriteriaSet, one: ScoreGroup) -> Iterator[str]:
    for block in ("", *(block.id for block in rulebook.blocks)):
        own = [
            criterion
            for criterion in rulebook.criteria_for(group.subject_class, block)
            if criterion.score_group == one.id
        ]
        weights = [criterion.max_score for criterion in own if criterion.max_score is not None]
        if weights and len(weights) < len(own):
            without = [criterion.id for criterion in own if criterion.max_score is None]
            yield f"no points for {', '.join(without)}"
        elif weights and sum(weights, Fraction(0)) != one.max_score:
            where = f" in {block}" if block else ""
            yield f"criteria that make {sum(weights, Fraction(0))} points{where}"


def _points_asked(rulebook: Rulebook) -> Iterator[Found]:
    for name in rulebook.subject_classes:
        form = rulebook.form_for(name)
        asked = Counter(
            one.score_group for one in form.questions if one.kind is QuestionKind.SCORE
        )
        yield from _asked_once(
            form.id, name.value, asked, [one.id for one in rulebook.score_groups_for(name)]
        )


def _asked_once(
    form: str, subject_class: str, asked: Mapping[str, int], groups: Iterable[str]
) -> Iterator[Found]:
    for group in groups:
        if asked.get(group, 0) != 1:
            yield (
                ("forms",),
                problem(
                    found=f"{asked.get(group, 0)} questions for the points of {group}",
                    expected=f"one in {form} for {subject_class}",
                    remedy="Add or remove a question of kind score with this score_group.",
                    subject=group,
                ),
            )
