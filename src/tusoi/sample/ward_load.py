"""Loads the sample of 2025: the Party organisation of an invented ward, rated with points."""

import datetime as dt
import random
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from tusoi.access.enums import RoleKey
from tusoi.access.models import RoleGrant
from tusoi.cycles import operations as cycles
from tusoi.cycles.enums import StageKey, SubjectKind
from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.cycles.operations import default_calendar
from tusoi.cycles.queries import rulebook_of
from tusoi.people.models import Account
from tusoi.people.queries import system_account
from tusoi.reviews import operations as reviews
from tusoi.reviews.operations import TextEdit
from tusoi.rulebooks.library import load
from tusoi.sample import (
    accounts,
    comments,
    dossiers,
    levels,
    meetings,
    minutes,
    population,
    remedies,
    ward,
)
from tusoi.sample.frame import WARD
from tusoi.sample.load import (
    Counter,
    DatabaseNotEmpty,
    Loaded,
    Progress,
    acknowledge,
    silent,
)
from tusoi.sample.ward_cases import WardScribe
from tusoi.sample.ward_ratings import Raters, rate_ward
from tusoi.units.models import Unit
from tusoi.units.operations import rebuild_closure


RULEBOOK = "366-2025"
_BEST_CELL = "TM-KP1"
_NOT_ACKNOWLEDGED = ("TM-KP4",)
# What the authority of the ward chose where the regulation leaves it open.
_SETTINGS = {
    "quota-base": "good_only",
    "quota-rounding": "floor",
    "quota-group": "grassroots",
    "score-above-band": "next-lower",
    "no-level-matches": "authority-decides",
    # So that a head is warned of a level above that of the body.
    "quarterly-layer": "applied",
}
_DAYS = {
    StageKey.ACKNOWLEDGE: dt.date(2025, 11, 10),
    StageKey.SELF_REVIEW: dt.date(2025, 11, 28),
    StageKey.MEETING: dt.date(2025, 12, 12),
    StageKey.PROPOSE: dt.date(2025, 12, 16),
    StageKey.APPRAISE: dt.date(2025, 12, 22),
}


@transaction.atomic
def load_ward(*, seed: int = 2025, progress: Progress = silent) -> Loaded:
    """Write the ward, as far as its review had come on 28 December 2025.

    Raises:
        DatabaseNotEmpty: there are organisations in the database already.
    """
    if Unit.objects.exists():
        raise DatabaseNotEmpty
    rng = random.Random(seed)  # noqa: S311 -- a sample, not a secret
    people = _write_people(rng, progress)
    cycle = _open_cycle(people)
    authors = accounts.sample_authors()
    _appoint(people, authors)
    _classify(cycle, people, authors[1])
    scribe = WardScribe(rulebook_of(cycle), rng, authors[0], people)
    written = dossiers.write_dossiers(
        cycle=cycle,
        rulebook=scribe.rulebook,
        population=people,
        rng=rng,
        actor=authors[0],
        advance=Counter("bản kiểm điểm", sum(map(len, people.members_of.values())), progress),
        adjust=lambda every: _keep_to_quota(every, cycle, people),
        scribe=scribe,
    )
    told: dict[str, Any] = {"cycle": cycle, "dossiers": written, "population": people, "rng": rng}
    comments.write_comments(**told, actor=authors[0])
    meeting_count = meetings.write_meetings(**told, actor=authors[0])
    plan_count = remedies.write_plans(**told, actor=authors[0])
    cycles.rebuild_progress(cycle_id=cycle.pk)
    progress("xếp loại", 0, 1)
    rate_ward(
        cycle=cycle,
        rulebook=scribe.rulebook,
        dossiers=written,
        cases=scribe.cases,
        population=people,
        raters=Raters(*authors),
    )
    minutes.write_minutes(cycle=cycle, population=people, codes=people.units, actor=authors[0])
    _begin_drafts(cycle)
    acknowledge(cycle, authors[0], WARD, _NOT_ACKNOWLEDGED)
    _dismiss(authors)
    cycles.rebuild_progress(cycle_id=cycle.pk)
    progress("xếp loại", 1, 1)
    return Loaded(
        unit_count=len(people.units),
        member_count=sum(map(len, people.members_of.values())),
        obligation_count=len(written),
        meeting_count=meeting_count,
        plan_count=plan_count,
        cycle=cycle,
    )


def _keep_to_quota(
    every: list[dossiers.Dossier], cycle: ReviewCycle, people: population.Population
) -> None:
    """As many as the quota allows; of ten cells that are rated, one may be excellent."""
    levels.keep_to_quota(every, cycle, people, ward.DECIDED)
    for one in every:
        kind = SubjectKind(one.obligation.subject_kind)
        code = people.plan_of_unit(one.obligation.unit_id).code
        if kind == SubjectKind.GRASSROOTS_ORGANIZATION and code == _BEST_CELL:
            one.level_rank = 0


def _write_people(rng: random.Random, progress: Progress) -> population.Population:
    people = population.Population(frame=WARD)
    root = ward.plan_ward()
    population.write_units([root], None, people)
    rebuild_closure()
    total = sum(one.member_count for one in root.walk())
    count = Counter("đảng viên", total, progress)
    population.write_people(people, rng, count, ward.admission_days)
    ward.write_occupations(people, rng)
    population.write_posts(people)
    ward.write_standings(people)
    ward.write_disciplines(people)
    accounts.write_accounts(people, system_account(), accounts.WARD_ACCOUNTS)
    return people


def _open_cycle(people: population.Population) -> ReviewCycle:
    rulebook = load(RULEBOOK)
    calendar = default_calendar(rulebook, WARD.year)
    calendar |= {(kind, key): day for key, day in _DAYS.items() for kind in SubjectKind}
    cycle = cycles.create_cycle(
        root_id=people.units[ward.ROOT].pk,
        draft=cycles.CycleDraft(
            name="Kiểm điểm, đánh giá, xếp loại chất lượng năm 2025",
            year=WARD.year,
            period_from=dt.date(WARD.year, 1, 1),
            period_to=dt.date(WARD.year, 12, 31),
            rulebook_identity=rulebook.identity,
            rulebook_settings=_SETTINGS,
            directive=cycles.Directive(
                number="Kế hoạch mẫu 08-KH/ĐU",
                on=dt.date(2025, 11, 3),
                issuer="Ban Thường vụ Đảng ủy phường Tân Mẫu",
                requirements=(
                    "Chấm điểm theo kết quả, sản phẩm cụ thể; nêu rõ số nhiệm vụ được giao, hoàn "
                    "thành, chậm, vượt mức. Người đứng đầu không tự nhận mức cao hơn tập thể."
                ),
            ),
            calendar=calendar,
            is_sample=True,
        ),
        actor=system_account(),
        at=dossiers.moment(WARD.opened_on, 8),
    )
    return cycles.open_cycle(
        cycle_id=cycle.pk, actor=system_account(), at=dossiers.moment(WARD.opened_on, 9)
    )


def _appoint(people: population.Population, authors: tuple[Account, Account]) -> None:
    """Let the two authors act while the sample is written: one proposes, the other decides."""
    first, second = authors
    Account.objects.filter(pk__in=[first.pk, second.pk]).update(is_active=True)
    first.is_active = second.is_active = True
    root = people.units[ward.ROOT]
    wanted = [
        (first, RoleKey.CELL_COMMITTEE, root),
        (second, RoleKey.ORGANIZATION_BOARD, root),
        *((second, RoleKey.DECIDING_AUTHORITY, unit) for unit in people.units.values()),
    ]
    RoleGrant.objects.bulk_create(
        RoleGrant(
            account=account,
            role=role,
            unit=unit,
            valid_from=WARD.opened_on,
            granted_at=dossiers.moment(WARD.opened_on),
            granted_by=system_account(),
        )
        for account, role, unit in wanted
    )


def _dismiss(authors: Iterable[Account]) -> None:
    keys = [one.pk for one in authors]
    RoleGrant.objects.filter(account__in=keys).delete()
    Account.objects.filter(pk__in=keys).update(is_active=False)


def _classify(cycle: ReviewCycle, people: population.Population, actor: Account) -> None:
    """Give each its class and sector block; who works outside the system writes form 2C."""
    at = dossiers.moment(WARD.opened_on, 14)
    for one in Obligation.objects.filter(cycle=cycle).select_related("person").order_by("pk"):
        plan = people.plan_of_unit(one.unit_id)
        is_member = one.subject_kind == SubjectKind.MEMBER
        outside = is_member and one.person is not None and ward.is_outside(one.person, plan)
        rule_class = "outside_member" if outside else _CLASSES[SubjectKind(one.subject_kind)]
        cycles.classify_obligation(
            obligation_id=one.pk,
            rule_class=rule_class,
            block="" if outside else ward.BLOCKS.get(plan.code, ""),
            actor=actor,
            at=at,
        )


_CLASSES = {
    SubjectKind.SUPERIOR_ORGANIZATION: "party_organization",
    SubjectKind.GRASSROOTS_ORGANIZATION: "party_organization",
    SubjectKind.MEMBER: "member",
    SubjectKind.COLLECTIVE: "collective",
    SubjectKind.LEADER: "leader",
}


def _begin_drafts(cycle: ReviewCycle) -> None:
    """Leave one member in the middle of writing: points given, the duties not yet told."""
    account = Account.objects.select_related("person").get(username="dangvien.khupho4")
    owed = Obligation.objects.get(
        cycle=cycle, person=account.person, subject_kind=SubjectKind.MEMBER
    )
    at = dossiers.moment(dt.date(2025, 12, 27), 19)
    review = reviews.start_review(obligation_id=owed.pk, actor=account, at=at)
    edits = {
        "personal-politics-ethics": "Chấp hành nghiêm chủ trương của Đảng; giữ đoàn kết khu phố.",
        "score-general": "27,5",
        "score-tasks": "63",
    }
    reviews.save_draft(
        review_id=review.pk,
        draft=reviews.Draft(
            answers=[TextEdit(name, text) for name, text in edits.items()], level="excellent"
        ),
        actor=account,
        at=at + dt.timedelta(minutes=20),
    )
