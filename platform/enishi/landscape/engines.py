"""The choice of an engine: by argument, by environment variable, by what is installed."""

import os
from functools import cache
from importlib.util import find_spec
from typing import Literal

from threadpoolctl import threadpool_limits

from enishi.landscape.engine import Engine
from enishi.landscape.errors import EngineError
from enishi.landscape.reference import ReferenceEngine
from enishi.landscape.threads import available_processors

EngineName = Literal["auto", "compiled", "reference"]

FEW_VOTES = 75_000
"""Below it the reference engine is done before numba is loaded, which takes a second."""

ENVIRONMENT_VARIABLE = "ENISHI_LANDSCAPE_ENGINE"


def use_engine(name: EngineName = "auto", threads: int | None = None) -> Engine:
    """The engine of that name. Raises EngineError.

    "auto" takes ENISHI_LANDSCAPE_ENGINE if it is set, else the compiled engine where numba is
    installed. threads: of the compiled engine; None means one per available processor.
    """
    _limit_blas_threads()
    wanted = os.environ.get(ENVIRONMENT_VARIABLE, "auto") if name == "auto" else name
    if wanted not in ("auto", "compiled", "reference"):
        raise EngineError(f"unknown landscape engine {wanted!r}: auto, compiled or reference")
    if wanted == "compiled" and find_spec("numba") is None:
        raise EngineError("the compiled landscape engine needs numba, which is not installed")
    if wanted == "reference" or find_spec("numba") is None:
        return ReferenceEngine()
    from enishi.landscape.compiled.engine import CompiledEngine  # noqa: PLC0415 (optional, slow)

    return CompiledEngine(threads or available_processors())


def engine_for(votes: int, name: EngineName = "auto") -> Engine:
    """The engine for one analysis in a process of its own, such as a command.

    As use_engine(), but that "auto" takes the reference engine for few votes: the number of votes
    decides and not the state of the process, so that equal votes give equal documents.
    """
    small = name == "auto" and votes < FEW_VOTES and ENVIRONMENT_VARIABLE not in os.environ
    return use_engine("reference" if small else name)


@cache
def _limit_blas_threads() -> None:
    # Once per process. The matrices here are small: BLAS threads would busy-wait beside the
    # engine's own threads, and their number would change the last bits of the result.
    threadpool_limits(limits=1, user_api="blas")
