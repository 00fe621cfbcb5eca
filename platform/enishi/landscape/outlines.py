"""Outlines of sets of map squares: what a map shows of a group instead of its people.

A square is (column, row), 0, 0 at the top left; the caller takes squares of enough people only. An
outline runs along the edges of the squares, so it says nothing more than which squares they are.
"""

from collections.abc import Iterable

Square = tuple[int, int]
Point = tuple[int, int]


def outlines(squares: Iterable[Square]) -> list[list[Point]]:
    """Closed polygons around the squares, holes included: the corners of each, without repeats.

    Each goes clockwise around squares and counter-clockwise around holes, and begins with its
    topmost corner of those furthest left. Squares that touch at a corner only are apart.
    """
    edges = _edges(set(squares))
    found = []
    while edges:
        start = min(edges)
        found.append(_corners(_walk(edges, start)))
    return found


def svg_path(polygons: Iterable[list[Point]]) -> str:
    """The polygons as the `d` of an SVG path."""
    parts = []
    for (x, y), *others in polygons:
        parts.append(f"M{x} {y}" + "".join(f"L{a} {b}" for a, b in others) + "Z")
    return "".join(parts)


def _edges(squares: set[Square]) -> dict[Point, list[Point]]:
    """Start -> ends of the edges between a square and what is none; squares lie at the right."""
    edges: dict[Point, list[Point]] = {}
    for x, y in sorted(squares):
        for neighbour, start, end in (
            ((x, y - 1), (x, y), (x + 1, y)),
            ((x + 1, y), (x + 1, y), (x + 1, y + 1)),
            ((x, y + 1), (x + 1, y + 1), (x, y + 1)),
            ((x - 1, y), (x, y + 1), (x, y)),
        ):
            if neighbour not in squares:
                edges.setdefault(start, []).append(end)
    return edges


def _walk(edges: dict[Point, list[Point]], start: Point) -> list[Point]:
    """The corners along one closed outline, whose edges are taken away."""
    path, here = [start], start
    before = (start[0], start[1] + 1)  # the topmost corner on the left: as if coming up to it
    while True:
        ends = edges[here]
        end = max(ends, key=lambda after: _turn(before, here, after))
        ends.remove(end)
        if not ends:
            del edges[here]
        if end == start:
            return path
        before, here = here, end
        path.append(here)


def _turn(before: Point, here: Point, after: Point) -> int:
    """1 for a turn to the right (y points down), -1 to the left: squares that touch stay apart."""
    one = (here[0] - before[0], here[1] - before[1])
    two = (after[0] - here[0], after[1] - here[1])
    return one[0] * two[1] - one[1] * two[0]


def _corners(path: list[Point]) -> list[Point]:
    """Without the points in the middle of a straight line."""
    around = [path[-1], *path, path[0]]
    return [
        here
        for before, here, after in zip(around, path, around[2:], strict=False)
        if _turn(before, here, after) != 0
    ]
