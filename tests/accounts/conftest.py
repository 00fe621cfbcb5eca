import pytest


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement sent to PostgreSQL, in order."""
    import asyncpg

    seen: list[str] = []
    fetch = asyncpg.Connection._execute

    async def noting(self: object, query: str, *args: object, **kwargs: object) -> object:
        seen.append(query)
        return await fetch(self, query, *args, **kwargs)

    monkeypatch.setattr(asyncpg.Connection, "_execute", noting)
    return seen
