"""The shipped ways to sign in, made for the wiring. The OpenID Connect client is loaded only where it is configured."""

from tongban.identity.local import LocalSignIn
from tongban.identity.ports import SignInPort


def local_sign_in() -> SignInPort:
    """User name and password."""
    return LocalSignIn()


def oidc_sign_in(
    *, title: str, issuer: str, client_id: str, client_secret: str, id_claim: str, verified_claim: str
) -> SignInPort:
    """An OpenID Connect provider of people.

    Raises:
        Misconfigured: the issuer is not an https address.
    """
    from tongban.identity.oidc import OidcSignIn  # noqa: PLC0415 - an HTTP client that only this needs

    return OidcSignIn("oidc", title, issuer, client_id, client_secret, id_claim, verified_claim)
