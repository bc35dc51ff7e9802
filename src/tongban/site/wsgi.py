"""One WSGI process model (design 6): raw applications for the hot paths, Django for the rest."""

import gc
import os
from wsgiref.types import WSGIApplication

from django.core.wsgi import get_wsgi_application


def _application() -> WSGIApplication:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.site.settings")
    pages = get_wsgi_application()
    from tongban.portals.gateway.bodies import with_whole_bodies  # noqa: PLC0415 - needs Django
    from tongban.portals.gateway.ledger import with_ledger  # noqa: PLC0415
    from tongban.portals.gateway.xroad import with_gateway  # noqa: PLC0415
    from tongban.site.counting import write_down_regularly  # noqa: PLC0415

    write_down_regularly()
    # What was loaded stays for ever: the collector need not walk over it in the middle of an answer.
    gc.collect()
    gc.freeze()
    return with_gateway(with_ledger(with_whole_bodies(pages)))


application = _application()
