"""Reading the page of a kept form as a browser does."""

from html.parser import HTMLParser

import httpx


class KeptForm(HTMLParser):
    """The fields of the form that ends with "send again", as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: list[tuple[str, str]] = []
        self.shown: list[str] = []
        self.headings = 0
        self._in_form = self._in_text = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        self.headings += tag == "h1"
        if tag == "form":
            assert not self.action
            self.action, self._in_form = found["action"], True
        elif self._in_form and tag == "input":
            self.fields.append((found["name"], found["value"]))
        elif self._in_form and tag == "textarea":
            self.fields.append((found["name"], ""))
            self._in_text = True

    def handle_endtag(self, tag: str) -> None:
        self._in_form &= tag != "form"
        if tag == "textarea":
            self._in_text = False
            name, value = self.fields.pop()
            # A browser drops the first line break, and sends the others as CRLF.
            value = value.removeprefix("\n")
            self.shown.append(value)
            self.fields.append((name, value.replace("\n", "\r\n")))

    def handle_data(self, data: str) -> None:
        if self._in_text:
            name, value = self.fields[-1]
            self.fields[-1] = (name, value + data)

    def values(self) -> dict[str, list[str]]:
        values: dict[str, list[str]] = {}
        for name, value in self.fields:
            values.setdefault(name, []).append(value)
        return values


def kept(answer: httpx.Response) -> KeptForm:
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    parser = KeptForm()
    parser.feed(answer.text)
    assert parser.headings == 1
    return parser
