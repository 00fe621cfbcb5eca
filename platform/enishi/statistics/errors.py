"""What the statistics domain refuses."""


class UndefinedBreakdownError(ValueError):
    """The registry does not allow this metric to be broken down by this dimension."""
