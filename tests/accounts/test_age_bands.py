"""Age bands are cut where the census can follow, and print in their order."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from enishi.accounts.dimensions import AGE_BANDS, band_of_age
from enishi.places import figures
from enishi.statistics.key_labels import get_labeller
from enishi.statistics.metrics import Dimension

_OLD = ("0-15", "16-19", "60-69", "70-79", "80-")  # of acts that were stored before


def _lowest(band: str) -> int:
    return int(band.partition("-")[0])


def test_bands_are_sums_of_the_groups_and_classes_of_the_census() -> None:
    lowest = [_lowest(band) for band in AGE_BANDS]
    assert set(lowest) <= {group for group in figures.AGE_GROUPS if group is not None}
    assert {15, 65, 75} <= set(lowest)
    assert AGE_BANDS[0] == "0-14"
    assert AGE_BANDS[-1] == "85-"
    assert list(AGE_BANDS[:-1]) == [f"{low}-{after - 1}" for low, after in pairwise(lowest)]


@given(st.integers(0, 120))
def test_every_age_lies_in_one_band(age: int) -> None:
    lower, _, upper = band_of_age(age).partition("-")
    assert int(lower) <= age <= int(upper or 120)


async def test_old_bands_keep_their_labels_and_sort_between_the_new_ones() -> None:
    label = await get_labeller(Dimension.AGE_BAND)
    assert label("60-69") == "60〜69歳"
    assert label("80-") == "80歳以上"
    every = sorted({*AGE_BANDS, *_OLD})
    assert [_lowest(band) for band in every] == sorted(_lowest(band) for band in every)
