"""A fresh checkout and one command, as root and as an ordinary user."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.servers.harness import (
    clean_environment,
    processes_of,
    running_site,
    short_folder,
    wait_until_gone,
)

ROOT = Path(__file__).parents[2]
_NOBODY = 65534
# Root tries both; whoever is an ordinary user already can only be that one. What root's differs in,
# servers in a namespace, is started by each test of tests/servers that runs as root.
WHO = [
    pytest.param(_NOBODY, id="ordinary"),
    pytest.param(None, id="root", marks=pytest.mark.soak),
]
WHO = WHO if os.geteuid() == 0 else [pytest.param(None, id="ordinary")]


@contextmanager
def fresh_checkout(user: int | None) -> Iterator[Path]:
    """What git would hand to somebody new: the files it knows, and nothing that was made."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    with short_folder() as folder:
        checkout = folder / "enishi"
        for name in filter(None, listed.stdout.split("\0")):
            if (ROOT / name).exists():  # not one that is deleted and not yet committed
                (checkout / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, checkout / name)
        if user is not None:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, user, user)
        yield checkout


@pytest.mark.parametrize("user", WHO)
def test_make_run_needs_nothing_but_python_and_make(user: int | None) -> None:
    with fresh_checkout(user) as checkout:
        home = {} if user is None else {"HOME": str(checkout.parent)}
        environment = clean_environment(ENISHI_DEMO_PEOPLE="100", **home)
        # Neither the Python of this test run nor its packages.
        for name in ("PYTHONPATH", "VIRTUAL_ENV"):
            environment.pop(name, None)
        make = ("make", "run", "PORT=0")
        with running_site(make, checkout.parent, checkout, environment, user) as site:
            assert site.get("/readyz")[0] == 200
            status, page = site.get("/ja/")
            assert status == 200
            assert '<html lang="ja"' in page
            assert "citizen@sample.example" in site.output  # an account to try it with
            owner = os.geteuid() if user is None else user
            assert (checkout / ".enishi" / "postgres").stat().st_uid == owner
            site.terminate()
            assert "Stopped." in site.output
            assert processes_of(checkout.parent) == []
        with running_site(make, checkout.parent, checkout, environment, user) as site:
            assert site.get("/readyz")[0] == 200
            assert "Installing" not in site.output  # the second run starts at once
            assert "is up to date" in site.output  # and finds the data of the first
            assert "already there" in site.output  # with the sample content
            site.process.kill()  # make itself: nobody is left to pass a signal on
            wait_until_gone(checkout.parent)
        assert unknown_files(checkout) == set()


def unknown_files(checkout: Path) -> set[str]:
    """What the commands left lying about beside what .gitignore names."""
    subprocess.run(["git", "init", "--quiet", checkout], check=True)
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "--others", "--exclude-standard"],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=True,
    )
    return {name for name in listed.stdout.splitlines() if not (ROOT / name).exists()}
