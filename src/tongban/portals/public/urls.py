"""Addresses of the public pages."""

from django.urls import path

from tongban.portals.public.views import checking, clock, guides, home, listed, sign_in

app_name = "public"
urlpatterns = [
    path("", home.home, name="home"),
    path("search/", home.results, name="search"),
    path("bundles/<slug:code>/", guides.bundle, name="bundle"),
    path("bundles/<slug:code>/check/", guides.eligibility, name="eligibility"),
    path("items/<slug:code>/", guides.item, name="item"),
    path("listed/<int:number>/", listed.listed, name="listed"),
    path("verify/", checking.verify, name="verify"),
    path("verify/<str:code>/", checking.verify, name="verify-code"),
    path("trust/policy.txt", checking.policy, name="trust-policy"),
    path("trust/issuers.json", checking.issuers, name="trust-issuers"),
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-in/as/", sign_in.sign_in_as, name="sign-in-as"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("clock/", clock.city_clock, name="clock"),
]
