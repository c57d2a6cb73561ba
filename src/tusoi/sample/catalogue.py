"""The samples that can be loaded and served, by the year that they show."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tusoi.sample.accounts import END_ACCOUNTS, SAMPLE_ACCOUNTS, WARD_ACCOUNTS, SampleAccount
from tusoi.sample.load import Loaded, load_sample, load_sample_end
from tusoi.sample.ward_load import load_ward
from tusoi.sample.year_after import load_year_after


@dataclass(frozen=True)
class Sample:
    title: str
    load: Callable[..., Loaded]
    accounts: tuple[SampleAccount, ...]
    seed: int
    has_any_size: bool = False


SAMPLES: Final = {
    "2022": Sample(
        "kiểm điểm năm 2022 ở Đảng bộ quận Bình Thủy (30/11/2022)",
        load_sample,
        SAMPLE_ACCOUNTS,
        2022,
        has_any_size=True,
    ),
    "2022-end": Sample(
        "Đảng bộ quận Bình Thủy sau khi quyết định xong xếp loại năm 2022 (20/01/2023)",
        load_sample_end,
        END_ACCOUNTS,
        2022,
        has_any_size=True,
    ),
    "2023": Sample(
        "Đảng bộ quận Bình Thủy một năm sau: hạn chế năm 2022 đã khắc phục đến đâu (20/11/2023)",
        load_year_after,
        SAMPLE_ACCOUNTS,
        2022,
        has_any_size=True,
    ),
    "2025": Sample(
        "kiểm điểm năm 2025 ở Đảng bộ phường Tân Mẫu, hư cấu (28/12/2025)",
        load_ward,
        WARD_ACCOUNTS,
        2025,
    ),
}
FIRST: Final = "2022"
