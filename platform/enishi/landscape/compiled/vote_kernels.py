"""Compiled loops over votes. Each works on a range of parts, rows or buckets without the GIL."""

import numpy as np
from numba import njit

from enishi.landscape.compiled.simd import gather, gather_scatter, scatter


@njit(nogil=True, cache=True)
def count_buckets(participant, shift, first, last, counts):
    for p in range(first, last):
        counts[participant[p] >> shift] += 1


@njit(nogil=True, cache=True)
def fill_buckets(participant, statement, vote, shift, first, last, slots, low, codes):
    """Distribute votes to buckets of neighbouring participants, keeping their order.

    low: the participant's number inside the bucket.
    """
    mask = (1 << shift) - 1
    for p in range(first, last):
        row = participant[p]
        slot = slots[row >> shift]
        slots[row >> shift] = slot + 1
        low[slot] = row & mask
        codes[slot] = 3 * np.int64(statement[p]) + vote[p] + 1


@njit(nogil=True, cache=True)
def sort_buckets(first, last, starts, shift, low, codes, lengths, statements):
    """Sort each bucket by (participant, statement); of equal pairs only the latest is kept.

    Two stable counting sorts, by statement and then by participant, leave equal pairs in the order
    they were cast. lengths[i + 1] becomes the number of votes kept of participant i. The votes kept
    of a bucket are moved to its start.
    """
    width = 1 << shift
    by_statement = np.zeros(statements + 1, np.int64)
    by_row = np.zeros(width + 1, np.int64)
    for bucket in range(first, last):
        start = starts[bucket]
        size = starts[bucket + 1] - start
        sorted_low = np.empty(size, low.dtype)
        sorted_codes = np.empty(size, codes.dtype)
        by_statement[:] = 0
        for p in range(start, start + size):
            by_statement[codes[p] // 3 + 1] += 1
        for j in range(statements):
            by_statement[j + 1] += by_statement[j]
        for p in range(start, start + size):
            j = codes[p] // 3
            slot = by_statement[j]
            by_statement[j] = slot + 1
            sorted_low[slot] = low[p]
            sorted_codes[slot] = codes[p]
        by_row[:] = 0
        for p in range(size):
            by_row[np.int64(sorted_low[p]) + 1] += 1
        for r in range(width):
            by_row[r + 1] += by_row[r]
        for p in range(size):
            r = sorted_low[p]
            slot = by_row[r]
            by_row[r] = slot + 1
            codes[start + slot] = sorted_codes[p]
        kept = start
        begin = start  # by_row[r] is now where row r ends
        for r in range(width):
            end = start + by_row[r]
            row_start = kept
            for p in range(begin, end):
                if p + 1 < end and codes[p + 1] // 3 == codes[p] // 3:
                    continue
                codes[kept] = codes[p]
                kept += 1
            row = (bucket << shift) + r
            if row + 1 < len(lengths):
                lengths[row + 1] = kept - row_start
            begin = end


@njit(nogil=True, cache=True)
def count_codes(codes, first, last, counts):
    """Count into four histograms (4, 3m): equal codes in a row then do not stall on one counter."""
    p = first
    while p + 4 <= last:
        counts[0, codes[p]] += 1
        counts[1, codes[p + 1]] += 1
        counts[2, codes[p + 2]] += 1
        counts[3, codes[p + 3]] += 1
        p += 4
    while p < last:
        counts[0, codes[p]] += 1
        p += 1


@njit(nogil=True, cache=True)
def sweep(offsets, codes, edges, first, last, table, sums):
    """One pass of C^T (C X) in code space, part by part: sums (parts, 3m, 8) must be zero."""
    for part in range(first, last):
        part_sums = sums[part]
        for row in range(edges[part], edges[part + 1]):
            gather_scatter(codes, offsets[row], offsets[row + 1], table, part_sums)  # type: ignore[call-arg] # numba adds the context


@njit(nogil=True, cache=True)
def fill_table(deviations, block, first, last, table):
    """Fill table[3j + v, k] = deviations[j, v] * block[j, k]."""
    for j in range(first, last):
        for v in range(3):
            for k in range(8):
                table[3 * j + v, k] = deviations[j, v] * block[j, k]


@njit(nogil=True, cache=True)
def reduce_parts(deviations, sums, first, last, product):
    """Add up the parts in their order, weighted by the deviations, and set the sums to zero.

    product[j, k] = sum over v of deviations[j, v] * (sum over parts of sums[part, 3j + v, k]).
    """
    parts = sums.shape[0]
    line = np.empty(8)
    for j in range(first, last):
        product[j, :] = 0.0
        for v in range(3):
            code = 3 * j + v
            line[:] = 0.0
            for part in range(parts):
                for k in range(8):
                    line[k] += sums[part, code, k]
                    sums[part, code, k] = 0.0
            for k in range(8):
                product[j, k] += deviations[j, v] * line[k]


@njit(nogil=True, cache=True)
def project(offsets, codes, first, last, table, zeroed, n_zeroed, statements, places):
    """Place of each row: sqrt(m / max(votes, 1)) * sum of table[code].

    zeroed (3m,): 1 for the codes of a zeroed statement, which counts as a vote of every row.
    """
    for row in range(first, last):
        x = 0.0
        y = 0.0
        start = offsets[row]
        stop = offsets[row + 1]
        voted = stop - start + n_zeroed
        for p in range(start, stop):
            c = codes[p]
            x += table[c, 0]
            y += table[c, 1]
        if n_zeroed > 0:
            for p in range(start, stop):
                voted -= zeroed[codes[p]]
        scale = np.sqrt(statements / max(voted, 1))
        places[row, 0] = scale * x
        places[row, 1] = scale * y


@njit(nogil=True, cache=True)
def count_groups(offsets, codes, labels, first, last, counts):
    """Add the votes of each group to counts (groups, 3m); skip negative labels."""
    for row in range(first, last):
        group = labels[row]
        if group >= 0:
            group_counts = counts[group]
            for p in range(offsets[row], offsets[row + 1]):
                group_counts[codes[p]] += 1


@njit(nogil=True, cache=True)
def fit_participants(offsets, codes, edges, first, last, terms, unused, ridge, fitted, sums):
    """Solve the ridge regression of each participant of the bridging model.

    terms (3m, 4): statement factor g, g^2, residual r (vote value - mean - statement intercept) and
    r * g of each code; 0 for codes that are left out. unused (3m,): 1 for these; empty without any.
    ridge: (intercept, factor). fitted (n, 2): the participant's intercept i and factor f. sums
    (parts, 3m, 4): f, f^2, i, i * f are added of each participant who cast that code.
    """
    total = np.empty(4)
    for part in range(first, last):
        part_sums = sums[part]
        for row in range(edges[part], edges[part + 1]):
            start = offsets[row]
            stop = offsets[row + 1]
            n = stop - start
            if len(unused) > 0:
                for p in range(start, stop):
                    n -= unused[codes[p]]
            if n == 0:
                fitted[row, 0] = 0.0
                fitted[row, 1] = 0.0
                continue
            gather(codes, start, stop, terms, total)  # type: ignore[call-arg] # numba adds the context
            a = n + ridge[0]
            b = total[1] + ridge[1]
            d = a * b - total[0] * total[0]
            intercept = (total[2] * b - total[0] * total[3]) / d
            own_factor = (a * total[3] - total[0] * total[2]) / d
            fitted[row, 0] = intercept
            fitted[row, 1] = own_factor
            total[0] = own_factor
            total[1] = own_factor * own_factor
            total[2] = intercept
            total[3] = intercept * own_factor
            scatter(codes, start, stop, part_sums, total)
