"""Addresses of electronic supervision: lamps, cards, leads, outages, rules."""

from django.urls import path

from tongban.portals.supervisor.views import cards, gaming, lamps

app_name = "supervision"
urlpatterns = [
    path("", lamps.overview, name="lamps"),
    path("cards/", cards.listed, name="cards"),
    path("cards/<int:card>/", cards.card, name="card"),
    path("leads/", gaming.leads, name="leads"),
    path("leads/<int:lead>/", gaming.lead, name="lead"),
    path("outages/", gaming.outages, name="outages"),
    path("rules/", lamps.rules, name="rules"),
]
