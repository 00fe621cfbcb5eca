"""The option that both commands for Polis exports share."""

from collections.abc import Callable
from typing import Any

import click

from enishi.landscape.polis_conversation import Sign


class _Sign(click.ParamType[Sign]):
    name = "1|-1"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Sign:
        if value not in ("1", "-1"):
            self.fail("must be 1 or -1", param, ctx)
        return 1 if value == "1" else -1


def agree_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--agree",
        type=_Sign(),
        help="The value that means agreement; 1 unless given. Files whose sums contradict it are"
        " refused.",
    )(command)
