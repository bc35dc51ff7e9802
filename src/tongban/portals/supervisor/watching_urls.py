"""Addresses of electronic supervision: lamps, cards, leads, outages, rules."""

from django.urls import path

from tongban.portals.supervisor.views import breaches, cards, cockpit, drafting, gaming, lamps

app_name = "supervision"
urlpatterns = [
    path("", lamps.overview, name="lamps"),
    path("cards/", cards.listed, name="cards"),
    path("cards/<int:card>/", cards.card, name="card"),
    path("leads/", gaming.leads, name="leads"),
    path("leads/<int:lead>/", gaming.lead, name="lead"),
    path("outages/", gaming.outages, name="outages"),
    path("breaches/", breaches.breaches, name="breaches"),
    path("cockpit/", cockpit.cockpit, name="cockpit"),
    path("cockpit/brief/", cockpit.brief, name="brief"),
    path("cockpit/<slug:code>/", cockpit.indicator, name="indicator"),
    path("rules/", lamps.rules, name="rules"),
    path("rules/new/", drafting.new, name="rule-new"),
    path("rules/<int:rule>/", drafting.rule, name="rule"),
]
