"""The scripts behind make, where a machine lacks what they need."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.e2e.test_two_commands import fresh_checkout
from tests.servers.harness import clean_environment

ROOT = Path(__file__).parents[2]


def program(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def ask_for_a_browser(folder: Path) -> subprocess.CompletedProcess[str]:
    """Where there is no program but those of the folder."""
    return subprocess.run(
        [sys.executable, ROOT / "tools" / "browser.py"],
        env={"PATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_a_browser_and_without_apt_the_tests_do_not_start(tmp_path: Path) -> None:
    ran = ask_for_a_browser(tmp_path)
    assert ran.returncode == 1
    assert "Could not install chromium fontconfig fonts-noto-cjk" in ran.stdout


@pytest.mark.parametrize("chromium", ["chromium-headless-shell", "chromium"])
def test_with_a_browser_and_a_japanese_font_nothing_is_installed(
    tmp_path: Path, chromium: str
) -> None:
    program(tmp_path, chromium, "")
    program(tmp_path, "fc-list", "echo Noto Sans CJK JP")
    program(tmp_path, "apt-get", "exit 9")
    ran = ask_for_a_browser(tmp_path)
    assert (ran.returncode, ran.stdout) == (0, "")


@pytest.mark.parametrize(
    ("known", "installed"), [(0, "chromium-headless-shell"), (100, "chromium")]
)
def test_the_chromium_without_a_window_is_installed_where_there_is_one(
    tmp_path: Path, known: int, installed: str
) -> None:
    program(tmp_path, "fc-list", "echo Noto Sans CJK JP")
    program(tmp_path, "apt-cache", f"exit {known}")
    asked = tmp_path / "asked"
    for name in ("sudo", "env"):  # both run what follows their own options and variables
        program(tmp_path, name, 'while :; do case $1 in -*|*=*) shift;; *) exec "$@";; esac; done')
    program(tmp_path, "apt-get", f'echo "$@" >> {asked}')
    assert ask_for_a_browser(tmp_path).returncode == 0
    update, install = asked.read_text().splitlines()
    assert update.split()[-1] == "update"
    assert install.split()[-1] == installed


def test_the_lock_names_no_package_index_and_has_a_hash_for_every_package() -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-uv.lock"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        entries = text.replace("\\\n", " ").splitlines()
        assert entries
        assert all("--hash=sha256:" in entry for entry in entries if entry.strip()), name


def test_both_locks_agree_so_one_environment_serves_both() -> None:
    def pins(name: str) -> set[str]:
        """Without markers: what a lock needs on one system, the larger one may need on all."""
        lines = (ROOT / name).read_text().splitlines()
        entries = [line for line in lines if line and not line.startswith(" ")]
        return {line.rstrip(" \\").partition(" ;")[0] for line in entries}

    assert pins("requirements.lock") <= pins("requirements-dev.lock")
    assert pins("requirements-uv.lock") <= pins("requirements-dev.lock")


@pytest.mark.soak
def test_where_uv_finds_no_index_pip_installs_the_same_lock() -> None:
    with fresh_checkout(None) as checkout:
        cache = checkout.parent / "cache"
        ran = subprocess.run(
            ["make", ".venv/.installed"],
            cwd=checkout,
            env=clean_environment(UV_OFFLINE="1", UV_CACHE_DIR=str(cache)),
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        assert "pip does it" in ran.stdout
        enishi = checkout / ".venv" / "bin" / "enishi"
        environment = {"PATH": os.environ["PATH"]}
        said = subprocess.run(
            [enishi, "--version"], env=environment, capture_output=True, text=True, check=True
        )
        assert "enishi, version" in said.stdout
