"""What a browser is asked in a WebAuthn ceremony and what its answer proves, by py_webauthn.

The library is loaded at the first ceremony: it takes 0.09 s, which every command would pay otherwise.
"""

import json
from base64 import urlsafe_b64decode
from dataclasses import dataclass

from django.conf import settings

from tongban.identity.policy import origin, relying_party


class NotProved(Exception):  # noqa: N818 - a word of the ceremony, not an error of ours
    """The answer is none, or not to this challenge, this site or this key."""


@dataclass(frozen=True)
class Ceremony:
    """What the browser is asked for: `options` as JSON, and the `challenge` that the answer must sign."""

    options: str
    challenge: bytes


@dataclass(frozen=True)
class Made:
    """A new passkey: its id, its public key (COSE bytes), and how often it has signed."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def registration(*, handle: bytes, username: str, name: str, known: list[bytes]) -> Ceremony:
    """Ask for a new discoverable passkey that checks its user; none of the `known` ones again."""
    import webauthn  # noqa: PLC0415
    from webauthn.helpers import structs  # noqa: PLC0415

    options = webauthn.generate_registration_options(
        rp_id=relying_party(),
        rp_name=settings.TONGBAN_CITY,
        user_id=handle,
        user_name=username,
        user_display_name=name,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=one) for one in known],
    )
    return Ceremony(webauthn.options_to_json(options), options.challenge)


def authentication() -> Ceremony:
    """Ask for any passkey of this site, with its user checked."""
    import webauthn  # noqa: PLC0415
    from webauthn.helpers.structs import UserVerificationRequirement  # noqa: PLC0415

    options = webauthn.generate_authentication_options(
        rp_id=relying_party(), user_verification=UserVerificationRequirement.REQUIRED
    )
    return Ceremony(webauthn.options_to_json(options), options.challenge)


def checked_registration(answer: str, challenge: bytes) -> Made:
    """The passkey that was made for this challenge on this site.

    Raises:
        NotProved: none was.
    """
    import webauthn  # noqa: PLC0415
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=relying_party(),
            expected_origin=origin(),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as refusal:
        raise NotProved from refusal
    return Made(made.credential_id, made.credential_public_key, made.sign_count)


def checked_authentication(answer: str, challenge: bytes, *, public_key: bytes, sign_count: int) -> int:
    """The new sign count of the passkey that signed this challenge on this site.

    Raises:
        NotProved: it did not, or its count went back, as in a copy.
    """
    import webauthn  # noqa: PLC0415
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    try:
        checked = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=relying_party(),
            expected_origin=origin(),
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as refusal:
        raise NotProved from refusal
    return checked.new_sign_count


def credential_of(answer: str) -> bytes:
    """Which passkey the answer says it is from; empty bytes when it says nothing."""
    try:
        text = json.loads(answer)["rawId"]
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, KeyError, TypeError):
        return b""
