"""The votes of a meeting as finished lines of its minutes; the room of meetings is below."""

from collections.abc import Iterator, Mapping, Sequence

from django.utils import translation
from django.utils.translation import gettext as _

from tusoi.ballots.enums import QuestionKind
from tusoi.ballots.queries.polls import VoteInMinutes, votes_for_minutes
from tusoi.ballots.queries.results import OptionVotes, QuestionResult
from tusoi.cycles.models import ReviewCycle
from tusoi.cycles.queries import rulebook_of
from tusoi.meetings.models import ReviewMeeting
from tusoi.meetings.queries import MinutesVote, VoteFigure


def minutes_votes(meeting: ReviewMeeting) -> list[MinutesVote]:
    """Return the votes of a meeting as its minutes print them, void ones too.

    A poll with several questions gives one entry for each, with the figures of its papers.
    """
    with translation.override("vi"):
        polls = votes_for_minutes(meeting)
        levels = _levels(meeting.cycle) if polls else {}
        return [vote for poll in polls for vote in _of_poll(poll, polls, levels)]


def _levels(cycle: ReviewCycle) -> dict[str, str]:
    return {one.id: one.title.vi for one in rulebook_of(cycle).levels}


def _of_poll(
    poll: VoteInMinutes, polls: Sequence[VoteInMinutes], levels: Mapping[str, str]
) -> Iterator[MinutesVote]:
    title = _("Bỏ phiếu kín lần %(number)s") % {"number": poll.number}
    if poll.is_void:
        for obligation_id in poll.obligation_ids or (None,):
            yield MinutesVote(
                obligation_id,
                title,
                opened_at=poll.opened_at,
                mode=_mode(poll),
                void_reason=poll.void_reason,
                void_people=_("%(asked)s đề nghị, %(agreed)s đồng ý")
                % {"asked": poll.void_asked_by, "agreed": poll.voided_by},
                repeated_number=_repeated_in(poll, polls, obligation_id),
            )
        return
    for result in poll.results:
        titles = levels if result.kind is QuestionKind.LEVEL else {}
        yield MinutesVote(
            obligation_id=result.obligation_id,
            title=title if result.obligation_id else f"{title}: {result.text}",
            opened_at=poll.opened_at,
            mode=_mode(poll),
            figures=_figures(poll, result, titles),
            outcome=_outcome(result, titles),
            hides_figures=result.is_small,
        )


def _repeated_in(
    void: VoteInMinutes, polls: Sequence[VoteInMinutes], obligation_id: int | None
) -> int | None:
    """Return the number of the next vote on the same: said to repeat it, or on that subject."""
    for one in polls:
        is_later = one.number > void.number
        is_same = one.repeats_number == void.number or obligation_id in one.obligation_ids
        if is_later and is_same:
            return one.number
    return None


def _mode(poll: VoteInMinutes) -> str:
    if poll.has_paper_part:
        return _("%(mode)s, một phần bằng phiếu giấy") % {"mode": poll.mode_label}
    return poll.mode_label


def _figures(
    poll: VoteInMinutes, result: QuestionResult, titles: Mapping[str, str]
) -> tuple[VoteFigure, ...]:
    papers = (
        (_("Có mặt được biểu quyết"), result.voter_count),
        (_("Phiếu phát ra"), result.issued_count),
        (_("Phiếu thu về"), result.returned_count),
        (_("Phiếu hợp lệ"), result.valid_count),
        (_("Phiếu trắng"), result.blank_count),
        (_("Phiếu không hợp lệ"), result.invalid_count),
    )
    marks = (
        (_("Mã kiểm tra nội dung phiếu"), poll.config_digest),
        (_("Mã kiểm tra hòm phiếu"), poll.urn_digest),
    )
    return (
        *(VoteFigure(title, str(count)) for title, count in papers),
        *(VoteFigure(_title(one, titles), str(one.count)) for one in result.votes),
        *(VoteFigure(title, mark) for title, mark in marks if mark),
    )


def _title(option: OptionVotes, titles: Mapping[str, str]) -> str:
    """Return the official wording of a level, or the words of any other option."""
    return titles.get(option.option_id, option.title)


def _outcome(result: QuestionResult, titles: Mapping[str, str]) -> str:
    chosen = ", ".join(
        _title(one, titles) for one in result.votes if one.option_id in result.chosen_ids
    )
    if result.kind is QuestionKind.LEVEL:
        if not chosen:
            return _("Không mức nào đủ số phiếu.")
        return _("Mức được đề nghị: %(title)s.") % {"title": chosen}
    if not chosen:
        return _("Không phương án nào đủ số phiếu.")
    return _("Kết quả: %(title)s.") % {"title": chosen}
