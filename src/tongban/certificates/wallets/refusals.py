"""Refusals that a wallet reads: the code that OAuth or VCI gives, in ASCII."""


class WalletRefused(Exception):  # noqa: N818 - the code says what is wrong
    """What a wallet asked for is not given. `error` and `description` are what it is answered, with the HTTP status.

    400 for what is wrong with the request (RFC 6749 5.2, VCI 8.3.1.2, 9.3, 11.3), 401 and 403 for the access token
    (RFC 6750 3.1); an empty `error` where no token was shown at all.
    """

    def __init__(self, error: str, description: str = "", *, status: int = 400) -> None:
        super().__init__(f"{error}: {description}")
        self.error, self.description, self.status = error, description, status


def no_token() -> WalletRefused:
    """No access token was shown: the answer names the scheme and nothing else (RFC 6750 3.1)."""
    return WalletRefused("", status=401)


def bad_token() -> WalletRefused:
    """The access token is unknown or over."""
    return WalletRefused("invalid_token", "The access token is unknown or has expired", status=401)


def denied(why: str) -> WalletRefused:
    """The certificate cannot be issued, and asking again is of no use (VCI 8.3.1.2)."""
    return WalletRefused("credential_request_denied", why)
