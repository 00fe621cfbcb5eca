from collections.abc import Mapping

from enishi.consultations.voting.schemas import SimilarStatement
from enishi.kit.errors import ConflictError
from enishi.kit.i18n import LazyText, gettext_lazy


class LooksAlikeError(ConflictError):
    """Similar statements exist, and votes on those say more than one more statement.

    The form lists `similar` and offers to send the statement anyway.
    """

    message = gettext_lazy(
        "よく似た意見カードがあります。そちらに投票するか、そのまま送ってください。"
    )

    def __init__(self, similar: list[SimilarStatement]) -> None:
        super().__init__()
        self.similar = similar

    def by_field(self) -> Mapping[str, LazyText | str]:
        """Nothing: the list of similar statements takes the place of a message at a field."""
        return {}


class VoteRefusedError(ConflictError):
    message = gettext_lazy(
        "いまは、このカードに投票できません。受付が終わったか、カードが非表示になったか、"
        "このゲストでの参加が集計から外されています。"
    )


class TooFewGuestsError(ConflictError):
    """Few guests are not left out: the sums before and after would show their votes."""

    field = "last_hour"
    message = gettext_lazy(
        "この時間に加わったゲストは20人に満たないので、外せません。"
        "外す前と後の集計を比べると、一人ひとりの投票が分かってしまうためです。"
    )


class SetAsideDiffersError(ConflictError):
    """Two sums would differ by the votes of a few guests: of this act and of one taken back."""

    field = "first_hour"
    message = gettext_lazy(
        "前に外したときと数人だけ違う外し方になるので、外せません。"
        "二つの集計を比べると、一人ひとりの投票が分かってしまうためです。前と同じ時間か、20人以上違う時間を選んでください。"
    )


class AlreadySetAsideError(ConflictError):
    field = "first_hour"
    message = gettext_lazy(
        "この時間の一部は、すでに集計から外しています。元に戻してから、外し直してください。"
    )


class NotSetAsideError(ConflictError):
    message = gettext_lazy("このゲストは、すでに集計に戻っています。")
