"""What wallets journal."""

from tongban.journal.api import Act, kind


@kind("certificate.wallet-offered.v1", "开出钱包领取码")
class WalletOffered(Act):
    """The holder lets a wallet fetch a certificate once; `identifier` is empty while the case still runs."""

    type: str
    identifier: str


@kind("certificate.wallet-withdrawn.v1", "收回钱包领取码")
class WalletWithdrawn(Act):
    """The holder took an offer back before a certificate was fetched."""

    type: str


@kind("certificate.wallet-issued.v1", "签发到钱包")
class WalletIssued(Act):
    """A text bound to a key of a wallet was signed; `token_sha256` is the SHA-256 of the issuer's token."""

    type: str
    identifier: str
    token_sha256: str


@kind("certificate.wallet-answered.v1", "钱包回报已存入")
class WalletAnswered(Act):
    """A wallet told that it keeps what it was given."""

    identifier: str


@kind("certificate.wallet-ended.v1", "停用钱包里的证照")
class WalletEnded(Act):
    """What a wallet was given is no longer valid: its holder ended it, or the wallet did not keep it (`by`)."""

    identifier: str
    by: str
