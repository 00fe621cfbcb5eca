"""Polis exports in each layout; damaged ones are refused with file, line and reason."""

from pathlib import Path

import pytest
from tests.landscape.polis_exports import read_polis_export

from enishi.kit.i18n import Language, speaking
from enishi.landscape.errors import ExportError
from enishi.landscape.polis_export import PolisExport

COMMENTS = """timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body
1600000001000,x,10,1,1,1,1,"駅前に
ベンチを, もっと"
1600000002000,x,11,1,0,1,-1,no
1600000003000,x,12,1,0,0,0,nobody voted here
"""
VOTES = """timestamp,datetime,comment-id,voter-id,vote
1600000030000,x,10,2,1
1600000010000,x,10,2,-1
1600000020000,x,11,7,-1
"""
WIDE = """participant,group-id,n-comments,n-votes,n-agree,n-disagree,10,11,12
2,0,0,1,1,0,1,,
7,1,0,1,0,1,,-1,
"""


def write(folder: Path, **files: str | bytes) -> Path:
    for name, text in files.items():
        raw = text.encode() if isinstance(text, str) else text
        (folder / f"{name.replace('__', '-')}.csv").write_bytes(raw)
    return folder


def rows(export: PolisExport) -> list[tuple[int, int, int]]:
    people, statements, votes = export.votes.events()
    return [
        (int(export.votes.participant_ids[p]), int(export.votes.statement_ids[s]), int(v))
        for p, s, v in zip(people, statements, votes, strict=True)
    ]


def test_the_layout_of_open_data(tmp_path: Path) -> None:
    found = read_polis_export(
        write(tmp_path, comments=COMMENTS, votes=VOTES, participants__votes=WIDE)
    )
    assert rows(found) == [
        (2, 10, 1),
        (7, 11, -1),
    ]  # the later timestamp counts, not the later line
    assert [s.id for s in found.statements] == [10, 11]
    assert found.statements[0].text == "駅前に\nベンチを, もっと"
    assert found.moderation.out.tolist() == [False, True]
    assert found.recorded.tolist() == [0, 1]
    assert (found.unvoted, found.voteless) == ([12], [1])
    assert [str(note).count("1 ") for note in found.notes] == [1, 1]


def test_the_layout_of_a_report_with_prefixes_and_underscores(tmp_path: Path) -> None:
    votes = VOTES.replace("comment-id", "comment_id").replace("voter-id", "voter_id")
    wide = WIDE.replace("participant,", "participant,xid,").replace("2,0", "2,a,0")
    write(tmp_path, r1abc__comments="\ufeff" + COMMENTS.replace("\n", "\r\n"), r1abc__votes=votes)
    write(tmp_path, r1abc__participant__votes=wide.replace("7,1", "7,,1"))
    found = read_polis_export(tmp_path)
    assert rows(found) == [(2, 10, 1), (7, 11, -1)]
    assert found.recorded.tolist() == [0, 1]


def test_without_a_votes_file_the_wide_file_holds_the_votes(tmp_path: Path) -> None:
    found = read_polis_export(write(tmp_path, comments=COMMENTS, participants__votes=WIDE))
    assert rows(found) == [(2, 10, 1), (7, 11, -1)]


def test_a_votes_file_with_the_column_names_of_the_database_is_enough(tmp_path: Path) -> None:
    found = read_polis_export(
        write(tmp_path, votes="pid,tid,vote,created\n2,10,1,1600000005000\n2,10,0,1600000004000\n")
    )
    assert rows(found) == [(2, 10, 1)]
    assert found.statements[0].text == ""


def test_meta_statements_are_read(tmp_path: Path) -> None:
    comments = "comment-id,is-meta,moderated,comment-body\n10,true,0,x\n11,false,0,x\n"
    found = read_polis_export(write(tmp_path, comments=comments, votes=VOTES))
    assert found.moderation.meta.tolist() == [True, False]
    assert found.moderation.zeroed.tolist() == [True, False]


@pytest.mark.parametrize(
    ("name", "text", "line", "reason"),
    [
        ("votes", "", 0, "empty"),
        ("votes", VOTES + "1600000040000,x,10,3,2\n", 5, "“2” is not -1, 0 or 1"),
        ("votes", VOTES + "1600000040000,x,ten,3,1\n", 5, "“ten” in column “comment-id”"),
        ("votes", VOTES + "soon,x,10,3,1\n", 5, "“soon” in column “timestamp”"),
        ("votes", VOTES + "1600000040000,x,10,3\n", 5, "4 columns, the header 5"),
        ("votes", VOTES.encode() + b"1600000040000,\xff,10,3,1\n", 5, "not UTF-8"),
        ("votes", VOTES + '1600000040000,"x,10,3,1\n', 5, "not CSV"),
        ("votes", VOTES.replace("vote\n", "stance\n", 1), 1, "no column “vote”"),
        ("votes", VOTES.replace("datetime", "VOTE"), 1, "two columns “vote”"),
        (
            "comments",
            COMMENTS + "1600000004000,x,10,1,0,0,1,again\n",
            6,
            "Statement 10 stands in an earlier",
        ),
        (
            "comments",
            COMMENTS + "1600000004000,x,13,1,0,0,yes,text\n",
            6,
            "“yes” in column “moderated”",
        ),
        ("participants-votes", WIDE + "7,1,0,1,0,1,,-1,\n", 4, "Participant 7 stands"),
        ("participants-votes", WIDE + "8,B,0,1,0,1,,-1,\n", 4, "“B” in column “group-id”"),
    ],
)
def test_a_damaged_file_is_refused_with_file_line_and_reason(
    tmp_path: Path, name: str, text: str | bytes, line: int, reason: str
) -> None:
    write(tmp_path, comments=COMMENTS, votes=VOTES, participants__votes=WIDE)
    write(tmp_path, **{name: text})
    with pytest.raises(ExportError) as caught:
        read_polis_export(tmp_path)
    assert (caught.value.file.name, caught.value.line) == (f"{name}.csv", line)
    with speaking(Language.EN):
        assert reason in str(caught.value)
        assert line == 0 or f"{name}.csv, line {line}: " in str(caught.value)


def test_a_folder_without_votes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportError):
        read_polis_export(tmp_path)
    with pytest.raises(ExportError):
        read_polis_export(tmp_path / "nowhere")


def test_two_files_of_a_kind_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"b-votes\.csv"):
        read_polis_export(write(tmp_path, a__votes=VOTES, b__votes=VOTES))
