"""Addresses of the pages for resource owners and data officers."""

from django.urls import path

from tongban.portals.bureau.views import (
    desk,
    entries,
    grants,
    lists,
    overview,
    requests,
    resource,
    schema,
    sheets,
    weekly,
)
from tongban.portals.bureau.views import request as single

app_name = "bureau"
urlpatterns = [
    path("", desk.home, name="home"),
    path("resources/", desk.resources, name="resources"),
    path("resources/new/", resource.new, name="new"),
    path("resources/<slug:code>/", resource.resource, name="resource"),
    path("resources/<slug:code>/act/", resource.act, name="act"),
    path("resources/<slug:code>/editions/", resource.editions, name="editions"),
    path("resources/<slug:code>/schema/", schema.schema, name="schema"),
    path("resources/<slug:code>/schema.json", schema.schema_file, name="schema-file"),
    path("catalogue/", entries.catalogue, name="catalogue"),
    path("catalogue/<slug:code>/", entries.entry, name="entry"),
    path("reviews/", desk.reviews, name="reviews"),
    path("notices/", desk.notices, name="notices"),
    path("sheets/", sheets.sheets, name="sheets"),
    path("sheets/export/<slug:form>/", sheets.export, name="export"),
    path("lists/<slug:name>/", lists.official_list, name="list"),
    path("lists/<slug:name>/<slug:form>/", lists.download, name="list-file"),
    path("overview/", overview.overview, name="overview"),
    path("requests/", requests.mine, name="requests"),
    path("requests/inbox/", requests.inbox, name="inbox"),
    path("requests/new/<slug:code>/", requests.ask, name="ask"),
    path("requests/<int:number>/", single.share_request, name="request"),
    path("requests/<int:number>/papers/<uuid:document>/", single.paper, name="request-paper"),
    path("disputes/", weekly.disputes, name="disputes"),
    path("disputes/<int:number>/", single.dispute, name="dispute"),
    path("grants/", grants.mine, name="grants"),
    path("grants/given/", grants.on_mine, name="given"),
    path("grants/of/<str:code>/", grants.grant, name="grant"),
    path("grants/of/<str:code>/<slug:mode>/", requests.ask_more, name="ask-more"),
    path("digest/", weekly.digest, name="digest"),
    path("messages/", weekly.messages, name="messages"),
]
