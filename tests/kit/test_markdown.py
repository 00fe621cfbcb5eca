"""Markdown of opinions: emphasis beside Japanese letters, and nothing unsafe."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from enishi.kit import markdown

B, E = "<strong>", "</strong>"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("**重要。**次へ", f"{B}重要。{E}次へ"),
        ("**「大切」**です", f"{B}「大切」{E}です"),
        ("これは**「大切」**です", f"これは{B}「大切」{E}です"),
        ("これは**大切**です", f"これは{B}大切{E}です"),
        ("まず**（1）費用**を", f"まず{B}（1）費用{E}を"),
        ("**費用（円）**を", f"{B}費用（円）{E}を"),
        ("**費用(円)**を", f"{B}費用(円){E}を"),
        ("**100%**です", f"{B}100%{E}です"),
        ("**“重要”**です", f"{B}“重要”{E}です"),
        ("**バス！**と**鉄道？**を", f"{B}バス！{E}と{B}鉄道？{E}を"),
        ("**ﾊﾞｽ｡**と", f"{B}ﾊﾞｽ｡{E}と"),
        ("*弱く。*次", "<em>弱く。</em>次"),
        ("***両方。***次", f"<em>{B}両方。{E}</em>次"),
        ("・**一つ目**：本文", f"・{B}一つ目{E}：本文"),
        ("**한국어.**한국", f"{B}한국어.{E}한국"),
        ("** 空白 **です", "** 空白 **です"),
        ("5 * 3 * 2", "5 * 3 * 2"),
        ("２＊３＊４", "２＊３＊４"),
        ("**bold**text and **bold.** text", f"{B}bold{E}text and {B}bold.{E} text"),
        ("__下線__は", "__下線__は"),
    ],
)
def test_bold_stands_beside_japanese_letters(text: str, wanted: str) -> None:
    assert markdown.render(text) == f"<p>{wanted}</p>\n"


def test_a_parser_of_plain_commonmark_leaves_it() -> None:
    """The control: why there is a rule of our own."""
    assert MarkdownIt("commonmark").render("**重要。**次へ") == "<p>**重要。**次へ</p>\n"


@given(st.text(st.sampled_from("ab*_ .(\\)!-\n1"), max_size=24))
def test_latin_texts_are_as_in_commonmark(text: str) -> None:
    plain = MarkdownIt("zero", {"html": False, "breaks": True})
    plain.enable(["paragraph", "text", "newline", "escape", "emphasis", "list", "blockquote"])
    plain.enable(["link", "entity", "hr", "balance_pairs", "fragments_join"])
    ours, theirs = markdown.render(text), plain.render(text)
    assert re.sub(r"\s|start=\"\d+\"|<br />|<br>|<hr />|<hr>", "", ours) == re.sub(
        r"\s|start=\"\d+\"|<br />|<br>|<hr />|<hr>", "", theirs
    )
