"""The key of published figures beside a backup: written, checked and brought back."""

from pathlib import Path

from enishi.kit import figures_key
from enishi.kit.figures_key import FiguresKey
from enishi.servers.backup_folder import Manifest
from enishi.servers.errors import ServerError


def own_id() -> str:
    """The id of this installation's key; empty where no figures were published yet."""
    found = figures_key.read(figures_key.path())
    return found.id if found else ""


def write_beside(backup: Path) -> Path | None:
    """Write the key beside a backup and never into it. Returns where, or None without a key."""
    found = figures_key.read(figures_key.path())
    if found is None:
        return None
    file = figures_key.path_beside(backup)
    try:
        figures_key.replace(found, file)
    except OSError as error:
        raise ServerError(f"{file} cannot be written: {error.strerror}.") from error
    return file


def find_for(manifest: Manifest, backup: Path, named: Path | None) -> FiguresKey | None:
    """The key to restore: from the named file, else from beside the backup, else None.

    Raises ServerError for one that the figures of the backup were not made with.
    """
    file = named or figures_key.path_beside(backup)
    found = figures_key.read(file)
    if found is None and named is not None:
        raise ServerError(f"{named} does not exist.")
    if found is not None and found.id != manifest.figures_key:
        raise ServerError(
            f"{file} is the key {found.id}: the figures of this backup were made with"
            f" {manifest.figures_key or 'none'}."
        )
    return found


def bring_back(key: FiguresKey | None, manifest: Manifest) -> str:
    """Put the key into its place. Returns a warning if the key of the backup is not there."""
    try:
        if key is not None:
            figures_key.replace(key, figures_key.path())
    except OSError as error:
        raise ServerError(f"{figures_key.path()} cannot be written: {error.strerror}.") from error
    if manifest.figures_key in {"", own_id()}:
        return ""
    return (
        f"Warning: the figures of this backup were made with the key {manifest.figures_key}, which"
        f" is not at {figures_key.path()}. No figures are published until you put it there."
    )
