"""Polis exports in each layout; damaged ones are refused with file, line and reason."""

from pathlib import Path

import pytest

from enishi.kit.i18n import Language, speaking
from enishi.landscape.errors import ExportError
from enishi.landscape.polis_export import PolisExport, read_polis_export

COMMENTS = """timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body
1,x,10,1,1,0,1,"駅前に
ベンチを, もっと"
2,x,11,1,0,1,-1,no
3,x,12,1,0,0,0,nobody voted here
"""
VOTES = """timestamp,datetime,comment-id,voter-id,vote
30,x,10,2,1
10,x,10,2,-1
20,x,11,7,-1
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
    assert found.unvoted == [12]
    assert "1" in str(found.notes[0])


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
    found = read_polis_export(write(tmp_path, votes="pid,tid,vote,created\n2,10,1,5\n2,10,0,4\n"))
    assert rows(found) == [(2, 10, 1)]
    assert found.statements[0].text == ""


def test_meta_statements_are_read(tmp_path: Path) -> None:
    comments = "comment-id,is-meta,moderated\n10,true,0\n11,false,0\n"
    found = read_polis_export(write(tmp_path, comments=comments, votes=VOTES))
    assert found.moderation.meta.tolist() == [True, False]
    assert found.moderation.zeroed.tolist() == [True, False]


def test_minus_one_for_agree_is_recognised_by_the_recorded_counts(tmp_path: Path) -> None:
    comments = "comment-id,agrees\n" + "".join(f"{j},{j + 2}\n" for j in range(8))
    votes = "voter-id,comment-id,vote\n" + "".join(
        f"{i},{j},{-1 if i < j + 2 else 1}\n" for j in range(8) for i in range(2 * j + 5)
    )
    found = read_polis_export(write(tmp_path, comments=comments, votes=votes))
    assert sum(v == 1 for _, _, v in rows(found)) == sum(j + 2 for j in range(8))
    assert len(found.notes) == 1


@pytest.mark.parametrize(
    ("name", "text", "line", "reason"),
    [
        ("votes", "", 0, "empty"),
        ("votes", VOTES + "40,x,10,3,2\n", 5, "“2” is not -1, 0 or 1"),
        ("votes", VOTES + "40,x,ten,3,1\n", 5, "“ten” in column “comment-id”"),
        ("votes", VOTES + "soon,x,10,3,1\n", 5, "“soon” in column “timestamp”"),
        ("votes", VOTES + "40,x,10,3\n", 5, "4 columns, the header 5"),
        ("votes", VOTES.encode() + b"40,\xff,10,3,1\n", 5, "not UTF-8"),
        ("votes", VOTES + '40,"x,10,3,1\n', 5, "not CSV"),
        ("votes", VOTES.replace("vote\n", "stance\n", 1), 1, "no column “vote”"),
        ("votes", VOTES.replace("datetime", "VOTE"), 1, "two columns “vote”"),
        ("comments", COMMENTS + "4,x,10,1,0,0,1,again\n", 6, "Statement 10 stands in an earlier"),
        ("comments", COMMENTS + "4,x,13,1,0,0,yes,text\n", 6, "“yes” in column “moderated”"),
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
