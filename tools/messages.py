"""Collect the messages of each package into its English catalogue.

    python tools/messages.py            update every <package>/locale/en.po
    python tools/messages.py --check    fail if one is out of date, untranslated or unused

A template belongs to the package that its first folder names; shared ones belong to `web`.
"""

import io
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
PLATFORM = ROOT / "platform" / "enishi"
TEMPLATES = ROOT / "frontend_templates"
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
}
SHARED = "web"


def sources() -> dict[str, list[Path]]:
    """Package name -> its Python files and templates."""
    packages: dict[str, list[Path]] = {}
    for path in sorted(PLATFORM.glob("*/**/*.py")):
        packages.setdefault(path.relative_to(PLATFORM).parts[0], []).append(path)
    for path in sorted(p for p in TEMPLATES.rglob("*") if p.suffix in (".html", ".txt")):
        first = path.relative_to(TEMPLATES).parts[0]
        owner = first if (PLATFORM / first).is_dir() else SHARED
        packages.setdefault(owner, []).append(path)
    return packages


def collect(files: list[Path]) -> Catalog:
    catalogue = Catalog()
    for path in files:
        method, options = "python", {}
        if path.suffix != ".py":
            method = "jinja2"
            options = {"trimmed": "true", "silent": "false", "newstyle_gettext": "true"}
        for _, message, comments, context in extract_from_file(
            method, path, KEYWORDS, ("i18n:",), options
        ):
            where = [(str(path.relative_to(ROOT)), 0)]
            catalogue.add(message, locations=where, auto_comments=comments, context=context)
    return catalogue


def known(path: Path) -> Catalog:
    if not path.exists():
        return Catalog(locale="en")
    with path.open("rb") as file:
        return read_po(file, locale="en")


def first_id(message_id: str | tuple[str, ...] | list[str]) -> str:
    return message_id if isinstance(message_id, str) else message_id[0]


def merged(old: Catalog, found: Catalog, elsewhere: Mapping[str, object]) -> Catalog:
    """The found messages with the translations known so far; what is not used any more goes.

    `elsewhere` is what the other catalogues say: at run time all of them are one.
    """
    new = Catalog(
        locale="en", fuzzy=False, header_comment="# English messages. The source text is Japanese."
    )
    for message in sorted((m for m in found if m.id), key=lambda m: (m.locations[0], str(m.id))):
        message_id = first_id(message.id)
        before = old.get(message_id)
        string = before.string if before is not None else ""
        new.add(
            message.id,
            string if all(strings(string)) else elsewhere.get(message_id, string),
            locations=sorted(set(message.locations)),
            auto_comments=message.auto_comments,
        )
    return new


def text_of(catalogue: Catalog) -> bytes:
    out = io.BytesIO()
    write_po(out, catalogue, width=96, include_lineno=False)
    # The header's dates would make every run a change.
    volatile = (
        b'"POT-Creation',
        b'"PO-Revision',
        b'"Generated-By',
        b'"Project-Id',
        b'"Report-Msgid',
        b'"Last-Translator',
        b'"Language-Team',
    )
    lines = out.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(volatile))


def problems() -> list[str]:
    """What keeps the English messages from being complete, one line each."""
    found = [f"said in two ways: {message_id}" for message_id in sorted(_ambiguous())]
    for package, files in sources().items():
        path = PLATFORM / package / "locale" / "en.po"
        name = str(path.relative_to(ROOT))
        used, old = collect(files), known(path)
        ids = {first_id(message.id) for message in used if message.id}
        for message_id in sorted(ids):
            entry = old.get(message_id)
            if entry is None or not all(strings(entry.string)):
                found.append(f"{name}: not translated: {message_id}")
        for message in old:
            if message.id and first_id(message.id) not in ids:
                found.append(f"{name}: not used: {first_id(message.id)}")
            if message.id and list(message.check(old)):
                found.append(f"{name}: placeholders differ: {first_id(message.id)}")
    return found


def _translations() -> Iterator[tuple[str, object]]:
    for path in sorted(PLATFORM.glob("*/locale/en.po")):
        for message in known(path):
            if message.id and all(strings(message.string)):
                yield first_id(message.id), message.string


def _ambiguous() -> set[str]:
    """Messages that two catalogues translate differently: only one of them would ever be said."""
    said: dict[str, object] = {}
    return {key for key, string in _translations() if said.setdefault(key, string) != string}


def strings(string: object) -> tuple[object, ...]:
    return tuple(string) if isinstance(string, list | tuple) else (string,)


def update() -> None:
    said = dict(_translations())
    for package, files in sources().items():
        path = PLATFORM / package / "locale" / "en.po"
        catalogue = merged(known(path), collect(files), said)
        if not len(catalogue):
            path.unlink(missing_ok=True)
            continue
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text_of(catalogue))
        missing = sum(1 for m in catalogue if m.id and not all(strings(m.string)))
        print(f"{path.relative_to(ROOT)}: {len(catalogue)} messages, {missing} to translate")


if __name__ == "__main__":
    if "--check" in sys.argv:
        print("\n".join(problems()))
        sys.exit(1 if problems() else 0)
    update()
