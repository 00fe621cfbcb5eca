from enishi.kit.errors import ConflictError
from enishi.kit.i18n import gettext, gettext_lazy


class SeedsLookAlikeError(ConflictError):
    """Some new statements look like others; the form asks whether they are meant."""

    field = "anyway"

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        found = "".join(
            gettext("「%(new)s」は「%(known)s」とよく似ています。", new=new, known=known)
            for new, known in pairs
        )
        super().__init__(
            gettext_lazy(
                "%(found)sこのままでよければ、印を付けて、もう一度送ってください。", found=found
            )
        )
