"""`enishi landscape DIR`."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.landscape.planted import plant
from tests.landscape.test_polis_export import COMMENTS, VOTES, WIDE, write

from enishi.cli import main
from enishi.landscape.engines import FEW_VOTES, engine_for


def enishi(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["landscape", *map(str, arguments)])


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A planted conversation in the layout of a Polis export, with some repeated votes."""
    folder = tmp_path_factory.mktemp("planted")
    planted = plant(400, 30, 14)
    columns = (planted.statements, planted.participants, planted.votes)
    lines = [
        f"{1_600_000_000 + t},{j},{i},{v}" for t, (j, i, v) in enumerate(zip(*columns, strict=True))
    ]
    write(folder, votes="timestamp,comment-id,voter-id,vote\n" + "\n".join(lines) + "\n")
    texts = "".join(f'{j},{-1 if j == 3 else 1},"statement {j}"\n' for j in range(30))
    return write(folder, comments="comment-id,moderated,comment-body\n" + texts)


@pytest.mark.parametrize("mode", ["direct", "polis"])
def test_the_document_names_all_its_inputs(export: Path, mode: str) -> None:
    result = enishi(export, "--mode", mode)
    assert result.exit_code == 0
    found: dict[str, Any] = json.loads(result.stdout)
    assert found["schema"] == "enishi.landscape/2"
    assert found["engine"]["name"] == "reference"
    assert found["parameters"]["mode"] == mode
    assert len(found["input"]["sha256"]) == 64
    assert len(found["statements"]) == 30
    assert found["statements"][3]["moderated_out"]
    assert found["statements"][4]["text"] == "statement 4"
    assert {len(column) for column in found["participants"].values()} == {400}
    assert sum(group["members"] for group in found["groups"]) == sum(
        group is not None and group >= 0 for group in found["participants"]["group"]
    )


def test_the_same_votes_in_another_order_give_the_same_document(
    export: Path, tmp_path: Path
) -> None:
    header, *lines = (export / "votes.csv").read_text().splitlines()
    (tmp_path / "votes.csv").write_text("\n".join([header, *reversed(lines), ""]))
    (tmp_path / "comments.csv").write_text((export / "comments.csv").read_text())
    one, two = (json.loads(enishi(folder).stdout) for folder in (export, tmp_path))
    assert one["input"].pop("name") != two["input"].pop("name")
    assert one == two


def test_groups_can_be_fixed_and_the_document_written_to_a_file(
    export: Path, tmp_path: Path
) -> None:
    out = tmp_path / "landscape.json"
    assert enishi(export, "--groups", "3", "--out", out).stdout == ""
    assert len(json.loads(out.read_text())["groups"]) == 3


def test_the_summary_is_a_page_of_text_in_either_language(export: Path) -> None:
    japanese = enishi(export, "--summary").stdout
    english = enishi(export, "--summary", "--language", "en").stdout
    for heading in ("■ グループ", "■ 共通点", "■ 意見が分かれるところ", "■ 確かでないこと"):
        assert heading in japanese
    for heading in ("■ Groups", "■ Common ground", "■ What divides", "■ What is uncertain"):
        assert heading in english
    assert "400 participants, 30 statements" in english
    assert "statement 3\n" not in english  # moderated out


def test_a_damaged_file_ends_with_one_sentence_and_code_1(tmp_path: Path) -> None:
    write(
        tmp_path,
        comments=COMMENTS,
        votes=VOTES + "1600000000001,x,10,3,yes\n",
        participants__votes=WIDE,
    )
    result = enishi(tmp_path, "--language", "en")
    assert result.exit_code == 1
    assert result.stderr == "Error: votes.csv, line 5: The vote “yes” is not -1, 0 or 1.\n"
    assert enishi(tmp_path / "nowhere").exit_code == 1


@pytest.mark.parametrize("groups", ["many", "0", "99"])
def test_wrong_usage_ends_with_code_2(export: Path, groups: str) -> None:
    assert enishi(export, "--groups", groups).exit_code == 2


def test_few_votes_are_analysed_without_loading_the_compiler(export: Path) -> None:
    """The compiler takes longer to load than all of such an analysis."""
    program = (
        "import sys\nfrom enishi.cli import main\n"
        "try:\n    main(sys.argv[1:])\nfinally:\n    print('numba' in sys.modules, file=sys.stderr)"
    )
    for options, loaded in (((), "False"), (("--engine", "compiled"), "True")):
        done = subprocess.run(
            [sys.executable, "-c", program, "landscape", str(export), *options],
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stderr.split()[-1] == loaded


def test_many_votes_are_worth_the_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ENISHI_LANDSCAPE_ENGINE", raising=False)
    assert engine_for(FEW_VOTES - 1).name == "reference"
    assert engine_for(FEW_VOTES).name == "compiled"
    assert engine_for(10, "compiled").name == "compiled"
    monkeypatch.setenv("ENISHI_LANDSCAPE_ENGINE", "compiled")
    assert engine_for(10).name == "compiled"
