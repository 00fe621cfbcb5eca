"""The signing key beside a backup: written, checked and brought back."""

from pathlib import Path

from enishi.kit import signing_key
from enishi.kit.signing_key import SigningKey
from enishi.servers.backup_folder import Manifest
from enishi.servers.errors import ServerError


def own_id() -> str:
    """The id of this installation's signing key; empty where nothing was signed yet."""
    found = signing_key.read(signing_key.path())
    return found.id if found else ""


def write_beside(backup: Path) -> Path | None:
    """Write the key beside a backup and never into it. Returns where, or None without a key."""
    found = signing_key.read(signing_key.path())
    if found is None:
        return None
    file = signing_key.path_beside(backup)
    try:
        signing_key.replace(found, file)
    except OSError as error:
        raise ServerError(f"{file} cannot be written: {error.strerror}.") from error
    return file


def find_for(manifest: Manifest, backup: Path, named: Path | None) -> SigningKey | None:
    """The key to restore: from the named file, else from beside the backup, else None.

    Raises ServerError for another key than that of the backup.
    """
    file = named or signing_key.path_beside(backup)
    found = signing_key.read(file)
    if found is None and named is not None:
        raise ServerError(f"{named} does not exist.")
    if found is not None and found.id != manifest.signing_key:
        raise ServerError(
            f"{file} is the signing key {found.id}: this backup was made with"
            f" {manifest.signing_key or 'none'}."
        )
    return found


def bring_back(key: SigningKey | None, manifest: Manifest) -> str:
    """Put the key into its place. Returns a warning if the key of the backup is not there."""
    try:
        if key is not None:
            signing_key.replace(key, signing_key.path())
    except OSError as error:
        raise ServerError(f"{signing_key.path()} cannot be written: {error.strerror}.") from error
    if manifest.signing_key in {"", own_id()}:
        return ""
    return (
        f"Warning: this backup was made with the signing key {manifest.signing_key}, which is not"
        f" at {signing_key.path()}. Nothing is signed until you put it there, or make another one"
        " with `enishi signing renew`."
    )
