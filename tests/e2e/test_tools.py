"""The scripts behind make, where a machine lacks what they need."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.e2e.test_two_commands import fresh_checkout
from tests.servers.harness import clean_environment

ROOT = Path(__file__).parents[2]


def test_without_a_browser_and_without_apt_the_tests_do_not_start(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, ROOT / "tools" / "browser.py"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert "Could not install chromium fontconfig fonts-noto-cjk" in ran.stdout


def test_with_a_browser_and_a_japanese_font_nothing_is_installed(tmp_path: Path) -> None:
    for name, says in (("chromium", ""), ("fc-list", "Noto Sans CJK JP")):
        (tmp_path / name).write_text(f"#!/bin/sh\necho '{says}'\n")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "apt-get").write_text("#!/bin/sh\nexit 9\n")
    ran = subprocess.run(
        [sys.executable, ROOT / "tools" / "browser.py"],
        env={"PATH": f"{tmp_path}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (0, "")


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
