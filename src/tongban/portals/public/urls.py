"""Addresses of the public pages."""

from django.urls import path

from tongban.portals.public.views import (
    account,
    appearance,
    before_after,
    checking,
    clock,
    eligibility,
    guides,
    home,
    listed,
    outside,
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
    path("sign-in/code/", sign_in.second_step, name="sign-in-code"),
    path("sign-in/passkey/", sign_in.by_passkey, name="sign-in-passkey"),
    path("sign-in/with/<slug:code>/", outside.leave, name="sign-in-outside"),
    path("sign-in/with/<slug:code>/back/", outside.come_back, name="sign-in-outside-back"),
    path("sign-in/as/", sign_in.sign_in_as, name="sign-in-as"),
    path("stay/", sign_in.stay, name="stay"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("appearance/", appearance.appearance, name="appearance"),
    path("account/", account.account, name="account"),
    path("account/totp/", account.new_totp, name="account-totp"),
    path("account/totp/remove/", account.drop_totp, name="account-totp-remove"),
    path("account/codes/", account.new_codes, name="account-codes"),
    path("account/passkeys/", account.new_passkey, name="account-passkey-new"),
    path("account/passkeys/<uuid:key>/", account.passkey, name="account-passkey"),
    path("account/passkeys/<uuid:key>/remove/", account.drop_passkey, name="account-passkey-remove"),
    path("clock/", clock.city_clock, name="clock"),
]
