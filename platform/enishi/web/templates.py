"""The Jinja environment of all pages: it escapes every value and refuses undefined names."""

from collections.abc import Mapping, MutableMapping
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template import TemplateConfig

from enishi.kit import dates, formatting, i18n, ids, links, markdown, page_cache
from enishi.kit.http import opened_as
from enishi.kit.line_breaks import phrases
from enishi.paths import FRONTEND_TEMPLATES
from enishi.places.picker import picker_state
from enishi.settings import get_settings
from enishi.web import error_summaries, static


class _Environment(Environment):
    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """As Jinja's, but a template without own globals shares the dict: copying it is slow."""
        return super().make_globals(d) if d else self.globals


def environment() -> Environment:
    made = _Environment(
        loader=FileSystemLoader(FRONTEND_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        auto_reload=get_settings().is_development,
    )
    made.install_gettext_callables(  # type: ignore[attr-defined]
        i18n.message, i18n.plural_message, newstyle=True
    )
    made.filters |= {
        "opinion": markdown.render,
        "phrases": phrases,
        "date": formatting.format_date,
        "datetime": formatting.format_datetime,
        "number": formatting.format_number,
    }
    made.globals |= {
        "link": links.link,
        "submission_key": ids.new_id,
        "opened_as": opened_as.field_value,
        "static": static.url,
        "picker_state": picker_state,
        "read_day": dates.read_day,
        "japanese_year": dates.japanese_year,
        "is_iso_day": dates.is_iso_day,
        "language_mark": formatting.language_mark,
    }
    return made


class _Page:
    """A template that adds the language and the path of the request to its context."""

    def __init__(self, template: Template) -> None:
        self._template = template

    def render(self, *args: Any, **kwargs: Any) -> str:
        context: dict[str, Any] = dict(*args, **kwargs)
        request = context.get("request")
        # Not request.url: it needs a valid Host header, which a client may omit or garble.
        path = request.scope["path"] if request is not None else "/"
        query = request.scope["query_string"].decode("latin-1") if request is not None else ""
        own = {
            "lang": i18n.current_language().value,
            "path": path,
            "language_urls": links.language_urls(path, query),
            "environment": get_settings().environment.value,
            "has_samples": False,  # only public pages ask for it (kit.http.public_pages)
        }
        return error_summaries.name_fields(self._template.render(own | context))


class PageEngine(JinjaTemplateEngine):
    def get_template(self, template_name: str) -> Any:
        return _Page(super().get_template(template_name))


def engine() -> PageEngine:
    return PageEngine(engine_instance=environment())


def render(template: str, context: Mapping[str, Any]) -> str:
    """Render outside a handler (error pages, cached fragments)."""
    rendered: str = _ENGINE.get_template(template).render(**context)
    return rendered


_ENGINE = engine()
page_cache.set_renderer(render)


def template_config() -> TemplateConfig[JinjaTemplateEngine]:
    return TemplateConfig(instance=_ENGINE)
