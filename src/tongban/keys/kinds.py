"""What this module journals: keys, in the public log, so that anybody can tell ours from others'."""

from tongban.journal.api import Act, kind


@kind("key.created.v1", "启用密钥", origin="public")
class KeyCreated(Act):
    """A key was taken into use; `public` is its public half in base64."""

    name: str
    suite: str
    public: str


@kind("key.rotated.v1", "更换密钥", origin="public")
class KeyRotated(Act):
    """A new key took over; the old one signs beside it until `until`. Both signed the statement of it (base64)."""

    name: str
    suite: str
    number: int
    previous: str
    public: str
    until: str
    by_previous: str
    by_new: str


@kind("key.revoked.v1", "吊销密钥", origin="public")
class KeyRevoked(Act):
    """Others may hold this key since `since`: what it signed holds only where it was witnessed before."""

    name: str
    number: int
    public: str
    since: str
    reason: str


@kind("key.revocation-ordered.v1", "提出吊销密钥")
class RevocationOrdered(Act):
    """A security officer asks that a key be revoked since `since`; a second person carries it out."""

    name: str
    number: int
    since: str
    reason: str


@kind("key.revocation-returned.v1", "退回吊销密钥")
class RevocationReturned(Act):
    """The second person did not agree; the key goes on."""

    name: str
    number: int
