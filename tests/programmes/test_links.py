"""Addresses that the worker writes into letters, without the routes of the application."""

from typing import Any

from enishi.kit import links
from enishi_jobs import programmes


def test_the_worker_declares_the_page_of_an_application_as_the_application_does(app: Any) -> None:
    """Once `app` is made, links follow its routes and not the declared patterns."""
    route_name = programmes._APPLICATION_PAGE
    receipt = "1234-5678-9012-3456"
    declared = links.declared()[route_name].format(language="en", receipt=receipt)
    assert declared == links.link(route_name, "en", receipt=receipt)
