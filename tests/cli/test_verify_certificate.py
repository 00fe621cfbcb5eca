"""Certificates verified offline: by our command, and by a program that imports nothing of ours."""

import ast
import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.relations.certificates import KEY, KEYS, OTHER, claims, listed, token
from tests.servers.harness import clean_environment

from enishi.cli import main
from enishi.kit import clock, db, public_keys
from enishi.kit.public_keys import key_set
from enishi.relations.certificates import sd_jwt, tokens
from enishi.relations.certificates.schemas import StatusList
from enishi.settings import get_settings

PROGRAM = Path(__file__).parents[2] / "docs/verify_certificate.py"
NOW = clock.now().replace(microsecond=0)
ISSUED = NOW - timedelta(days=20)
OWN = {"issued_at": ISSUED, "expires_at": ISSUED + timedelta(days=365)}
HOUR = timedelta(hours=1)


def _status(**more: object) -> StatusList:
    return listed(**({"standing": [claims(**OWN)], "at": NOW - HOUR} | more))  # type: ignore[arg-type]


def _chosen(*shown: str) -> str:
    return sd_jwt.choose(sd_jwt.sign(claims(**OWN, name="花子"), KEY), shown)


# What is verified -> (the verdict, the certificate, the status list or None).
CASES: dict[str, tuple[str, str, StatusList | None]] = {
    "valid": ("valid", token(**OWN, name="花子"), _status()),
    "address": ("valid", f"https://enishi.example.jp/ja/verify#{token(**OWN)}", _status()),
    "chosen": ("valid", _chosen("place"), _status()),
    "nothing chosen": ("valid", _chosen(), _status()),
    "chosen, revoked": ("revoked", _chosen(), _status(standing=[], revoked=[claims(**OWN)])),
    "chosen, cut off": ("unreadable", _chosen("place")[:-1], _status()),
    "not signed": ("unreadable", _chosen("place") + "WyJhIiwibmFtZSIsImIiXQ~", _status()),
    "newer than the list": ("valid", token(**OWN | {"issued_at": NOW}), _status()),
    "revoked": ("revoked", token(**OWN), _status(standing=[], revoked=[claims(**OWN)])),
    "forged": ("forged", token(**OWN)[:-30] + "A" * 30, _status()),
    "unknown key": ("unknown_key", token(OTHER, **OWN), _status()),
    "expired": ("expired", token(**OWN | {"expires_at": NOW - HOUR}), _status()),
    "not yet valid": ("not_yet_valid", token(**OWN | {"issued_at": NOW + HOUR}), _status()),
    "no list": ("unchecked", token(**OWN), None),
    "old list": ("unchecked", token(**OWN), _status(at=NOW - timedelta(days=8))),
    "list of another site": ("unchecked", token(**OWN), _status(issuer="https://x.example.jp")),
    "no certificate": ("unreadable", "これは登録証ではありません", _status()),
    "a list as certificate": ("unreadable", tokens.sign_status_list(_status(), KEY), _status()),
}


def ours(arguments: list[str]) -> tuple[int, str]:
    certificate, keys, *status = arguments
    options = ["--keys", keys, *(["--status", *status] if status else [])]
    result = CliRunner().invoke(main, ["verify", "certificate", certificate, *options])
    return result.exit_code, result.output


def theirs(arguments: list[str]) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-I", "-X", "utf8", str(PROGRAM), *arguments],
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def _files(folder: Path, certificate: str, status: StatusList | None) -> list[str]:
    written = {"certificate.txt": certificate, "jwks.json": json.dumps(key_set(KEYS))}
    if status:
        written["status.jwt"] = tokens.sign_status_list(status, KEY) + "\n"
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [str(folder / name) for name in written]


@pytest.mark.parametrize("program", [ours, theirs])
@pytest.mark.parametrize("name", CASES)
def test_both_programs_say_the_same(
    tmp_path: Path, name: str, program: Callable[[list[str]], tuple[int, str]]
) -> None:
    verdict, certificate, status = CASES[name]
    code, output = program(_files(tmp_path, certificate, status))
    said = output.splitlines()[0].partition(":")[0].replace(" ", "_")
    assert (said, code) == (verdict, 0 if verdict == "valid" else 1)
    assert ("岐阜県飛騨市" in output) or name not in {"valid", "chosen"}
    assert ("花子" in output) is (name == "valid")
    if verdict in {"forged", "unknown_key", "unreadable"}:
        assert "飛騨" not in output


def test_a_forged_list_checks_nothing(tmp_path: Path) -> None:
    arguments = _files(tmp_path, token(**OWN), _status())
    forged = tokens.sign_status_list(_status(), OTHER)
    (tmp_path / "status.jwt").write_text(forged)
    code, output = ours(arguments)
    assert code == 1
    assert "no status list that one of these keys signed" in output
    assert theirs(arguments)[1].startswith("unchecked")


def test_other_files_are_refused_in_one_sentence(tmp_path: Path) -> None:
    certificate, keys, status = _files(tmp_path, token(**OWN), _status())
    code, output = ours([certificate, status, status])
    assert (code, "is no JSON Web Key Set" in output) == (1, True)
    runner = CliRunner()
    alone = runner.invoke(main, ["verify", "certificate", certificate, "--status", status])
    assert (alone.exit_code, "--status needs --keys" in alone.output) == (2, True)
    strict = ["verify", "certificate", certificate, "--keys", keys, "--status", status]
    assert runner.invoke(main, [*strict, "--max-age", "0"]).exit_code == 1


def test_the_program_is_short_and_imports_nothing_of_ours() -> None:
    source = PROGRAM.read_text()
    assert len(source.splitlines()) <= 80
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name) or ""
        for node in ast.walk(ast.parse(source))
        if isinstance(node, (ast.Import, ast.ImportFrom))
    }
    assert not {name for name in imported if name.startswith("enishi")}
    assert {name.partition(".")[0] for name in imported} - sys.stdlib_module_names == {
        "cryptography"
    }


@pytest.mark.usefixtures("own_database")
async def test_without_files_the_keys_and_the_list_are_those_of_the_database(
    tmp_path: Path,
) -> None:
    certificate = tmp_path / "certificate.txt"
    await asyncio.to_thread(certificate.write_text, token(**OWN))

    def said() -> str:
        done = subprocess.run(
            [sys.executable, "-m", "enishi.cli", "verify", "certificate", str(certificate)],
            cwd=PROGRAM.parents[1],
            env=clean_environment(ENISHI_DATABASE_URL=get_settings().database_dsn),
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout.partition(":")[0]

    assert said() == "unknown key"
    await public_keys.register(KEY.public)
    assert said() == "unchecked"
    await db.execute(
        "INSERT INTO relations_status_list (id, token, issued_at) VALUES (1, $1, $2)",
        tokens.sign_status_list(_status(), KEY),
        NOW,
    )
    assert said() == "valid"
