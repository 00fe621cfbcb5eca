"""Outlines of map squares enclose exactly those squares."""

from hypothesis import given
from hypothesis import strategies as st

from enishi.landscape.outlines import Point, outlines, svg_path

squares = st.sets(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=40)


def area(polygon: list[Point]) -> float:
    """Shoelace formula: positive clockwise, because y points down."""
    following = [*polygon[1:], polygon[0]]
    pairs = zip(polygon, following, strict=True)
    return sum(x * v - u * y for (x, y), (u, v) in pairs) / 2


def is_inside(x: float, y: float, polygons: list[list[Point]]) -> bool:
    """Even-odd rule along a ray to the right."""
    crossings = 0
    for polygon in polygons:
        for (a, b), (c, d) in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
            if a == c and a > x and min(b, d) < y < max(b, d):
                crossings += 1
    return crossings % 2 == 1


@given(squares)
def test_outlines_enclose_the_squares_and_nothing_else(given_squares: set[Point]) -> None:
    polygons = outlines(given_squares)
    assert sum(area(polygon) for polygon in polygons) == len(given_squares)
    for x in range(-1, 10):
        for y in range(-1, 10):
            assert is_inside(x + 0.5, y + 0.5, polygons) == ((x, y) in given_squares)


@given(squares)
def test_only_corners_are_kept_and_each_once(given_squares: set[Point]) -> None:
    for polygon in outlines(given_squares):
        for (a, b), (c, d) in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
            assert (a == c) != (b == d)
        assert len(polygon) == len(set(polygon)) >= 4


def test_a_block_with_a_hole_and_squares_that_touch_at_a_corner() -> None:
    ring = {(x, y) for x in range(3) for y in range(3)} - {(1, 1)}
    assert outlines(ring) == [
        [(0, 0), (3, 0), (3, 3), (0, 3)],
        [(1, 1), (1, 2), (2, 2), (2, 1)],
    ]
    assert [len(each) for each in outlines({(0, 0), (1, 1)})] == [4, 4]
    assert svg_path(outlines({(2, 3)})) == "M2 3L3 3L3 4L2 4Z"
    assert outlines([]) == []
