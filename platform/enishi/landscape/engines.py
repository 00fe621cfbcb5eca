"""The choice of the engine."""

import os
from functools import cache
from importlib.util import find_spec
from typing import Literal

from threadpoolctl import threadpool_limits

from enishi.landscape.engine import Engine
from enishi.landscape.errors import EngineError
from enishi.landscape.reference import ReferenceEngine
from enishi.landscape.threads import available

EngineName = Literal["auto", "compiled", "reference"]

ENVIRONMENT = "ENISHI_LANDSCAPE_ENGINE"


def use_engine(name: EngineName = "auto", threads: int | None = None) -> Engine:
    """The engine by name.

    "auto" is the environment's ENISHI_LANDSCAPE_ENGINE, else compiled where numba is installed.
    """
    _quiet_blas()
    wanted = os.environ.get(ENVIRONMENT, "auto") if name == "auto" else name
    if wanted not in ("auto", "compiled", "reference"):
        raise EngineError(f"unknown landscape engine {wanted!r}: auto, compiled or reference")
    if wanted == "compiled" and find_spec("numba") is None:
        raise EngineError("the compiled landscape engine needs numba, which is not installed")
    if wanted == "reference" or find_spec("numba") is None:
        return ReferenceEngine()
    # Imported here because numba is optional and takes a second to import.
    from enishi.landscape.compiled.engine import CompiledEngine  # noqa: PLC0415 (see above)

    return CompiledEngine(threads or available())


@cache
def _quiet_blas() -> None:
    # Once a process. The matrices here are small: BLAS threads would only spin beside ours, and
    # their number would show in the last bits of the result.
    threadpool_limits(limits=1, user_api="blas")
