"""Texts for the codes of the themes domain."""

from enishi.kit.i18n import LazyText, gettext_lazy

ACTIONS: dict[str, LazyText] = {
    "themes.theme.added": gettext_lazy("団体のテーマを加えた"),
}
