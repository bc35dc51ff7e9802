"""What this module journals: every change of how an account is signed in to. Nobody's name stands in the fields."""

from tongban.journal.api import Act, kind


@kind("sign-in-method.added.v1", "增加登录方式")
class MethodAdded(Act):
    """A way to sign in was added: `totp`, `passkey` or `recovery-codes`."""

    method: str


@kind("sign-in-method.removed.v1", "删除登录方式")
class MethodRemoved(Act):
    """A way to sign in was removed."""

    method: str


@kind("passkey.renamed.v1", "更改通行密钥名称")
class PasskeyRenamed(Act):
    """A passkey got another name; `passkey` is its id."""

    passkey: str


@kind("recovery-code.used.v1", "使用备用码登录")
class RecoveryCodeUsed(Act):
    """A recovery code was spent in place of a code of the app; `left` are still unused."""

    left: int


@kind("mandate.offered.v1", "委托他人代办")
class MandateOffered(Act):
    """A person offers another to act for her, in one matter (empty: in all) until a day."""

    matter: str
    ends_on: str


@kind("mandate.answered.v1", "答复委托")
class MandateAnswered(Act):
    """Who was asked accepts or declines."""

    accepts: bool


@kind("mandate.ended.v1", "终止委托")
class MandateEnded(Act):
    """One of the two ends the mandate at once: `revoked` by who gave it, `resigned` by who had it."""

    how: str


@kind("people.merged.v1", "归并身份")
class PeopleMerged(Act):
    """Two identities were found to be one person's; which ones stands in their parts."""


@kind("subject.linked.v1", "关联外部登录")
class SubjectLinked(Act):
    """A subject of the outside sign-in `provider` was found to be the holder of an account."""

    provider: str
