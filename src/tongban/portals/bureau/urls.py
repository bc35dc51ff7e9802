"""Addresses of the pages for resource owners and data officers."""

from django.urls import path

from tongban.portals.bureau.views import desk, lists, overview, resource, sheets

app_name = "bureau"
urlpatterns = [
    path("", desk.home, name="home"),
    path("resources/", desk.resources, name="resources"),
    path("resources/new/", resource.new, name="new"),
    path("resources/<slug:code>/", resource.resource, name="resource"),
    path("resources/<slug:code>/act/", resource.act, name="act"),
    path("resources/<slug:code>/editions/", resource.editions, name="editions"),
    path("reviews/", desk.reviews, name="reviews"),
    path("notices/", desk.notices, name="notices"),
    path("sheets/", sheets.sheets, name="sheets"),
    path("sheets/export/<slug:form>/", sheets.export, name="export"),
    path("lists/<slug:name>/", lists.official_list, name="list"),
    path("lists/<slug:name>/<slug:form>/", lists.download, name="list-file"),
    path("overview/", overview.overview, name="overview"),
]
