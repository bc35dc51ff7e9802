"""Addresses of the public pages."""

from django.urls import path

from tongban.portals.public.views import (
    appearance,
    before_after,
    checking,
    clock,
    eligibility,
    guides,
    home,
    listed,
    sign_in,
    trust,
)

app_name = "public"
urlpatterns = [
    path("", home.home, name="home"),
    path("search/", home.results, name="search"),
    path("bundles/<slug:code>/", guides.bundle, name="bundle"),
    path("bundles/<slug:code>/check/", eligibility.of_bundle, name="eligibility"),
    path("bundles/<slug:code>/before-after/", before_after.before_after, name="before-after"),
    path("items/<slug:code>/", guides.item, name="item"),
    path("items/<slug:code>/check/", eligibility.of_item, name="item-eligibility"),
    path("listed/<int:number>/", listed.listed, name="listed"),
    path("verify/", checking.verify, name="verify"),
    path("verify/<str:code>/", checking.verify, name="verify-code"),
    path("trust/", trust.ledgers, name="trust"),
    path("trust/proofs/<uuid:entry>/", trust.proof, name="proof"),
    path("trust/policy.txt", checking.policy, name="trust-policy"),
    path("trust/issuers.json", checking.issuers, name="trust-issuers"),
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-in/as/", sign_in.sign_in_as, name="sign-in-as"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("appearance/", appearance.appearance, name="appearance"),
    path("clock/", clock.city_clock, name="clock"),
]
