"""Addresses of the auditor's pages."""

from django.urls import path

from tongban.portals.supervisor.views import outside, searching

app_name = "supervisor"
urlpatterns = [
    path("", searching.search, name="search"),
    path("outside-cases/", outside.cases, name="outside-cases"),
    path("pack/", searching.pack, name="pack"),
]
