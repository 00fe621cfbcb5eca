"""Rules that hold for every template."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import nodes
from jinja2.meta import find_referenced_templates as referenced_templates

from enishi.paths import FRONTEND_TEMPLATES, STATIC
from enishi.web.templates import environment

PLATFORM = Path(__file__).parents[2] / "platform" / "enishi"
TEMPLATES = sorted(
    str(path.relative_to(FRONTEND_TEMPLATES)) for path in FRONTEND_TEMPLATES.rglob("*.html")
)
# Translated as whole documents: their text is not in the catalogues.
DOCUMENTS = tuple(name for name in TEMPLATES if re.match(r"(?:legal|help)/(ja|en)/", name))
_SOURCES = {name: (FRONTEND_TEMPLATES / name).read_text(encoding="utf-8") for name in TEMPLATES}
_FRAMES = {
    frame[1] for text in _SOURCES.values() if (frame := re.search(r'{% extends "([^"]+)"', text))
}
PAGES = tuple(
    name for name, text in _SOURCES.items() if "{% extends" in text and name not in _FRAMES
)
LANGUAGE_NAMES = {"日本語", "English"}  # each is written in its own language
LANGUAGE_BOUND = {  # what else is shown as it is in every language
    "base.html": {"縁", "Enishi"},
    "home/index.html": {"話", "行", "催"},
    "styleguide/_type.html": set("縁農山漁村二地域居住えにしのうさんぎょそんにちいききょじゅう"),
}
_JAPANESE = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_TAG = re.compile(r"<code>[^<]*</code>|<[^>]*>", re.DOTALL)  # commands are not translated
_SPOKEN = re.compile(r"""\b(?:alt|title|aria-label|placeholder|content)="([^"]*\w[^"]*)\"""")
_MACHINE_CONTENT = re.compile(r"width=device-width|#[0-9a-f]{6}|telephone=no")


def source(name: str) -> str:
    return _SOURCES[name]


def parsed(name: str) -> nodes.Template:

    return environment().parse(source(name))


def words(tree: nodes.Template) -> Iterator[str]:
    """What a template would show as it stands.

    Texts between tags, in spoken attributes, and Japanese in an expression that is not translated.
    """
    markup = "".join(data.data for data in tree.find_all(nodes.TemplateData))
    yield from (word for word in re.split(r"[\s\W\d_]+", _TAG.sub(" ", markup)) if word)
    yield from (m[1] for m in _SPOKEN.finditer(markup) if not _MACHINE_CONTENT.search(m[1]))
    yield from _untranslated(tree)


def _untranslated(node: nodes.Node) -> Iterator[str]:
    called = node.node if isinstance(node, nodes.Call) else None
    if isinstance(called, nodes.Name) and called.name in ("_", "gettext", "ngettext"):
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        if _JAPANESE.search(node.value):
            yield node.value
        return
    for child in node.iter_child_nodes():
        yield from _untranslated(child)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_loads(name: str) -> None:

    environment().get_template(name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_says_nothing_that_is_not_translated(name: str) -> None:
    if name not in DOCUMENTS:
        allowed = LANGUAGE_BOUND.get(name, set()) | LANGUAGE_NAMES
        shown = {each for each in words(parsed(name)) if not set(each) <= allowed}
        assert shown - allowed == set()


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>ようこそ</p>", ["ようこそ"]),
        ("<p>Welcome</p>", ["Welcome"]),
        ("{{ 'ようこそ' | upper }}", ["ようこそ"]),
        ('<img src="x" alt="山">', ["山"]),
        ("{{ _('ようこそ') }}{{ ngettext('%(num)d人', '%(num)d人', n) }}", []),
        ('<p class="lead">{{ name }}</p>', []),
    ],
)
def test_untranslated_words_are_noticed(template: str, found: list[str]) -> None:

    assert list(words(environment().parse(template))) == found


# A file that people save, with its style in it: it is opened from disk, where no policy applies.
SAVED = "consultations/office_landscape_report.html"


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_needs_no_exception_from_the_content_security_policy(name: str) -> None:
    text = source(name)
    if name == SAVED:
        text = text.replace("<style>", "", 1)
    assert not re.search(r"""<style|\sstyle\s*=|\son[a-z]+\s*=\s*["']|javascript:|hx-on""", text)
    for tag in re.findall(r"<script[^>]*>", text):
        # A block of data is no script: nothing runs it, and the policy lets it stand.
        assert "static(" in tag or 'type="application/ld+json"' in tag, tag
    for address in re.findall(r"""(?:src|href)="(https?:)?//""", text):
        pytest.fail(f"{name} asks another host: {address}")


def all_of(name: str) -> set[str]:
    """The templates that a page is made of, by itself or through another one."""
    found, asked = set(), [name]
    while asked:
        part = asked.pop()
        if part not in found:
            found.add(part)
            asked += [each for each in referenced_templates(parsed(part)) if each]
    return found


@pytest.mark.parametrize("name", PAGES)
def test_a_page_loads_htmx_where_it_is_used(name: str) -> None:
    """It weighs more than everything else that a page asks for."""
    parts = all_of(name)
    is_used = any(re.search(r"""[\s"']hx-[a-z]""", source(part)) for part in parts)
    assert ("components/_htmx.html" in parts) == is_used


def test_pages_with_htmx_are_found() -> None:
    assert "programmes/_person.html" in all_of("programmes/apply.html")
    assert "components/_htmx.html" in all_of("programmes/index.html")
    assert "components/_htmx.html" not in all_of("consultations/vote.html")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_a_title(name: str) -> None:
    assert "title" in blocks_of(name)


def blocks_of(name: str) -> set[str]:
    """The blocks that a page fills, by itself or by the frame around it; not the site's own."""
    if name == "base.html":
        return set()
    page = parsed(name)
    frames = [str(each.template.value) for each in page.find_all(nodes.Extends)]  # type: ignore[attr-defined]
    own = {block.name for block in page.find_all(nodes.Block)}
    return own.union(*(blocks_of(frame) for frame in frames))


def test_pages_are_told_from_parts() -> None:
    assert {"home/index.html", "errors/error.html", "legal/page.html"} <= set(PAGES)
    assert not {"base.html", "errors/_notice.html", "components/field.html"} & set(PAGES)


def test_every_template_is_used() -> None:
    """By code or by another template; what only defines macros may be used by a test alone."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in PLATFORM.rglob("*.py"))
    code += "\n".join(_SOURCES.values())
    tests = "\n".join(
        path.read_text(encoding="utf-8") for path in Path(__file__).parents[1].rglob("*.py")
    )
    code += "".join(
        f'"{name}"'
        for name, text in _SOURCES.items()
        if "{% macro" in text and name not in PAGES and f'"{name}"' in tests
    )
    assert [n for n in TEMPLATES if n not in DOCUMENTS and f'"{n}"' not in code] == []


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if "/ja/" in name])
def test_a_document_has_the_same_sections_in_both_languages(name: str) -> None:
    japanese, english = (
        re.findall(r'<h2 id="([^"]+)"', source(name.replace("/ja/", f"/{lang}/")))
        for lang in ("ja", "en")
    )
    assert japanese == english
    assert len(japanese) == len(set(japanese)) > 0


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_is_short(name: str) -> None:
    assert len(source(name).splitlines()) <= 150


def _own_styles() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in (STATIC / "css").glob("*.css"))


def test_style_sheets_and_scripts_are_short_and_ask_nobody() -> None:
    own = [*(STATIC / "css").glob("*.css"), *(STATIC / "js").glob("*.js")]
    assert len(own) > 5
    for path in own:
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 300, path
        assert not re.search(r"@import|@font-face|https?://|//cdn|eval\(|innerHTML", text), path


def test_every_custom_property_is_defined() -> None:
    tokens = (STATIC / "vendor/digital-agency-tokens/tokens.css").read_text(encoding="utf-8")
    styles = _own_styles()
    defined = set(re.findall(r"(--[\w-]+)\s*:", tokens + styles))
    assert set(re.findall(r"var\((--[\w-]+)", styles)) - defined == set()


def test_every_style_is_of_something() -> None:
    """A class in a style sheet is in a template or in what charts draw (or is built there)."""
    written = "\n".join(source(name) for name in TEMPLATES) + "\n".join(
        path.read_text(encoding="utf-8")
        for path in [*(STATIC / "js").glob("*.js"), *PLATFORM.rglob("*.py")]
    )
    styles = re.sub(r"/\*.*?\*/", "", _own_styles(), flags=re.DOTALL)
    classes = set(re.findall(r"\.([a-z][\w-]*)(?=[\s,.:{>+)\[])", styles))
    built = set(re.findall(r"([a-z][a-z_-]*?--)(?=\"|\{\{)", written))
    unused = {
        name
        for name in classes
        if not re.search(rf"(?<![\w-]){name}(?![\w-])", written)
        and not any(name.startswith(prefix) for prefix in built)
    }
    assert unused - {"htmx-request"} == set()


def test_a_class_in_a_template_has_a_style_or_is_looked_for() -> None:
    scripts = [
        *STATIC.rglob("*.css"),
        *STATIC.rglob("*.js"),
        *Path(__file__).parents[1].rglob("*.py"),
    ]
    known = set(re.findall(r"[\w-]+", "\n".join(path.read_text("utf-8") for path in scripts)))
    named = {
        word
        for text in _SOURCES.values()
        for value in re.findall(r'class="([^"{]*)[{"]', text)
        for word in value.split()
        if not word.endswith("--")  # its end is chosen
    }
    blocks = {word.partition("__")[0] for word in known}  # whose parts have styles
    assert sorted(named - known - blocks) == []
