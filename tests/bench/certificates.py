"""Certificates: verified by one process, and the status list of a full deployment."""

import secrets
import time
from collections.abc import Iterable
from datetime import timedelta

from tests.bench.model import BenchRow
from tests.bench.places import microseconds
from tests.relations.certificates import KEY, KEYS, LISTED, claims, listed, token

from enishi.relations.certificates import status_list, tokens
from enishi.relations.certificates.kinds import Verdict
from enishi.relations.certificates.verification import verify

PROMISED_MS = 2.0
_CERTIFICATES = 100_000


def rows(*, full: bool) -> Iterable[BenchRow]:
    """The list is read and verified once, as a verifier at a counter does."""
    text, known = token(name="花子"), listed(standing=[claims()])
    now = LISTED + timedelta(days=1)

    def verify_once() -> None:
        if verify(text, KEYS, known, now).verdict is not Verdict.VALID:
            raise AssertionError("the certificate of the benchmark is not valid")

    took = microseconds(verify_once) / 1000
    yield BenchRow("certificates: verify one", took, "ms", "promised", took / PROMISED_MS)
    signed = tokens.sign_status_list(known, KEY)
    started = time.perf_counter()
    tokens.read_status_list(signed, KEYS)
    yield BenchRow(
        "certificates: read a status list",
        (time.perf_counter() - started) * 1000,
        "ms",
        note=f"{len(signed):,} bytes",
    )
    number = status_list.POSITIONS if full else _CERTIFICATES
    statuses = [(position, secrets.token_bytes(16), False) for position in range(number)]
    noise = secrets.token_bytes(status_list.BYTES)
    started = time.perf_counter()
    status_list.write(statuses, 1, noise)
    yield BenchRow(
        f"certificates: write a status list of {number:,}",
        (time.perf_counter() - started) * 1000,
        "ms",
    )
