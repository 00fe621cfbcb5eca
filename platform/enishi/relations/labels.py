"""The words of the relations domain."""

from enishi.kit.i18n import LazyText, gettext_lazy

ACTIONS: dict[str, LazyText] = {
    "relations.registration.opened": gettext_lazy("市区町村に登録した"),
    "relations.registration.changed": gettext_lazy("登録の内容を変えた"),
    "relations.registration.withdrawn": gettext_lazy("登録をやめた"),
    "relations.activity.recorded": gettext_lazy("活動が記録された"),
}
