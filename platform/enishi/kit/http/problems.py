"""How the JSON API of every domain says that it refuses: problem documents (RFC 9457)."""

from litestar.openapi.datastructures import ResponseSpec

from enishi.kit.schema import Schema


class Problem(Schema):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str


def problems(*statuses: int) -> dict[int, ResponseSpec]:
    """For the `responses` of a handler: with which statuses it may refuse."""
    return {
        status: ResponseSpec(
            data_container=Problem, generate_examples=False, description="Refused."
        )
        # What was taken back is gone wherever it could be missing.
        for status in (*statuses, *((410,) if 404 in statuses else ()))
    }
