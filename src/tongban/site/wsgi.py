"""One WSGI process model (design 6): raw applications for the hot paths, Django for the rest."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.site.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
