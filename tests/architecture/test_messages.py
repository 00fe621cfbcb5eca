"""Whatever people see can be said in both languages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.architecture.test_layout import ROOT, named, python_files, tracked
from tools import messages

JAPANESE = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
CALLS = {"gettext", "gettext_lazy", "ngettext", "_"}
# Where Japanese is data or the way Japanese is written, not a message.
JAPANESE_ITSELF = re.compile(
    r"kit/(dates|folding|formatting|line_breaks|ids|spreadsheet_cells|telephones|text_validation"
    r"|typed_numbers)\.py$"
    r"|kit/charts/|/places/|/themes/|/landscape/|/cli/|/servers/"
    r"|web/(edge|styleguide)\.py$"
)
TEMPLATE_CODE = re.compile(
    r"\{#.*?#\}|\{%\s*trans\b.*?%\}.*?\{%\s*endtrans\s*%\}|\{\{.*?\}\}|\{%.*?%\}|<!--.*?-->",
    re.DOTALL,
)
# The marks of the house itself, and examples of components.
UNTRANSLATED = re.compile(r"/(ja|en)/|/styleguide/|_ja\.(html|txt)$")


def test_the_catalogues_are_complete_and_hold_nothing_unused() -> None:
    assert messages.problems() == []


def test_japanese_in_code_stands_in_a_message() -> None:
    bare = [
        f"{named(path)}:{node.lineno}: {node.value[:30]}"
        for path in python_files("platform", "jobs")
        if not JAPANESE_ITSELF.search(path.as_posix())
        for node in _bare_texts(ast.parse(path.read_text()))
    ]
    assert bare == []


def _bare_texts(tree: ast.AST) -> Iterator[ast.Constant]:
    """Japanese texts that are neither in a call that translates nor a docstring."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Call) and _name(node.func) in CALLS:
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue  # a docstring
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str) and JAPANESE.search(node.value):
                yield node
        else:
            yield from _bare_texts(node)


def _name(function: ast.expr) -> str:
    return getattr(function, "id", None) or getattr(function, "attr", "")


def test_japanese_in_templates_stands_in_a_message() -> None:
    bare = []
    for path in tracked():
        if not path.is_relative_to(ROOT / "frontend_templates") or path.suffix != ".html":
            continue
        if UNTRANSLATED.search(path.as_posix()):
            continue
        text = TEMPLATE_CODE.sub(lambda match: "\n" * match[0].count("\n"), path.read_text())
        bare += [
            f"{named(path)}:{number}: {line.strip()[:40]}"
            for number, line in enumerate(text.splitlines(), 1)
            if JAPANESE.search(re.sub(r'<span[^>]* lang="ja">[^<]*</span>', "", line))
        ]
    assert bare == []


def test_the_tool_finds_what_is_missing_unused_different_or_said_in_two_ways(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for package, code, catalogue in (
        ("a", '_("新"); _("%(n)s人"); _("同")', {"古": "old", "%(n)s人": "%(m)s", "同": "same"}),
        ("b", '_("同")', {"同": "alike"}),
    ):
        folder = tmp_path / "platform" / package / "locale"
        folder.mkdir(parents=True)
        (folder.parent / "pages.py").write_text(code)
        lines = [
            f'#, python-format\nmsgid "{key}"\nmsgstr "{said}"' for key, said in catalogue.items()
        ]
        (folder / "en.po").write_text(
            'msgid ""\nmsgstr ""\n"Language: en\\n"\n\n' + "\n\n".join(lines)
        )
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "PLATFORM", tmp_path / "platform")
    monkeypatch.setattr(messages, "TEMPLATES", tmp_path / "templates")

    assert messages.problems() == [
        "said in two ways: 同",
        "platform/a/locale/en.po: not translated: 新",
        "platform/a/locale/en.po: not used: 古",
        "platform/a/locale/en.po: placeholders differ: %(n)s人",
    ]
    messages.update()
    assert messages.problems() == [
        "said in two ways: 同",
        "platform/a/locale/en.po: not translated: 新",
        "platform/a/locale/en.po: placeholders differ: %(n)s人",
    ]
