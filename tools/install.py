"""Makes .venv and installs one lock file into it: `python3 tools/install.py [--dev]`.

Needs only Python 3.11 or newer and pip. A pinned and hashed uv does the installing, in seconds
where pip takes minutes; where uv cannot (it does not read pip's configuration, so it may not
find the machine's package index), pip installs the same lock. Every file is checked against its
hash either way.
"""

import argparse
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="what tests and checks need, too")
    dev = parser.parse_args().dev
    if sys.version_info < OLDEST:
        print("Enishi needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 …")
        return 1
    lock = ROOT / ("requirements-dev.lock" if dev else "requirements.lock")
    pip = make_environment()
    if pip is None:
        print("Neither pip nor ensurepip works here: install pip (on Debian: python3-pip).")
        return 1
    print(f"Installing {lock.name} into {VENV.name} …", flush=True)
    try:
        install(pip, lock)
    except subprocess.CalledProcessError as error:
        print(f"Installing failed (exit code {error.returncode}): see above.")
        return 1
    return 0


def make_environment() -> list[str] | None:
    """Have a working .venv; the command that is pip for it, or None when there is no pip."""
    if not works([str(PYTHON), "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]):
        # Without pip of its own: the machine's pip can install into it, and a copy takes seconds.
        venv.create(VENV, clear=True, symlinks=True, with_pip=False)
    machine_pip = [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    if works([*machine_pip, "--version"]):
        return machine_pip
    own_pip = [str(PYTHON), "-m", "pip"]
    if works([*own_pip, "--version"]) or works([str(PYTHON), "-m", "ensurepip"]):
        return own_pip
    return None


def install(pip: list[str], lock: Path) -> None:
    pip_install = [*pip, "install", "--quiet", "--disable-pip-version-check"]
    uv_lock = ROOT / "requirements-uv.lock"
    has_uv = works([*pip_install, "--require-hashes", "--only-binary=:all:", "-r", str(uv_lock)])
    uv = [str(VENV / "bin" / "uv"), "pip", "install", "--quiet", "--python", str(PYTHON)]
    if not cache_is_writable():
        uv.append("--no-cache")
    if not (has_uv and works([*uv, "--require-hashes", "-r", str(lock)])):
        print("uv could not install them here, pip does it (a minute or two) …", flush=True)
        run([*pip_install, "--require-hashes", "-r", str(lock)])
    # The project itself: its build back end is in the lock, so nothing unlocked is fetched.
    run([*pip_install, "--no-build-isolation", "--no-deps", "--no-index", "--editable", str(ROOT)])


def cache_is_writable() -> bool:
    folder = Path(os.environ.get("UV_CACHE_DIR") or Path.home() / ".cache")
    while not folder.exists():
        folder = folder.parent
    return os.access(folder, os.W_OK)


def works(command: list[str]) -> bool:
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def run(command: list[str]) -> None:
    subprocess.run(command, check=True)


if __name__ == "__main__":
    sys.exit(main())
