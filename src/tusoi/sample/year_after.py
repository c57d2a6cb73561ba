"""The district a year on: what fell short in 2022 was followed, and the next review asks for it.

The shortcomings and remedies are those of the report on 2022. How they went on is invented, and so
is everybody in it; it is done by the operations of the program, each with its day and its person.
"""

import datetime as dt
from decimal import Decimal
from typing import Final

from django.db import transaction

from tusoi.cycles import operations as cycles
from tusoi.cycles.enums import SubjectKind
from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.people.models import Account
from tusoi.people.queries import system_account
from tusoi.remediation import operations as remedies
from tusoi.remediation.enums import CauseClass, SourceKind, Verdict
from tusoi.remediation.models import FollowedShortcoming, RemediationAction
from tusoi.reviews.enums import CauseKind, Topic
from tusoi.reviews.operations import start_review
from tusoi.sample import blueprint
from tusoi.sample.dossiers import moment
from tusoi.sample.frame import DISTRICT_NEXT
from tusoi.sample.load import Loaded, Progress, load_sample, silent
from tusoi.units.models import Unit


RULEBOOK: Final = "124-2023"
_OPENED: Final = dt.date(2023, 10, 16)


@transaction.atomic
def load_year_after(
    *,
    members: int = blueprint.DISTRICT_MEMBER_COUNT,
    seed: int = 2022,
    progress: Progress = silent,
) -> Loaded:
    """Write the district as it stood on 20 November 2023, in the middle of the next review.

    Raises:
        DatabaseNotEmpty: there are organisations in the database already.
    """
    loaded = load_sample(members=members, seed=seed, progress=progress, frame=DISTRICT_NEXT)
    progress("khắc phục trong năm 2023", 0, 1)
    cycles.close_cycle(
        cycle_id=loaded.cycle.pk, actor=system_account(), at=moment(dt.date(2023, 3, 31), 9)
    )
    year = _Year(loaded.cycle)
    year.live_at_the_economic_office()
    year.live_at_tra_an()
    later = _open(loaded.cycle)
    year.come_back(later)
    year.begin_reviews(later)
    progress("khắc phục trong năm 2023", 1, 1)
    return loaded


def _open(earlier: ReviewCycle) -> ReviewCycle:
    made = cycles.create_cycle(
        root_id=earlier.root_id,
        draft=cycles.CycleDraft(
            name="Kiểm điểm, đánh giá, xếp loại chất lượng năm 2023",
            year=2023,
            period_from=dt.date(2023, 1, 1),
            period_to=dt.date(2023, 12, 31),
            rulebook_identity=RULEBOOK,
            directive=cycles.Directive(
                number="Mẫu 02-HD/QU",
                on=dt.date(2023, 10, 12),
                issuer="Ban Thường vụ Quận ủy",
                requirements=(
                    "Kiểm điểm rõ kết quả khắc phục từng hạn chế, khuyết điểm đã nêu năm 2022: "
                    "đã xong, đang làm đến đâu, chưa làm vì sao, ai chịu trách nhiệm."
                ),
            ),
            is_sample=True,
        ),
        actor=system_account(),
        at=moment(_OPENED, 8),
    )
    return cycles.open_cycle(cycle_id=made.pk, actor=system_account(), at=moment(_OPENED, 9))


class _Year:
    """What was done in 2023 about the shortcomings that the report named."""

    def __init__(self, cycle: ReviewCycle) -> None:
        self.cycle = cycle
        accounts = {one.username: one for one in Account.objects.filter(is_sample=True)}
        self.secretary = accounts["bithu.kinhte"]
        self.officer = accounts["canbo.traan"]
        self.board = accounts["bantochuc"]
        self.inspector = accounts["kiemtra"]

    def _unit(self, code: str) -> Unit:
        return Unit.objects.get(code=code)

    def _shortcoming(self, code: str, words: str) -> FollowedShortcoming:
        return FollowedShortcoming.objects.get(
            cycle=self.cycle, unit=self._unit(code), person=None, nature__startswith=words
        )

    def _actions(self, one: FollowedShortcoming) -> list[RemediationAction]:
        return list(one.actions.order_by("pk"))

    def _analyze(
        self,
        one: FollowedShortcoming,
        text: str,
        classified: str,
        actor: Account,
        day: dt.date,
        kind: str = CauseKind.SUBJECTIVE,
    ) -> None:
        remedies.analyze_cause(
            shortcoming_id=one.pk,
            cause=remedies.Cause(kind, text, classified),
            actor=actor,
            at=moment(day, 10),
        )

    def _note(
        self,
        action: RemediationAction,
        text: str,
        percent: int,
        actor: Account,
        day: dt.date,
        value: str = "",
    ) -> None:
        remedies.note_progress(
            action_id=action.pk,
            text=text,
            percent=percent,
            actor=actor,
            at=moment(day, 15),
            evidence=remedies.Evidence(reached_value=Decimal(value) if value else None),
        )

    def live_at_the_economic_office(self) -> None:
        """The Fund is put right; extension work and investment are under way."""
        fund = self._shortcoming("BT-KT", "Thu Quỹ")
        actor = self.secretary
        self._analyze(
            fund,
            "Chưa giao chỉ tiêu thu cho từng khu vực, đôn đốc dồn vào cuối năm.",
            CauseClass.SUPERVISION,
            actor,
            dt.date(2023, 1, 30),
        )
        (collect,) = self._actions(fund)
        self._note(collect, "Đã giao chỉ tiêu từng khu vực.", 20, actor, dt.date(2023, 2, 20))
        self._note(collect, "Thu đạt 58 % kế hoạch.", 60, actor, dt.date(2023, 4, 28), "58")
        self._finish(collect, "Thu đạt 97 % kế hoạch.", "97", actor, dt.date(2023, 6, 28))
        self._check(
            fund,
            Verdict.EFFECTIVE,
            "Đối chiếu biên lai thu đến 30/9/2023: đạt 97 % kế hoạch, năm 2022 đạt 74 %.",
            dt.date(2023, 10, 5),
        )
        self._close(fund, dt.date(2023, 10, 5))
        investment = self._shortcoming("BT-KT", "Thu hút đầu tư")
        self._analyze(
            investment,
            "Thủ tục thuê đất kéo dài, doanh nghiệp chưa có mặt bằng.",
            CauseClass.POLICY,
            actor,
            dt.date(2023, 1, 30),
            CauseKind.OBJECTIVE,
        )
        self._extension_work()

    def _extension_work(self) -> None:
        extension, actor = self._shortcoming("BT-KT", "Công tác khuyến nông"), self.secretary
        self._analyze(
            extension,
            "Cán bộ phụ trách kiêm nhiệm, mô hình chưa gắn với nhu cầu của nông hộ.",
            CauseClass.CAPACITY,
            actor,
            dt.date(2023, 1, 30),
        )
        models = self._actions(extension)[0]
        self._note(
            models,
            "Đã mở rộng mô hình nuôi lươn không bùn cho 6 hộ ở 2 phường.",
            40,
            actor,
            dt.date(2023, 5, 19),
        )
        asked = remedies.ask_extension(
            action_id=models.pk,
            until=dt.date(2023, 12, 20),
            reason="Chờ con giống vụ cuối năm.",
            actor=actor,
            at=moment(dt.date(2023, 6, 26), 9),
        )
        remedies.grant_extension(
            extension_id=asked.pk, actor=self.board, at=moment(dt.date(2023, 6, 28), 9)
        )
        self._issue_again(
            models.plan_id,
            "Gia hạn việc khuyến nông theo đề nghị đã được đồng ý; thước đo bổ sung sau.",
            actor,
            dt.date(2023, 6, 30),
        )

    def live_at_tra_an(self) -> None:
        """The Fund comes back; insurance is under way; discipline is put right."""
        actor = self.officer
        for words, text, classified in (
            (
                "Thu Quỹ",
                "Doanh nghiệp chưa được thông báo mức đóng từ đầu năm.",
                CauseClass.COORDINATION,
            ),
            (
                "Bao phủ bảo hiểm",
                "Chưa nhắc người lao động tự do đóng tiếp khi thẻ hết hạn.",
                CauseClass.SUPERVISION,
            ),
            ("Còn đảng viên", "Quản lý, giáo dục đảng viên chưa chặt.", CauseClass.LEADERSHIP),
        ):
            one = self._shortcoming("BT-TA", words)
            self._analyze(one, text, classified, actor, dt.date(2023, 1, 31))
        fund = self._shortcoming("BT-TA", "Thu Quỹ")
        persuade, mobilize = self._actions(fund)
        self._note(persuade, "Đã họp với 12 doanh nghiệp.", 50, actor, dt.date(2023, 3, 24))
        self._finish(
            persuade, "Đã gửi thông báo đến 41 doanh nghiệp.", "41", actor, dt.date(2023, 6, 20)
        )
        self._finish(
            mobilize,
            "12 chi bộ đăng ký mô hình “Dân vận khéo”.",
            "12",
            actor,
            dt.date(2023, 6, 22),
        )
        self._check(
            fund,
            Verdict.NOT_EFFECTIVE,
            "Thu từ doanh nghiệp đến 30/9/2023 mới đạt 38 % kế hoạch.",
            dt.date(2023, 10, 6),
        )
        self._second_round(fund, persuade)
        discipline = self._shortcoming("BT-TA", "Còn đảng viên")
        (role,) = self._actions(discipline)
        self._finish(
            role,
            "18/18 chi bộ đã kiểm tra chuyên đề; không phát sinh vi phạm mới.",
            "18",
            actor,
            dt.date(2023, 6, 29),
        )
        self._check(
            discipline,
            Verdict.EFFECTIVE,
            "Không có đảng viên bị kỷ luật trong 9 tháng năm 2023.",
            dt.date(2023, 10, 6),
        )
        self._close(discipline, dt.date(2023, 10, 6))

    def _second_round(self, fund: FollowedShortcoming, first: RemediationAction) -> None:
        remedies.add_action(
            plan_id=first.plan_id,
            content=remedies.ActionContent(
                text="Thu theo thông báo từng quý, công khai kết quả của từng doanh nghiệp.",
                shortcoming_ids=[fund.pk],
                owner_unit_id=first.plan.unit_id,
                partners="Chi cục Thuế, Hội Doanh nghiệp quận",
                start_on=dt.date(2023, 10, 16),
                due_on=dt.date(2024, 3, 31),
                measure="Thu từ doanh nghiệp so với kế hoạch",
                planned_value=Decimal(80),
                value_unit="%",
                first_step="Lập danh sách doanh nghiệp và mức đóng",
                first_due_on=dt.date(2023, 11, 15),
                steps=[
                    remedies.Step("Lập danh sách doanh nghiệp", dt.date(2023, 11, 15)),
                    remedies.Step("Gửi thông báo quý I/2024", dt.date(2024, 1, 10)),
                    remedies.Step("Công khai kết quả quý I", dt.date(2024, 3, 31)),
                ],
            ),
            actor=self.officer,
            at=moment(dt.date(2023, 10, 13), 9),
        )
        self._issue_again(
            first.plan_id,
            "Bổ sung việc thu Quỹ vì việc trước chưa hiệu quả; thước đo còn lại bổ sung sau.",
            self.officer,
            dt.date(2023, 10, 16),
        )

    def _issue_again(self, plan_id: int, why: str, actor: Account, day: dt.date) -> None:
        """Issue the changed plan as its next version, and send that one up too."""
        remedies.approve_plan(
            plan_id=plan_id,
            justification=why,
            gaps_until=dt.date(day.year, 12, 31),
            actor=actor,
            at=moment(day, 9),
        )
        remedies.send_plan(plan_id=plan_id, actor=actor, at=moment(day, 10))
        remedies.accept_plan(plan_id=plan_id, actor=self.board, at=moment(day, 15))

    def _finish(
        self, action: RemediationAction, text: str, value: str, actor: Account, day: dt.date
    ) -> None:
        remedies.finish_action(
            action_id=action.pk,
            text=text,
            actor=actor,
            at=moment(day, 16),
            evidence=remedies.Evidence(reached_value=Decimal(value)),
        )

    def _check(
        self, one: FollowedShortcoming, verdict: Verdict, grounds: str, day: dt.date
    ) -> None:
        remedies.check_effect(
            shortcoming_id=one.pk,
            verdict=verdict,
            grounds=grounds,
            checked_on=day,
            actor=self.inspector,
            at=moment(day, 17),
        )

    def _close(self, one: FollowedShortcoming, day: dt.date) -> None:
        remedies.close_shortcoming(shortcoming_id=one.pk, actor=self.inspector, at=moment(day, 18))

    def come_back(self, later: ReviewCycle) -> None:
        """Record in the new cycle what the ward's meeting found again."""
        again = remedies.record_shortcoming(
            cycle_id=later.pk,
            unit_id=self._unit("BT-TA").pk,
            content=remedies.ShortcomingContent(
                nature="Thu Quỹ phòng, chống thiên tai từ doanh nghiệp đạt thấp.",
                topic=Topic.FINANCE,
                extent="38 % kế hoạch đến 30/9/2023",
                planned_value=Decimal(100),
                reached_value=Decimal(38),
                value_unit="% kế hoạch",
            ),
            source=remedies.Source(SourceKind.MEETING, "Hội nghị Đảng ủy phường tháng 11/2023"),
            actor=self.officer,
            at=moment(dt.date(2023, 11, 14), 16),
        )
        self._analyze(
            again,
            "Việc làm năm 2023 mới dừng ở thông báo, chưa theo dõi từng doanh nghiệp.",
            CauseClass.SUPERVISION,
            self.officer,
            dt.date(2023, 11, 15),
        )

    def begin_reviews(self, later: ReviewCycle) -> None:
        """Let both begin their review: last year's shortcomings stand in the form."""
        for code, actor in (("BT-KT", self.secretary), ("BT-TA", self.officer)):
            owed = Obligation.objects.get(
                cycle=later,
                unit__code=code,
                person=None,
                collective=None,
                subject_kind=SubjectKind.GRASSROOTS_ORGANIZATION,
            )
            at = moment(dt.date(2023, 11, 16), 9)
            review = start_review(obligation_id=owed.pk, actor=actor, at=at)
            remedies.carry_over(review_id=review.pk, actor=actor, at=at)
