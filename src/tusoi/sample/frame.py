"""When and where a sample plays: everything it writes is dated and placed by its frame."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Final


@dataclass(frozen=True)
class Frame:
    year: int
    place: str
    founded_on: dt.date
    seated_on: dt.date
    opened_on: dt.date
    # Cells meet from this day on, within so many days; those above them between two days.
    first_meeting: dt.date
    cell_days: int
    committee_days: tuple[dt.date, dt.date]
    # The day on which the sample is shown.
    today: dt.date
    # When those meet who had not finished by `committee_days`, and the topmost organisation;
    # unset where neither had come about by the day of the sample.
    late_days: tuple[dt.date, dt.date] | None = None
    root_meets_on: dt.date | None = None

    @property
    def is_complete(self) -> bool:
        """Say whether everybody was reviewed and every level decided by the day of the sample."""
        return self.late_days is not None


DISTRICT: Final = Frame(
    year=2022,
    place="Bình Thủy",
    founded_on=dt.date(2004, 1, 1),
    seated_on=dt.date(2020, 6, 15),
    opened_on=dt.date(2022, 10, 10),
    first_meeting=dt.date(2022, 11, 5),
    cell_days=19,
    committee_days=(dt.date(2022, 11, 25), dt.date(2022, 11, 29)),
    today=dt.date(2022, 11, 30),
)
# The same district seven weeks on: what remained has met, and every level is decided.
DISTRICT_END: Final = replace(
    DISTRICT,
    today=dt.date(2023, 1, 20),
    late_days=(dt.date(2022, 12, 1), dt.date(2022, 12, 12)),
    root_meets_on=dt.date(2022, 12, 27),
)
# A year on: the plans of 2022 were carried out, and the next review has begun.
DISTRICT_NEXT: Final = replace(DISTRICT_END, today=dt.date(2023, 11, 20))
# Wards of this kind exist since 1 July 2025; the guideline on the review is of 31 October.
WARD: Final = Frame(
    year=2025,
    place="Tân Mẫu",
    founded_on=dt.date(2025, 7, 1),
    seated_on=dt.date(2025, 7, 1),
    opened_on=dt.date(2025, 11, 5),
    first_meeting=dt.date(2025, 12, 1),
    cell_days=9,
    committee_days=(dt.date(2025, 12, 12), dt.date(2025, 12, 16)),
    today=dt.date(2025, 12, 28),
)
