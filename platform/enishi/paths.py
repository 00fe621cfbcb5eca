"""Where files that are not Python live, in a checkout and in an installed wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_PACKAGED_TEMPLATES = _PACKAGE / "_frontend_templates"

FRONTEND_TEMPLATES = (
    _PACKAGED_TEMPLATES
    if _PACKAGED_TEMPLATES.is_dir()
    else _PACKAGE.parent.parent / "frontend_templates"
)
STATIC = FRONTEND_TEMPLATES / "static"
