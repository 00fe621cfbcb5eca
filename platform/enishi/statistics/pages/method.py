"""How people are counted in public: on one screen for citizens, with formulas for statisticians."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, get
from litestar.types import ControllerRouterHandler

from enishi.accounts.access import PUBLIC
from enishi.disclosure.noise import chance_of_telling, spread
from enishi.kit.formatting import format_number
from enishi.kit.http.public_pages import public_page

# As an example in the formulas: the sigma of people tied to a municipality.
_SIGMA = 3.0
_PERIODS = (1, 12, 60, 120)


@get("/statistics/method", name="statistics:method", access=PUBLIC)
async def show(request: Request[Any, Any, Any]) -> Response[bytes]:
    async def load() -> Mapping[str, Any]:
        return {
            "sigma": format_number(_SIGMA),
            "strengths": [
                (
                    format_number(periods),
                    f"{spread(periods):.4f}",
                    f"{_SIGMA * spread(periods):.1f}",
                    f"{chance_of_telling(periods, _SIGMA):.2f}",
                )
                for periods in _PERIODS
            ],
        }

    return await public_page(request, "statistics/method.html", load)


HANDLERS: list[ControllerRouterHandler] = [show]
