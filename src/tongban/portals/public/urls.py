"""Addresses of the public pages."""

from django.urls import path

from tongban.portals.public.views import account, checking, clock, guides, home, outside, sign_in

app_name = "public"
urlpatterns = [
    path("", home.home, name="home"),
    path("search/", home.results, name="search"),
    path("bundles/<slug:code>/", guides.bundle, name="bundle"),
    path("bundles/<slug:code>/check/", guides.eligibility, name="eligibility"),
    path("items/<slug:code>/", guides.item, name="item"),
    path("verify/", checking.verify, name="verify"),
    path("verify/<str:code>/", checking.verify, name="verify-code"),
    path("trust/policy.txt", checking.policy, name="trust-policy"),
    path("trust/issuers.json", checking.issuers, name="trust-issuers"),
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-in/code/", sign_in.second_step, name="sign-in-code"),
    path("sign-in/passkey/", sign_in.by_passkey, name="sign-in-passkey"),
    path("sign-in/with/<slug:code>/", outside.leave, name="sign-in-outside"),
    path("sign-in/with/<slug:code>/back/", outside.come_back, name="sign-in-outside-back"),
    path("sign-in/as/", sign_in.sign_in_as, name="sign-in-as"),
    path("stay/", sign_in.stay, name="stay"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("account/", account.account, name="account"),
    path("account/totp/", account.new_totp, name="account-totp"),
    path("account/totp/remove/", account.drop_totp, name="account-totp-remove"),
    path("account/codes/", account.new_codes, name="account-codes"),
    path("account/passkeys/", account.new_passkey, name="account-passkey-new"),
    path("account/passkeys/<uuid:key>/", account.passkey, name="account-passkey"),
    path("account/passkeys/<uuid:key>/remove/", account.drop_passkey, name="account-passkey-remove"),
    path("clock/", clock.city_clock, name="clock"),
]
