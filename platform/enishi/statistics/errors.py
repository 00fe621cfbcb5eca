"""What the statistics domain refuses."""


class UndefinedBreakdownError(ValueError):
    """The registry does not allow to break this metric down by this dimension."""
