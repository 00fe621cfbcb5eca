"""Synthetic conversations with known groups.

The opinions of four groups are the corners of a square, with noise. A statement has a direction (a
quarter have none), a bias and a share of passes; each person votes on about `votes_each` of them.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from enishi.landscape import Landscape, Votes

CHUNK = 500_000  # people generated at a time: bounds the memory
CORNERS = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]])
SHARES = [0.35, 0.30, 0.20, 0.15]


@dataclass(frozen=True)
class Planted:
    """Vote events by index (votes,), and the group of each participant (n,)."""

    participants: npt.NDArray[np.int32]
    statements: npt.NDArray[np.int32]
    votes: npt.NDArray[np.int8]
    groups: npt.NDArray[np.int8]
    shape: tuple[int, int]

    def shuffled(self, seed: int = 0) -> "Planted":
        order = np.random.default_rng(seed).permutation(len(self.votes))
        return Planted(
            self.participants[order],
            self.statements[order],
            self.votes[order],
            self.groups,
            self.shape,
        )

    def build(self) -> Votes:
        return Votes.from_indices(
            self.participants,
            self.statements,
            self.votes,
            participant_ids=self.shape[0],
            statement_ids=self.shape[1],
        )


def plant(people: int, statements: int, votes_each: float = 30, seed: int = 1) -> Planted:
    rng = np.random.default_rng([seed, 0])
    angle = rng.uniform(0, 2 * np.pi, statements)
    strength = rng.choice([0.0, 1.5, 3.0], statements, p=[0.25, 0.35, 0.40])
    direction = np.column_stack([np.cos(angle), 0.8 * np.sin(angle)]) * strength[:, None]
    bias = rng.normal(0.3, 1.0, statements)
    passes = rng.beta(2, 10, statements)
    groups = rng.choice(4, people, p=SHARES).astype(np.int8)
    lengths = np.clip(rng.poisson(votes_each, people), 1, statements // 2)
    total = int(lengths.sum())
    found = Planted(
        np.empty(total, np.int32),
        np.empty(total, np.int32),
        np.empty(total, np.int8),
        groups,
        (people, statements),
    )
    done = 0
    for first in range(0, people, CHUNK):
        each = lengths[first : first + CHUNK]
        part = slice(done, done + int(each.sum()))
        done = part.stop
        draw = np.random.default_rng([seed, 1 + first // CHUNK])
        row = np.repeat(np.arange(len(each)), each)
        nth = np.arange(part.stop - part.start) - np.repeat(np.cumsum(each) - each, each)
        # one statement out of each of `each` equal intervals: spread out, rarely repeated
        column = ((nth + draw.random(len(row))) * (statements / each[row])).astype(np.int32)
        place = CORNERS[groups[first : first + CHUNK]] + draw.normal(0, 0.25, (len(each), 2))
        leaning = bias[column]
        for axis in (0, 1):
            leaning += place[row, axis] * direction[column, axis]
        agree = draw.random(len(row)) < 1 / (1 + np.exp(-leaning))
        vote = np.where(draw.random(len(row)) < passes[column], 0, np.where(agree, 1, -1))
        found.participants[part] = first + row
        found.statements[part] = column
        found.votes[part] = vote
    return found


def oracle_labels(found: Landscape, truth: npt.NDArray[np.int8]) -> npt.NDArray[np.int64]:
    """Labels by the nearest true centre of the planted groups: an upper bound."""
    centres = np.stack([found.places[truth == g].mean(0) for g in range(4)])
    return ((found.places[:, None, :] - centres) ** 2).sum(2).argmin(1)
