"""`enishi verify certificate`: offline, with the keys and the status list in files."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from enishi.cli import database
from enishi.kit import clock, public_keys
from enishi.kit.jws import TokenError, from_base64url
from enishi.relations.certificates import queries, tokens, verification
from enishi.relations.certificates.kinds import Verdict
from enishi.relations.certificates.schemas import Checked, StatusList
from enishi.relations.certificates.tokens import Keys
from enishi.relations.certificates.verification import STATUS_DAYS

_SENTENCES = {
    Verdict.VALID: "valid: genuine, not expired and not revoked",
    Verdict.UNREADABLE: "unreadable: this is no certificate",
    Verdict.UNKNOWN_KEY: "unknown key: signed with a key that is not among the published ones",
    Verdict.FORGED: "forged: the signature does not belong to the content",
    Verdict.NOT_YET_VALID: "not yet valid: issued in the future, so a clock is wrong",
    Verdict.EXPIRED: "expired: genuine, but past its last day",
    Verdict.REVOKED: "revoked: genuine, but taken back",
    Verdict.UNCHECKED: "unchecked: genuine, but there is no status list that is new enough",
}
_file = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("file", metavar="FILE", type=_file)
@click.option("--keys", "keys_file", metavar="FILE", type=_file, help="/.well-known/jwks.json")
@click.option(
    "--status",
    "status_file",
    metavar="FILE",
    type=_file,
    help="/.well-known/certificate-status.jwt",
)
@click.option("--max-age", metavar="DAYS", type=click.IntRange(0, 3660), default=STATUS_DAYS)
def certificate(file: Path, keys_file: Path | None, status_file: Path | None, max_age: int) -> None:
    """Verify the certificate in FILE: what was downloaded, or the address of its QR code.

    With --keys it is verified offline, by files that the site publishes under /.well-known; without
    --status, or with a list older than --max-age (7 days), what is genuine is “unchecked”. Without
    --keys, keys and list are those of this installation's database.

    Exit codes: 0 valid; 1 not valid, or not verified; 2 wrong usage.
    """
    if keys_file is None and status_file is not None:
        raise click.UsageError("--status needs --keys.")
    if keys_file is None:
        keys, listed = database.run(_own)
    else:
        keys = _read_keys(keys_file)
        listed = _read_status(status_file, keys) if status_file else None
    text = file.read_text(encoding="utf-8", errors="replace")
    checked = verification.verify(text, keys, listed, clock.now(), timedelta(days=max_age))
    _show(checked)
    raise SystemExit(0 if checked.verdict is Verdict.VALID else 1)


def _show(checked: Checked) -> None:
    click.echo(_SENTENCES[checked.verdict])
    if (claims := checked.claims) is None:
        return
    click.echo(f"place: {claims.place} {claims.place_name}")
    click.echo(f"tier: {claims.tier}")
    click.echo(f"valid until: {claims.last_day.isoformat()}")
    click.echo(f"name: {claims.name or '(none)'}")
    click.echo(f"number: {claims.number}")
    click.echo(f"issued by: {claims.issuer}")
    if checked.status_at:
        click.echo(f"status list of: {checked.status_at:%Y-%m-%d %H:%M} UTC")


async def _own() -> tuple[Keys, StatusList | None]:
    keys, token = await public_keys.list_keys(), await queries.find_status_list()
    return keys, tokens.read_status_list(token, keys) if token else None


def _read_keys(file: Path) -> Keys:
    try:
        document: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return {
            str(key["kid"]): from_base64url(key["x"])
            for key in document["keys"]
            if (key.get("kty"), key.get("crv")) == ("OKP", "Ed25519")
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise click.ClickException(f"{file} is no JSON Web Key Set.") from error


def _read_status(file: Path, keys: Keys) -> StatusList:
    try:
        return tokens.read_status_list(file.read_text(encoding="ascii").strip(), keys)
    except (OSError, ValueError, TokenError) as error:
        raise click.ClickException(
            f"{file} is no status list that one of these keys signed."
        ) from error
