"""One WSGI process model (design 6): raw applications for the hot paths, Django for the rest."""

import os
from typing import TYPE_CHECKING

from django.core.wsgi import get_wsgi_application

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def _application() -> "WSGIApplication":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.site.settings")
    pages = get_wsgi_application()
    from tongban.portals.gateway.ledger import with_ledger  # noqa: PLC0415 - needs Django

    return with_ledger(pages)


application = _application()
