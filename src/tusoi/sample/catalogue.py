"""The samples that can be loaded and served, by the year that they show."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tusoi.sample.accounts import SAMPLE_ACCOUNTS, WARD_ACCOUNTS, SampleAccount
from tusoi.sample.load import Loaded, load_sample
from tusoi.sample.ward_load import load_ward


@dataclass(frozen=True)
class Sample:
    title: str
    load: Callable[..., Loaded]
    accounts: tuple[SampleAccount, ...]
    seed: int


SAMPLES: Final = {
    "2022": Sample(
        "kiểm điểm năm 2022 ở Đảng bộ quận Bình Thủy (30/11/2022)",
        load_sample,
        SAMPLE_ACCOUNTS,
        2022,
    ),
    "2025": Sample(
        "kiểm điểm năm 2025 ở Đảng bộ phường Tân Mẫu, hư cấu (28/12/2025)",
        load_ward,
        WARD_ACCOUNTS,
        2025,
    ),
}
FIRST: Final = "2022"
