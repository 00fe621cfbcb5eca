"""Fetches what Enishi carries of others' work, and checks that nobody has changed it since.

    python tools/vendor.py          compares every carried file with tools/vendor.json (offline)
    python tools/vendor.py --fetch  takes the packages named below through npm and rewrites both

Files are carried byte for byte, each with its licence. No browser fetches any from elsewhere.
"""

import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RECORD = ROOT / "tools" / "vendor.json"
STATIC = "frontend_templates/static/vendor"
BROWSER_TESTS = "tests/browser/vendor"


@dataclass(frozen=True)
class Package:
    name: str
    version: str
    licence: str
    files: tuple[tuple[str, str], ...]  # inside the package, inside this repository


PACKAGES = (
    Package(
        "@digital-go-jp/design-tokens",
        "1.1.9",
        "MIT",
        (
            ("dist/tokens.css", f"{STATIC}/digital-agency-tokens/tokens.css"),
            ("LICENSE", f"{STATIC}/digital-agency-tokens/LICENSE"),
        ),
    ),
    Package(
        "htmx.org",
        "2.0.11",
        "0BSD",
        (
            ("dist/htmx.min.js", f"{STATIC}/htmx/htmx.min.js"),
            ("LICENSE", f"{STATIC}/htmx/LICENSE"),
        ),
    ),
    Package(  # used by tests only, never served
        "axe-core",
        "4.14.1",
        "MPL-2.0",
        (
            ("axe.min.js", f"{BROWSER_TESTS}/axe.min.js"),
            ("LICENSE", f"{BROWSER_TESTS}/LICENSE"),
        ),
    ),
)


def fetch(package: Package, folder: Path) -> None:
    command = ["npm", "pack", "--silent", "--ignore-scripts", f"{package.name}@{package.version}"]
    name = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout
    with tarfile.open(folder / name.strip().splitlines()[-1]) as archive:
        for inside, here in package.files:
            member = archive.extractfile(f"package/{inside}")
            if member is None:
                sys.exit(f"{package.name} {package.version} has no file {inside}")
            target = ROOT / here
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(member.read())


def record() -> list[dict[str, object]]:
    """What is carried now: package, version, licence and the SHA-256 of each file."""
    return [
        {
            **{k: v for k, v in asdict(package).items() if k != "files"},
            "files": {
                here: hashlib.sha256((ROOT / here).read_bytes()).hexdigest()
                for _, here in package.files
            },
        }
        for package in PACKAGES
    ]


def main() -> None:
    if "--fetch" in sys.argv:
        with tempfile.TemporaryDirectory() as folder:
            for package in PACKAGES:
                fetch(package, Path(folder))
        RECORD.write_text(json.dumps(record(), indent=2) + "\n", encoding="utf-8")
    if record() != json.loads(RECORD.read_text(encoding="utf-8")):
        sys.exit("A carried file differs from tools/vendor.json: run tools/vendor.py --fetch.")
    print(f"{sum(len(p.files) for p in PACKAGES)} carried files are as recorded.")


if __name__ == "__main__":
    main()
