"""The peer: one vote a request in Django 5.2 with psycopg, as lean as Django itself allows.

    python django_site.py prepare COUNT      makes the table, prints COUNT session cookies
    gunicorn --chdir … django_site:application

Raw upsert without the ORM, sessions in signed cookies, the CSRF middleware, a connection kept
open, the C build of psycopg. It does less than Enishi: no sums, no log, no look whether the
statement takes votes. The database is named by the PEER_* variables.
"""

import json
import os
import sys
import uuid
from importlib import import_module
from typing import Any

from django.conf import settings

CSRF = "a" * 32  # a plain secret is a valid token

settings.configure(
    SECRET_KEY="of a benchmark",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF="django_site",
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "enishi",
            "USER": "enishi",
            "HOST": os.environ["PEER_HOST"],
            "PORT": os.environ["PEER_PORT"],
            "CONN_MAX_AGE": None,
        }
    },
)

import django  # noqa: E402 (Django is configured before it is imported)

django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402

_UPSERT = """
INSERT INTO peer_vote (participant_id, statement_id, value, cast_at) VALUES (%s, %s, %s, now())
ON CONFLICT (participant_id, statement_id) DO UPDATE
    SET value = EXCLUDED.value, cast_at = EXCLUDED.cast_at
"""


def vote(request: HttpRequest, statement_id: uuid.UUID) -> HttpResponse:
    value = json.loads(request.body)["vote"]
    if value not in (-1, 0, 1):
        return HttpResponse(status=400)
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, [request.session["participant"], statement_id, value])
    return HttpResponse(status=204)


urlpatterns = [path("statements/<uuid:statement_id>/vote", vote)]
application = get_wsgi_application()


def prepare(count: int) -> list[str]:
    """Make the table, and as many people; answers their cookies."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS peer_vote (participant_id uuid, statement_id uuid,"
            " value smallint NOT NULL, cast_at timestamptz NOT NULL,"
            " PRIMARY KEY (participant_id, statement_id))"
        )
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore
    cookies = []
    for _ in range(count):
        session = store()
        session["participant"] = str(uuid.uuid4())
        session.save()
        cookies.append(f"sessionid={session.session_key}; csrftoken={CSRF}")
    return cookies


if __name__ == "__main__":
    print("\n".join(prepare(int(sys.argv[2]))))
