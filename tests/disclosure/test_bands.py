import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enishi.disclosure.bands import Band, band, label, rounded_to_ten


def test_each_count_falls_into_its_band() -> None:
    banded = band(np.array([0, 1, 9, 10, 49, 50, 99, 100, 104, 105, 115, 1234567]))
    assert banded.bands.tolist() == [1, 1, 1, 2, 2, 3, 3, 4, 4, 4, 4, 4]
    assert banded.values.tolist() == [-1] * 7 + [100, 100, 100, 120, 1234570]


def test_a_band_says_itself_without_words() -> None:
    said = [label(number, 1230) for number in Band]
    assert said == ["0–9", "0–9", "10–49", "50–99", "1,230", "X"]


def test_a_negative_count_is_an_error_of_the_caller() -> None:
    with pytest.raises(ValueError, match="never negative"):
        band(np.array([3, -1]))


@given(st.lists(st.integers(0, 10**7), max_size=30))
def test_what_is_shown_is_never_further_off_than_its_band(counts: list[int]) -> None:
    values = rounded_to_ten(np.array(counts, dtype=np.int64))
    assert (np.abs(values - np.array(counts, dtype=np.int64)) <= 5).all()
    banded = band(np.array(counts, dtype=np.int64))
    shown_exactly = banded.values >= 0
    assert (np.array(counts, dtype=np.int64)[shown_exactly] >= 100).all()
    assert (banded.values[shown_exactly] % 10 == 0).all()


def test_of_a_cell_that_is_withheld_nothing_is_told() -> None:
    banded = band(np.array([[3, 1230], [40, 0]]), np.array([[False, True], [False, True]]))
    assert banded.bands.tolist() == [[1, Band.WITHHELD], [2, Band.WITHHELD]]
    assert banded.values.tolist() == [[-1, -1], [-1, -1]]
