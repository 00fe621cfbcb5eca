"""Names the field of each message in the summary of errors above a form.

"Please enter something" twice does not say where. A summary stands above its fields, whose labels
the templates write later: so the labels are read from the finished page and put before the messages
that link to them. Each form has them in this way, and no template lists them twice. Only a page
with a summary is read.
"""

import re
from html import escape
from html.parser import HTMLParser

from enishi.kit.i18n import gettext

_MARK = "data-error-summary"
_MESSAGE = re.compile(r'<a href="#f-([^"]+)" data-error>')
_WITHOUT_END = frozenset({"input", "br", "wbr", "img"})


class _Labels(HTMLParser):
    """`found`: name of a field -> its label, without "required" and "optional"; and all `ids`.

    A group of choices, such as radio buttons, has its legend; a list of parts its heading. A field
    of a section with data-error-group has the group's name before its own.
    """

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.ids: set[str] = set()
        self._groups: list[str] = []  # of the open sections
        self._legend = ""  # of the group of choices whose first control comes next
        self._control: str | None = None  # what the open label or legend is for
        self._text: list[str] = []
        self._left_out = 0  # depth inside an element that is no part of the label

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        found_id = given.get("id", "")
        self.ids.add(found_id)
        if tag == "section":
            around = self._groups[-1] if self._groups else ""
            self._groups.append(given.get("data-error-group", around))
        elif tag in ("label", "legend") or (tag == "h2" and found_id.startswith("f-")):
            self._control, self._text, self._left_out = given.get("for", found_id), [], 0
        elif self._control is not None and tag not in _WITHOUT_END:
            if self._left_out or "field__need" in given.get("class", ""):
                self._left_out += 1
        elif self._legend and tag == "input" and given.get("type") in ("radio", "checkbox"):
            self._say(found_id, self._legend)
            self._legend = ""

    def handle_endtag(self, tag: str) -> None:
        if tag in ("label", "legend", "h2") and self._control is not None:
            text = " ".join("".join(self._text).split())
            if tag == "legend":
                self._legend = text
            else:
                self._say(self._control, text)
            self._control = None
        elif tag == "fieldset":
            self._legend = ""
        elif tag == "section" and self._groups:
            self._groups.pop()
        elif self._left_out:
            self._left_out -= 1

    def handle_data(self, data: str) -> None:
        if self._control is not None and not self._left_out:
            self._text.append(data)

    def _say(self, control: str, label: str) -> None:
        group = self._groups[-1] if self._groups else ""
        self.found.setdefault(control.removeprefix("f-"), f"{group} {label}".strip())


def name_fields(page: str) -> str:
    """The page with the labels of its fields in its summary of errors, if it has one.

    A message of a part of a field (`home.code`) links to the field that the page has (`home`).
    """
    if _MARK not in page:
        return page
    labels = _Labels()
    labels.feed(page)

    def named(link: re.Match[str]) -> str:
        parts = link[1].split(".")
        around = [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
        name = next((each for each in around if f"f-{each}" in labels.ids), link[1])
        label = next((labels.found[each] for each in around if each in labels.found), "")
        said = f"{escape(label)}{gettext('：')}" if label else ""
        return f'<a href="#f-{name}">{said}'

    return _MESSAGE.sub(named, page)
