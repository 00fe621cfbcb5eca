"""Has Chromium and a Japanese font at hand for the browser tests, through apt where missing.

Where it cannot install them it says so and fails: browser tests are never skipped.
"""

import os
import shutil
import subprocess
import sys


def main() -> int:
    missing = []
    if not (shutil.which("chromium") or shutil.which("chromium-browser")):
        missing.append("chromium")
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
    steps = (["update"], ["install", "--yes", "--no-install-recommends", *packages])
    return all(subprocess.run([*apt, *step], check=False).returncode == 0 for step in steps)


if __name__ == "__main__":
    sys.exit(main())
