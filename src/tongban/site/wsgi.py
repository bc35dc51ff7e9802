"""One WSGI process model (design 6): raw applications for the hot paths, Django for the rest."""

import os
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.site.settings")

from django.core.wsgi import get_wsgi_application

pages = get_wsgi_application()

from tongban.portals.gateway import xroad  # noqa: E402 - models must be loaded first


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer a request."""
    if environ["PATH_INFO"].startswith("/r1/"):
        return xroad.application(environ, start_response)
    return pages(environ, start_response)
