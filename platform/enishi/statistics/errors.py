"""What the statistics domain refuses."""

from enishi.kit.errors import ConflictError, InvalidError
from enishi.kit.i18n import gettext_lazy


class UndefinedBreakdownError(ValueError):
    """The registry does not allow to break this metric down by this dimension."""


class UnsafeReleaseError(ValueError):
    """What a release would print tells an outsider too much about a cell: it is not published."""


class WithheldError(InvalidError):
    """Figures that no cube declares for this period and subject; the message names the nearest."""


class NoNewSeriesError(ConflictError):
    """No new series of releases begins now: nothing is due, or one began within the month."""

    message = gettext_lazy("公表する期間がまだありません。")
