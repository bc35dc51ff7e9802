"""Addresses of the officers' pages."""

from django.urls import path

from tongban.portals.counter.views import (
    bench,
    certificates,
    corrections,
    entering,
    erasures,
    home,
    imports,
    intake,
    objections,
    parked,
    printed,
    shared,
)

app_name = "counter"
urlpatterns = [
    path("", home.home, name="home"),
    path("intake/", home.intakes, name="intake-list"),
    path("intake/<str:number>/", intake.intake, name="intake"),
    path("intake/<str:number>/fetch/", intake.fetch_again, name="fetch"),
    path("cases/<str:number>/accept/", intake.accept, name="accept"),
    path("corrections/", corrections.corrections, name="corrections"),
    path("corrections/<uuid:evidence>/", corrections.correction, name="correction"),
    path("corrections/<uuid:evidence>/ask/", corrections.ask, name="correction-ask"),
    path("certificates/", certificates.certificates, name="certificates"),
    path("certificates/enter/<slug:code>/", entering.enter, name="certificate-enter"),
    path("certificates/<uuid:certificate>/", certificates.certificate, name="certificate"),
    path("certificates/imports/", imports.imports, name="imports"),
    path("certificates/imports/<uuid:run>/", imports.report, name="import"),
    path("certificates/imports/<uuid:run>/refused.csv", imports.refused_file, name="import-refused"),
    path("certificates/shared/", shared.shared, name="shared"),
    path("certificates/copies/<uuid:copy>/", shared.copy, name="copy"),
    path("certificates/copies/<uuid:copy>/copy.pdf", shared.copy_pdf, name="copy-pdf"),
    path("evidence/<uuid:evidence>/copy/", shared.copy_of, name="copy-of"),
    path("objections/", objections.objections, name="objections"),
    path("objections/<uuid:objection>/", objections.objection, name="objection"),
    path("erasures/", erasures.erasures, name="erasures"),
    path("erasures/<uuid:erasure>/", erasures.erasure, name="erasure"),
    path("parked/", parked.parked, name="parked"),
    path("queue/", home.tasks, name="queue"),
    path("cases/<str:number>/acceptance.pdf", printed.acceptance, name="acceptance-pdf"),
    path("cases/<str:number>/decision.pdf", printed.decision, name="decision-pdf"),
    path("applications/<str:number>/receipt.pdf", printed.receipt, name="receipt-pdf"),
    path("applications/<str:number>/notice.pdf", printed.notice, name="notice-pdf"),
    path("cases/<str:number>/", bench.case, name="case"),
    path("applications/<str:number>/documents/<slug:material>/", bench.document, name="document"),
]
