class CensusError(Exception):
    """A file of figures cannot be believed; said to an operator with its line."""

    def __init__(self, file: str, line: int | None, reason: str) -> None:
        where = f"{file}, line {line}" if line else file
        super().__init__(f"{where}: {reason}")
        self.line = line
        self.reason = reason
