"""The map keeps what was used last, and no more than its size."""

from enishi.kit.lru import LruMap


def test_the_entry_used_longest_ago_is_evicted() -> None:
    kept: LruMap[str, int] = LruMap(2)
    assert kept.put("a", 1) is None
    assert kept.put("b", 2) is None
    assert kept.get("a") == 1
    assert kept.put("c", 3) == ("b", 2)
    assert [kept.get(key) for key in "abc"] == [1, None, 3]
    assert len(kept) == 2


def test_a_value_put_again_counts_as_used() -> None:
    kept: LruMap[str, int] = LruMap(2)
    kept.put("a", 1)
    kept.put("b", 2)
    assert kept.put("a", 10) is None
    assert kept.put("c", 3) == ("b", 2)
    assert kept.get("a") == 10


def test_entries_can_be_removed() -> None:
    kept: LruMap[str, int] = LruMap(3)
    kept.put("a", 1)
    kept.put("b", 2)
    assert kept.pop("a") == 1
    assert kept.pop("a") is None
    kept.clear()
    assert len(kept) == 0
