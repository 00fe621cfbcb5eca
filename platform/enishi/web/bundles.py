"""The one style sheet and the one script of all pages, joined from their source files.

A first view requests two files instead of fifteen, and later views find them in the browser's
cache. Comments, indentation and unused design tokens are left out; the rest stays as written, so
this module is the only tool that joining needs.
"""

import re

from enishi.paths import STATIC

TOKENS = "vendor/digital-agency-tokens/tokens.css"
# In the order of the cascade: within a layer the later one wins.
STYLES = (
    "css/foundation.css",
    "css/base.css",
    "css/layout.css",
    "css/navigation.css",
    "css/controls.css",
    "css/blocks.css",
    "css/tables.css",
    "css/flow.css",
    "css/accounts.css",
    "css/home.css",
    "css/charts.css",
    "css/statistics.css",
    "css/voting.css",
    "css/dialogues.css",
    "css/results.css",
    "css/programmes.css",
    "css/programme-story.css",
    "css/applications.css",
    "css/programme-office.css",
    "css/applicants.css",
    "css/places.css",
    "css/certificates.css",
    "css/styleguide.css",
    "css/picker.css",
    "css/print.css",
)
SCRIPTS = (
    "js/parts.js",
    "js/forms.js",
    "js/counter.js",
    "js/dialog.js",
    "js/drafts.js",
    "js/receipts.js",
    "js/municipality-picker.js",
    "js/voting.js",
)
_STRING = r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
_COMMENT_OR_SPACE = re.compile(rf"{_STRING}|/\*.*?\*/|\s+", re.DOTALL)
_AROUND_PUNCTUATION = re.compile(rf"{_STRING}|\s*([{{}};,])\s*")
_TOKEN = re.compile(r"(--[\w-]+)\s*:\s*([^;{}]+);")
_USED_TOKEN = re.compile(r"var\(\s*(--[\w-]+)")
# Comments that take whole lines, as ours do: nothing in a line of code is touched.
_COMMENT_LINES = re.compile(r"^\s*(?://[^\n]*|/\*.*?\*/[ \t]*)$", re.DOTALL | re.MULTILINE)


def join_styles() -> str:
    own = "\n".join(_read(name) for name in STYLES)
    return without_authors_space(used_tokens(_read(TOKENS), own) + own)


def join_scripts() -> str:
    """Each script in a block of its own, so that no name of one meets another's."""
    return "\n".join(f"{{\n{without_comment_lines(_read(name))}\n}}" for name in SCRIPTS)


def _read(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


def used_tokens(tokens: str, styles: str) -> str:
    """The rule of those custom properties that the styles use, by themselves or by another one."""
    defined = dict(_TOKEN.findall(tokens))
    used: dict[str, str] = {}
    asked = _USED_TOKEN.findall(styles)
    while asked:
        name = asked.pop()
        if name in defined and name not in used:
            used[name] = defined[name]
            asked += _USED_TOKEN.findall(defined[name])
    return ":root{" + "".join(f"{name}:{used[name]};" for name in sorted(used)) + "}"


def without_authors_space(styles: str) -> str:
    """A style sheet without comments, and without the space that means nothing in CSS."""
    told = _COMMENT_OR_SPACE.sub(lambda found: found[1] or " ", styles)
    return _AROUND_PUNCTUATION.sub(lambda found: found[1] or found[2], told).strip()


def without_comment_lines(script: str) -> str:
    """A script without lines that are comments, without empty ones and without indentation.

    Only for scripts in which no string goes over several lines.
    """
    lines = (line.strip() for line in _COMMENT_LINES.sub("", script).splitlines())
    return "\n".join(line for line in lines if line)
