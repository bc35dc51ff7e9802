"""Addresses of the officers' pages."""

from django.urls import path

from tongban.portals.counter.views import bench, home, intake, objections, printed

app_name = "counter"
urlpatterns = [
    path("", home.home, name="home"),
    path("intake/", home.intakes, name="intake-list"),
    path("intake/<str:number>/", intake.intake, name="intake"),
    path("intake/<str:number>/fetch/", intake.fetch_again, name="fetch"),
    path("cases/<str:number>/accept/", intake.accept, name="accept"),
    path("objections/", objections.objections, name="objections"),
    path("objections/<uuid:objection>/", objections.objection, name="objection"),
    path("queue/", home.tasks, name="queue"),
    path("cases/<str:number>/acceptance.pdf", printed.acceptance, name="acceptance-pdf"),
    path("cases/<str:number>/decision.pdf", printed.decision, name="decision-pdf"),
    path("applications/<str:number>/receipt.pdf", printed.receipt, name="receipt-pdf"),
    path("applications/<str:number>/notice.pdf", printed.notice, name="notice-pdf"),
    path("cases/<str:number>/", bench.case, name="case"),
    path("applications/<str:number>/documents/<slug:material>/", bench.document, name="document"),
]
