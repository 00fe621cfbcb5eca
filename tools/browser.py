"""Has Chromium and a Japanese font at hand for the browser tests, through apt where missing.

Where it cannot install them it says so and fails: browser tests are never skipped. Chromium without
a window of its own ("headless shell") comes first: a new tab costs it a sixth of the time.
"""

import os
import shutil
import subprocess
import sys

SHELL = "chromium-headless-shell"
_PROGRAMS = (SHELL, "chromium", "chromium-browser")


def find() -> str | None:
    """The Chromium to test with, the quickest first."""
    return next(filter(None, map(shutil.which, _PROGRAMS)), None)


def main() -> int:
    missing = [] if find() else ["chromium"]
    if not has_japanese_font():
        missing.extend(["fontconfig", "fonts-noto-cjk"])
    if not missing:
        return 0
    print(f"The browser tests need {' '.join(missing)}; installing with apt-get …", flush=True)
    if install(missing):
        return 0
    print(
        f"Could not install {' '.join(missing)}: install Chromium and a Japanese font by hand"
        " (on Debian: apt-get install chromium fonts-noto-cjk), then start again."
    )
    return 1


def has_japanese_font() -> bool:
    if shutil.which("fc-list") is None:
        return False
    listed = subprocess.run(["fc-list", ":lang=ja"], capture_output=True, check=False)
    return bool(listed.stdout.strip())


def install(packages: list[str]) -> bool:
    if shutil.which("apt-get") is None:
        return False
    # -n: ask for no password; whoever has to type one installs by hand.
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if as_root and shutil.which("sudo") is None:
        return False
    apt = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet=2"]
    if subprocess.run([*apt, "update"], check=False).returncode:
        return False
    if has_shell():
        packages = [SHELL if package == "chromium" else package for package in packages]
    add = [*apt, "install", "--yes", "--no-install-recommends"]
    return subprocess.run([*add, *packages], check=False).returncode == 0


def has_shell() -> bool:
    """Whether this system's packages hold it: Debian's do, not every other's."""
    asked = subprocess.run(["apt-cache", "show", SHELL], capture_output=True, check=False)
    return asked.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
