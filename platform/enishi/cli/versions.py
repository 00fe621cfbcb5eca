"""The installed version of Enishi."""

from importlib.metadata import PackageNotFoundError, version


def own_version() -> str:
    try:
        return version("enishi")
    except PackageNotFoundError:
        return "not installed, run from its source"
