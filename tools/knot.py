"""Draws the mark of Enishi: an awaji knot, as mizuhiki cords are tied, in three strands.

The knot is a Turk's head of three leads and four bights whose lowest bight is cut open, so that its
two ends run out to the left and to the right: one tie between two places. The strands are offset
curves of one centre line; at every crossing the cord that passes below is cut back by a gap, so the
drawing needs no background colour and works on any paper.

    python tools/knot.py        writes frontend_templates/static/img/*.svg
"""

import itertools
import math
from dataclasses import dataclass
from pathlib import Path

IMAGES = Path(__file__).resolve().parent.parent / "frontend_templates" / "static" / "img"
MADDER, SPROUT, INDIGO = "#a4262c", "#2f6b3f", "#1e3a6b"
RADIUS, SWING, STRETCH = 58.0, 37.0, 1.42  # of the rosette; awaji knots are wider than high
OPENING = 0.42  # radians of the lowest bight that each end gives up
SAMPLES = 1400

Point = tuple[float, float]


@dataclass(frozen=True)
class Crossing:
    over: int
    under: int


def centre_line(reach: float) -> list[Point]:
    """The whole cord, left end to right end; `reach` is where the ends stop, from the middle."""
    start = 1.5 * math.pi + OPENING
    turns = 6 * math.pi - 2 * OPENING
    knot = [_rosette(start + turns * i / SAMPLES) for i in range(SAMPLES + 1)]
    # The walk begins right of the middle and ends left of it: below the knot the two ends cross.
    base = 112.0
    head, tail = knot[0], knot[-1]
    level = min(reach, 176.0)
    before = _ease((-level, base), (1, 0), head, _direction(knot[0], knot[1]))
    after = _ease(tail, _direction(knot[-2], knot[-1]), (level, base), (1, 0))
    return _even([(-reach, base), *before[:-1], *knot, *after[1:], (reach, base)], 1.0)


def _rosette(angle: float) -> Point:
    radius = RADIUS + SWING * math.cos(4 * (angle - 1.5 * math.pi) / 3)
    return STRETCH * radius * math.cos(angle), -radius * math.sin(angle)


def _direction(a: Point, b: Point) -> Point:
    length = math.dist(a, b)
    return (b[0] - a[0]) / length, (b[1] - a[1]) / length


def _ease(a: Point, da: Point, b: Point, db: Point) -> list[Point]:
    """A cubic from a to b that leaves along da and arrives along db."""
    pull = min(0.5 * math.dist(a, b), 90.0)
    c = a[0] + da[0] * pull, a[1] + da[1] * pull
    d = b[0] - db[0] * pull, b[1] - db[1] * pull
    out = []
    for i in range(301):
        t = i / 300
        w = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        out.append(
            (
                w[0] * a[0] + w[1] * c[0] + w[2] * d[0] + w[3] * b[0],
                w[0] * a[1] + w[1] * c[1] + w[2] * d[1] + w[3] * b[1],
            )
        )
    return out


def _even(line: list[Point], step: float) -> list[Point]:
    """The same line with points `step` apart, so that an index is a length."""
    out, carry = [line[0]], 0.0
    for a, b in itertools.pairwise(line):
        length = math.dist(a, b)
        if not length:
            continue
        at = step - carry
        while at <= length:
            out.append((a[0] + (b[0] - a[0]) * at / length, a[1] + (b[1] - a[1]) * at / length))
            at += step
        carry = (carry + length) % step
    return out


def crossings(line: list[Point]) -> list[Crossing]:
    """Where the line meets itself; over and under alternate along it, as in every woven knot."""
    met: list[tuple[int, int]] = []
    for i in range(len(line)):
        for j in range(i + 20, len(line)):
            if math.dist(line[i], line[j]) < 1.0 and not any(
                abs(i - a) < 8 and abs(j - b) < 8 for a, b in met
            ):
                met.append((i, j))
    visits = sorted(
        [(i, n) for n, (i, _) in enumerate(met)] + [(j, n) for n, (_, j) in enumerate(met)]
    )
    over = {index: order % 2 == 0 for order, (index, _) in enumerate(visits)}
    return [Crossing(i, j) if over[i] else Crossing(j, i) for i, j in met]


def strand(line: list[Point], offset: float, gap: float, found: list[Crossing]) -> list[str]:
    """Path data of the pieces of one strand, `offset` beside the centre line."""
    pieces: list[list[Point]] = [[]]
    for i in range(1, len(line) - 1):
        dx, dy = _direction(line[i - 1], line[i + 1])
        x, y = line[i][0] - dy * offset, line[i][1] + dx * offset
        if _hidden((x, y), i, line, gap, found):
            if pieces[-1]:
                pieces.append([])
        else:
            pieces[-1].append((x, y))
    return [_path(piece) for piece in pieces if len(piece) > 3]


def _hidden(point: Point, index: int, line: list[Point], gap: float, found: list[Crossing]) -> bool:
    for crossing in found:
        if abs(index - crossing.under) < 45:
            near = line[max(0, crossing.over - 45) : crossing.over + 46]
            if min(math.dist(point, q) for q in near) < gap:
                return True
    return False


def _path(piece: list[Point]) -> str:
    """Quadratic curves through every eighth point, straight runs as one: a small file."""
    sparse = [piece[0], *piece[4:-4:8], piece[-1]]
    kept = sparse[:1]
    for here, after in itertools.pairwise(sparse[1:]):
        came, goes = _direction(kept[-1], here), _direction(here, after)
        if math.dist(came, goes) > 0.001:
            kept.append(here)
    kept.append(sparse[-1])
    out = f"M{_pair(kept[0])}"
    if len(kept) == 2:
        return f"{out}L{_pair(kept[1])}"
    for a, b in itertools.pairwise(kept[1:]):
        middle = b if b is kept[-1] else ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
        out += f"Q{_pair(a)} {_pair(middle)}"
    return out


def _pair(point: Point) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}".replace(".0 ", " ").removesuffix(".0")


@dataclass(frozen=True)
class Drawing:
    name: str
    box: tuple[int, int, int, int]
    reach: float
    width: float  # of one strand
    strands: tuple[tuple[float, str], ...]  # offset from the centre line, colour
    paper: str = ""  # a rounded ground, for icons


CORD = ((-6.4, MADDER), (0.0, SPROUT), (6.4, INDIGO))
DRAWINGS = (
    Drawing("knot-wide", (-1200, -112, 2400, 246), 1210, 4.4, CORD),
    Drawing("mark", (-150, -142, 300, 300), 148, 15, ((0.0, MADDER),)),
    Drawing("favicon", (-170, -160, 340, 340), 128, 21, ((0.0, "#ffffff"),), MADDER),
)


def svg(drawing: Drawing) -> str:
    line = centre_line(drawing.reach)
    found = crossings(line)
    half = max(abs(offset) for offset, _ in drawing.strands)
    gap = half + drawing.width + 2.6
    x, y, w, h = drawing.box
    out = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{x} {y} {w} {h}">'
    if drawing.paper:
        ground = f'x="{x}" y="{y}" width="{w}" height="{h}" rx="{w // 5}"'
        out += f'<rect {ground} fill="{drawing.paper}"/>'
    out += f'<g fill="none" stroke-width="{drawing.width}" stroke-linecap="round">'
    for offset, colour in drawing.strands:
        paths = "".join(strand(line, offset, gap, found))
        out += f'<path stroke="{colour}" d="{paths}"/>'
    return out + "</g></svg>\n"


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    for drawing in DRAWINGS:
        (IMAGES / f"{drawing.name}.svg").write_text(svg(drawing), encoding="utf-8")
        print(f"{drawing.name}.svg: {len(crossings(centre_line(drawing.reach)))} crossings")


if __name__ == "__main__":
    main()
