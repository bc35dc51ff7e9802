"""Addresses of the pages for developers."""

from django.urls import path

from tongban.portals.developer.views import home, interface, sandbox

app_name = "developer"
urlpatterns = [
    path("", home.home, name="home"),
    path("guide/", home.guide, name="guide"),
    path("sandbox/", sandbox.sandbox, name="sandbox"),
    path("sandbox/forget/", sandbox.forget, name="forget"),
    path("interfaces/<slug:code>/", interface.interface, name="interface"),
    path("interfaces/<slug:code>/try/", interface.attempt, name="try"),
    path("interfaces/<slug:code>/openapi.json", interface.openapi, name="openapi"),
]
