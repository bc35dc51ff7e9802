"""Addresses of all portals."""

from django.urls import include, path

urlpatterns = [
    path("", include("tongban.portals.public.urls")),
    path("my/", include("tongban.portals.citizen.urls")),
    path("audit/", include("tongban.portals.supervisor.urls")),
    path("supervision/", include("tongban.portals.supervisor.watching_urls")),
    path("bureau/", include("tongban.portals.bureau.urls")),
    path("developer/", include("tongban.portals.developer.urls")),
    path("counter/", include("tongban.portals.counter.urls")),
]

handler500 = "tongban.portals.design.middleware.server_error"
