"""No mail has a number of people but those that the list of live figures has for mails.

A mail is kept by its reader, who may be anybody: what it tells about others is public.
"""

import ast
import re
from pathlib import Path

from jinja2 import Environment, meta, nodes
from tests.architecture.test_layout import ROOT, python_files

TEMPLATES = ROOT / "frontend_templates"
LIST = ROOT / "docs" / "live-figures.md"
# What templates say that is no number: texts, names, addresses, codes and times.
WORDS = frozenset(
    {
        *("address", "url", "code", "receipt"),
        *("title", "programme", "organisation", "news", "reason", "body"),
        *("text", "note", "outcome_reason", "is_upheld"),
        *("starts_at", "was_starts_at", "offer_until", "day"),
        *("facts.when", "facts.where", "facts.travels", "facts.bring", "facts.rain"),
        *("facts.cancellation", "facts.telephone"),
    }
)
_COMPOSING = {"compose_and_send", "render", "_send"}
# How the rule of a number is kept where it is handed to a template.
_KEPT_BY = {"free": "seats_left"}


def listed() -> dict[str, str]:
    """The numbers in mails, and the rule of each."""
    text = LIST.read_text().partition("## Mails\n")[2].partition("\n## ")[0]
    rows = [line.split("|") for line in text.splitlines() if line.startswith("| `")]
    return {name: row[2].strip() for row in rows for name in re.findall(r"`([\w.]+)`", row[1])}


def variables_of(text: str) -> set[str]:
    """What a template is given, with the parts of an object; functions of gettext are left out."""
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=False)  # noqa: S701
    tree = environment.parse(text)
    names = meta.find_undeclared_variables(tree) - {"_", "gettext", "ngettext"}
    parts = {
        (each.node.name, each.attr)
        for each in tree.find_all(nodes.Getattr)
        if isinstance(each.node, nodes.Name)
    }
    whole = names - {name for name, _ in parts}
    return whole | {f"{name}.{part}" for name, part in parts if name in names}


def name_of(call: ast.Call) -> str:
    """The last name of what is called."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def calls() -> list[tuple[Path, ast.Call]]:
    return [
        (path, node)
        for path in python_files("platform", "jobs")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
    ]


def composing() -> list[ast.Call]:
    """Each place in the code that hands values to the template of a mail."""
    return [
        call for _, call in calls() if name_of(call) in _COMPOSING and "/mail/" in ast.unparse(call)
    ]


def test_each_value_in_a_mail_is_a_text_or_a_number_on_the_list() -> None:
    mails = sorted(TEMPLATES.glob("*/mail/*.txt"))
    assert len(mails) > 8
    given = {path.name: variables_of(path.read_text()) for path in mails}
    assert {
        name: left for name, each in given.items() if (left := each - WORDS - set(listed()))
    } == {}
    assert set(listed()) <= set().union(*given.values())
    assert not WORDS & set(listed())


def test_no_mail_counts_something_else_in_words() -> None:
    """A value before a counter of people: 3人, 5名, 12席, 20票."""
    counted = re.compile(r"(?:\}\}|%\((\w+)\)s)\s*(?:人|名|席|票|people|persons|votes)")
    found = [
        f"{path.name}: {each[0]}"
        for path in TEMPLATES.glob("*/mail/*.txt")
        for each in counted.finditer(path.read_text())
    ]
    assert found == []


def test_a_number_of_people_goes_through_the_function_that_cuts_it() -> None:
    handed = [
        (keyword.arg, keyword.value)
        for call in composing()
        for keyword in call.keywords
        if keyword.arg in _KEPT_BY
    ]
    assert handed
    for name, value in handed:
        assert isinstance(value, ast.Call), name
        assert isinstance(value.func, ast.Name), name
        assert value.func.id == _KEPT_BY[name or ""]
    of_people = {name for name, rule in listed().items() if rule != "content"}
    assert of_people == set(_KEPT_BY)


def test_every_mail_is_made_of_a_template() -> None:
    """Else the templates would not be all there is to read: a letter's text is a rendered one."""
    made = [(path, call) for path, call in calls() if name_of(call) == "Mail"]
    assert made
    for path, call in made:
        [text] = [ast.unparse(each.value) for each in call.keywords if each.arg == "text"]
        assert text == "letter.text", path
        assert "letter = " in path.read_text()
        assert "render(template, " in path.read_text(), path


def test_a_mail_with_an_unlisted_number_would_be_noticed() -> None:
    planted = '{{ _("%(people)s人が参加しました。", people=people) }}'
    assert variables_of(planted) - WORDS - set(listed()) == {"people"}
