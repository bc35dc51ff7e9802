"""Addresses of the citizen's pages."""

from django.urls import path

from tongban.portals.citizen.views import (
    answering,
    certificates,
    footprint,
    form,
    mandates,
    mine,
    papers,
    printed,
)

app_name = "citizen"
urlpatterns = [
    path("", mine.home, name="home"),
    path("apply/<slug:code>/", form.begin, name="begin"),
    path("applications/<str:number>/", mine.application, name="application"),
    path("applications/<str:number>/form/", form.resume, name="resume"),
    path("applications/<str:number>/form/pages/<slug:code>/", form.page, name="page"),
    path("applications/<str:number>/form/notice/", form.notice, name="notice"),
    path("applications/<str:number>/form/fetched/", form.fetched, name="fetched"),
    path("applications/<str:number>/form/papers/", papers.papers, name="papers"),
    path("applications/<str:number>/form/check/", papers.check, name="check"),
    path("applications/<str:number>/receipt/", papers.receipt, name="receipt"),
    path("applications/<str:number>/receipt.pdf", printed.receipt, name="receipt-pdf"),
    path("applications/<str:number>/notice.pdf", printed.notice, name="notice-pdf"),
    path("applications/<str:number>/supplement/", answering.supplement, name="supplement"),
    path("applications/<str:number>/summary/", mine.summary, name="summary"),
    path("applications/<str:number>/ledger/", mine.ledger, name="ledger"),
    path("applications/<str:number>/proofs/<uuid:entry>/", mine.proof, name="proof"),
    path("applications/<str:number>/documents/<slug:material>/", mine.document, name="document"),
    path("cases/<str:number>/acceptance.pdf", printed.acceptance, name="acceptance-pdf"),
    path("cases/<str:number>/decision.pdf", printed.decision, name="decision-pdf"),
    path("cases/<str:number>/rectify/", answering.rectification, name="rectify"),
    path("cases/<str:number>/withdraw/", answering.withdraw, name="withdraw"),
    path("footprint/", footprint.trail, name="footprint"),
    path("footprint/<uuid:entry>/", footprint.question, name="question"),
    path("mandates/", mandates.mandates, name="mandates"),
    path("mandates/new/", mandates.new, name="mandate-new"),
    path("mandates/stop/", mandates.stop, name="stop-acting"),
    path("mandates/<uuid:mandate>/", mandates.mandate, name="mandate"),
    path("mandates/<uuid:mandate>/answer/", mandates.answer, name="mandate-answer"),
    path("mandates/<uuid:mandate>/end/", mandates.end, name="mandate-end"),
    path("mandates/<uuid:mandate>/act/", mandates.act, name="mandate-act"),
    path("certificates/", certificates.certificates, name="certificates"),
    path("certificates/<uuid:certificate>/", certificates.certificate, name="certificate"),
    path("certificates/<uuid:certificate>/certificate.pdf", printed.certificate, name="certificate-pdf"),
    path("certificates/<uuid:certificate>/sd-jwt/", certificates.sd_jwt, name="sd-jwt"),
]
