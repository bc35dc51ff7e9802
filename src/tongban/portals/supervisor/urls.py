"""Addresses of the auditor's pages."""

from django.urls import path

from tongban.portals.supervisor.views import searching

app_name = "supervisor"
urlpatterns = [
    path("", searching.search, name="search"),
    path("pack/", searching.pack, name="pack"),
]
