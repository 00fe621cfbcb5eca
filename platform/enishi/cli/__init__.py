"""The `enishi` command: everything an operator runs by hand.

Exit codes: 0 done, 1 refused or failed with one clear sentence, 2 wrong usage.
"""

import importlib
import keyword
from typing import ClassVar

import click


class LazyGroup(click.Group):
    """Imports a command's module only when it runs: loading the whole platform takes seconds."""

    # command name -> module that holds a click command of that name ("-" becomes "_", and a word
    # of Python like `import` has one at its end)
    modules: ClassVar[dict[str, str]] = {
        "backup": "enishi.cli.backup",
        "demo": "enishi.cli.demo",
        "landscape": "enishi.cli.landscape",
        "releases": "enishi.cli.releases",
        "statistics": "enishi.cli.statistics",
        "up": "enishi.cli.up",
        "web": "enishi.cli.web",
        "migrate": "enishi.cli.migrate",
        "worker": "enishi.cli.worker",
        "doctor": "enishi.cli.doctor",
        "import": "enishi.cli.import_",
        "keys": "enishi.cli.keys",
        "operator": "enishi.cli.operator",
        "organisation": "enishi.cli.organisation",
        "restore": "enishi.cli.restore",
        "signing": "enishi.cli.signing",
        "verify": "enishi.cli.verify",
    }

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        return sorted(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        module = self.modules.get(cmd_name)
        if module is None:
            return None
        name = cmd_name.replace("-", "_") + ("_" if keyword.iskeyword(cmd_name) else "")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(cls=LazyGroup)
@click.version_option(package_name="enishi")
def main() -> None:
    """Operate the Enishi platform.

    Exit codes: 0 done; 1 refused or failed, with one clear sentence; 2 wrong usage.
    """
