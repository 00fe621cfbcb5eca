"""The texts of rights and of consent."""

from collections.abc import Mapping

from enishi.kit.i18n import LazyText, gettext_lazy

RIGHTS: Mapping[str, LazyText] = {
    "own": gettext_lazy("わたしたちが撮った写真です"),
    "permitted": gettext_lazy("撮った人から、ここで使う許しを得ています"),
    "free_licence": gettext_lazy("だれでも使える条件（CC BYなど）で公開されています"),
}
PEOPLE: Mapping[str, LazyText] = {
    "nobody": gettext_lazy("だれなのか分かる人は写っていません"),
    "consented": gettext_lazy("写っている人（18歳未満は保護者も）から、公開の同意を得ています"),
}
