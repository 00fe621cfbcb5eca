"""Keep the SHA-256 of every migration step in platform/enishi/migrations.sha256.

    python tools/checksums.py            list the steps that are not listed yet
    python tools/checksums.py --check    fail if a listed step was edited or removed, or one is not
                                         listed

A database runs a step once. An edit afterwards would reach new databases only, and the two would
differ from then on: what has to change after a release goes into a new step.
"""

import hashlib
import re
import sys
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).parents[1]
PLATFORM = ROOT / "platform" / "enishi"
NAME = "migrations.sha256"
INTRODUCTION = """\
# Every migration step in the order of its ID, never edited or removed once it is listed here.
# `make checksums` adds new ones; `sha256sum --check` reads this file too.
"""
# Databases of the first release have run these; tests/upgrade begins with them.
FIRST, LATER = "# The first release", "# Later"
_NAME = re.compile(r"_(\d{4})_(\d\d)_(\d\d)t(\d\d)_(\d\d)_(\d\d)_(\d{6})\.py$")


@dataclass(frozen=True)
class Step:
    """A step: its file below `PLATFORM`, and the SHA-256 of that file's bytes in hexadecimal."""

    path: str
    digest: str

    @property
    def app(self) -> str:
        return self.path.partition("/")[0]

    @property
    def migration_id(self) -> str:
        """The step's ID as its file's name says it: Piccolo sorts the steps of an app by it."""
        found = _NAME.search(self.path)
        return "{}-{}-{}T{}:{}:{}:{}".format(*found.groups()) if found else ""


def listed() -> dict[str, list[Step]]:
    """Heading -> its steps, as the file lists them."""
    sections: dict[str, list[Step]] = {FIRST: [], LATER: []}
    section = sections[FIRST]
    path = PLATFORM / NAME
    for line in path.read_text().splitlines() if path.exists() else ():
        if line in sections:
            section = sections[line]
        elif not line.startswith("#") and line:
            digest, _, name = line.partition("  ")
            section.append(Step(name, digest))
    return sections


def present() -> list[Step]:
    """The steps that are there, in the order of their IDs."""
    found = [
        Step(path.relative_to(PLATFORM).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest())
        for path in PLATFORM.glob("*/piccolo_migrations/*.py")
        if path.name != "__init__.py"
    ]
    return sorted(found, key=lambda step: (step.migration_id, step.path))


def problems() -> list[str]:
    """What is wrong with the steps or with the list of them, one line each."""
    sections = listed()
    known = {step.path: step.digest for steps in sections.values() for step in steps}
    there = present()
    found = [f"removed: {path}" for path in known if path not in {step.path for step in there}]
    for step in there:
        if step.path not in known:
            found.append(f"not listed (make checksums): {step.path}")
        elif known[step.path] != step.digest:
            found.append(f"edited: {step.path}")
    return found + _misnamed(there) + _out_of_order([*sections[FIRST], *sections[LATER]])


def _misnamed(steps: list[Step]) -> list[str]:
    """Steps whose file is not named after app and ID, and IDs that several steps have."""
    found = [
        f"not named after its app and ID: {step.path}"
        for step in steps
        if not step.path.startswith(f"{step.app}/piccolo_migrations/{step.app}_")
        or f'ID = "{step.migration_id}"\n' not in (PLATFORM / step.path).read_text()
    ]
    # Taking a step back, Piccolo forgets its ID in all apps.
    for migration_id, same in groupby(steps, key=lambda step: step.migration_id):
        paths = [step.path for step in same]
        if len(paths) > 1:
            found.append(f"one ID, {migration_id}, for {' and '.join(paths)}")
    return found


def _out_of_order(steps: list[Step]) -> list[str]:
    """Steps listed after a later one of their app: new databases would run them before it."""
    newest: dict[str, str] = {}
    found = []
    for step in steps:
        if step.migration_id < newest.get(step.app, ""):
            found.append(f"older than a step listed before it: {step.path}")
        newest[step.app] = max(step.migration_id, newest.get(step.app, ""))
    return found


def update() -> list[Step]:
    """List what is not listed yet. The lines that are there stay as they are."""
    sections = listed()
    known = {step.path for steps in sections.values() for step in steps}
    new = [step for step in present() if step.path not in known]
    sections[LATER if known else FIRST] += new
    blocks = [
        "\n".join([heading, *(f"{step.digest}  {step.path}" for step in steps)]) + "\n"
        for heading, steps in sections.items()
        if steps
    ]
    (PLATFORM / NAME).write_text("\n".join([INTRODUCTION, *blocks]))
    return new


if __name__ == "__main__":
    if "--check" in sys.argv:
        print("\n".join(problems()))
        sys.exit(1 if problems() else 0)
    for each in update():
        print(f"listed: {each.path}")
