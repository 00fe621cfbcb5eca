"""Letters that stay with their group from run to run, matched by the members they share."""

from itertools import permutations

import numpy as np

from enishi.landscape.engine import Integers
from enishi.landscape.kmeans import Labels

LETTERS = 26
_FEW = 5  # groups up to which every matching is compared


def match_letters(
    labels: Labels, groups: int, earlier_labels: Labels, earlier_letters: Integers
) -> Integers:
    """The letter (0 is A) of each group: (groups,).

    labels, earlier_labels (n,): of the same participants, -1 for none. A group gets the letter of
    the earlier group it is matched with; the matching shares the most members. A group without a
    match gets the first letter that is not in use.
    """
    shared = np.zeros((groups, len(earlier_letters)), np.int64)
    both = (labels >= 0) & (earlier_labels >= 0)
    np.add.at(shared, (labels[both], earlier_labels[both]), 1)
    letters = np.full(groups, -1, np.int64)
    for group, earlier in _matching(shared):
        letters[group] = earlier_letters[earlier]
    used = set(letters.tolist())
    free = iter(letter for letter in range(groups + LETTERS) if letter not in used)
    for group in np.flatnonzero(letters < 0).tolist():
        letters[group] = next(free)
    return letters


def _matching(shared: Integers) -> list[tuple[int, int]]:
    """Pairs (group, earlier group) that share somebody."""
    groups, earlier = shared.shape
    if max(groups, earlier) > _FEW:
        return _greedy(shared)
    best: list[tuple[int, int]] = []
    most = 0
    small = min(groups, earlier)
    for chosen in permutations(range(max(groups, earlier)), small):
        others = list(zip(range(small), chosen, strict=True))
        pairs = others if groups <= earlier else [(b, a) for a, b in others]
        total = int(sum(shared[pair] for pair in pairs))
        if total > most:
            best, most = pairs, total
    return [pair for pair in best if shared[pair] > 0]


def _greedy(shared: Integers) -> list[tuple[int, int]]:
    left, pairs = shared.copy(), []
    while left.size and left.max() > 0:
        group, earlier = divmod(int(left.argmax()), left.shape[1])
        pairs.append((group, earlier))
        left[group] = left[:, earlier] = 0
    return pairs
