"""Addresses of the pages for auditors and supervisors."""

from django.urls import path

from tongban.portals.supervisor.views import delays, leads, outside, searching

app_name = "supervisor"
urlpatterns = [
    path("", searching.search, name="search"),
    path("outside-cases/", outside.cases, name="outside-cases"),
    path("leads/", leads.leads, name="leads"),
    path("leads/<uuid:lead>/", leads.lead, name="lead"),
    path("delays/", delays.delays, name="delays"),
    path("delays/<uuid:delay>/", delays.decide, name="delay"),
    path("pack/", searching.pack, name="pack"),
]
