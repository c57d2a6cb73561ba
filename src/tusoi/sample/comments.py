"""Writes the comments by others that the sample's members handed in with their reviews."""

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.people.models import Account
from tusoi.reviews.enums import CommentSource
from tusoi.reviews.models import ReviewComment
from tusoi.reviews.queries import comment_needs
from tusoi.sample.dossiers import Dossier, Writer, moment
from tusoi.sample.population import Population
from tusoi.units.enums import UnitSector


# A few slips had not come by the end of November: what is missing is part of the picture.
_MISSING_SHARE: Final = 0.06
_BATCH: Final = 1_000
_TEXTS: Final = {
    CommentSource.RESIDENCE: (
        "Gương mẫu chấp hành quy định ở nơi cư trú, dự đủ các cuộc họp được mời.",
        "Bản thân và gia đình tham gia tốt các phong trào ở khu vực.",
        "Giữ mối liên hệ với chi ủy nơi cư trú; cần dự họp dân đều hơn.",
    ),
}


def write_comments(
    *,
    cycle: ReviewCycle,
    dossiers: Sequence[Dossier],
    population: Population,
    rng: random.Random,
    actor: Account,
) -> int:
    """Write what the rules ask for, for those who handed a review in; return how many."""
    quarters = [
        f"Chi ủy {unit.name}, {unit.parent.name.removeprefix('Đảng bộ ')}"
        for unit in population.units.values()
        if unit.sector == UnitSector.RESIDENTIAL and unit.parent and unit.has_members
    ]
    writer, count = Writer(), 0
    for obligation, source, day in _asked(cycle, dossiers):
        if source not in _TEXTS or rng.random() < _MISSING_SHARE:
            continue
        home = source is CommentSource.RESIDENCE and quarters
        writer.add(
            ReviewComment(
                obligation=obligation,
                source=source,
                body=rng.choice(quarters) if home else "Lãnh đạo cơ quan, đơn vị",
                commented_on=day,
                text=rng.choice(_TEXTS[source]),
                attached_at=moment(day, 16),
                attached_by=actor,
            )
        )
        count += 1
    writer.flush()
    return count


def _asked(
    cycle: ReviewCycle, dossiers: Sequence[Dossier]
) -> Iterator[tuple[Obligation, CommentSource, dt.date]]:
    """Yield each comment that a dossier needs, with the day on which it was written."""
    written = (one for one in dossiers if one.review is not None and one.meets_on is not None)
    while batch := list(islice(written, _BATCH)):
        for one in batch:
            one.obligation.cycle = cycle
        days = {one.obligation.pk: one.meets_on for one in batch}
        on = cycle.period_to
        needs = comment_needs([one.obligation for one in batch], on=on)
        for one in batch:
            day = days[one.obligation.pk]
            for need in needs.get(one.obligation.pk, ()):
                if need.is_open and day is not None:
                    yield one.obligation, need.source, day - dt.timedelta(days=3)
