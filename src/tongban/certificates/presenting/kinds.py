"""What presenting journals."""

from tongban.journal.api import Act, kind


@kind("certificate.presentation-asked.v1", "请求从钱包出示证照")
class PresentationAsked(Act):
    """A wallet may be asked for these items of a certificate; `officer` asked, or (empty) the applicant herself."""

    type: str
    resource: str
    items: list[str]
    material: str
    officer: str


@kind("certificate.presentation-refused.v1", "没有采信钱包出示的证照")
class PresentationRefused(Act):
    """What a wallet showed was not taken; `reason` is a word for why."""

    type: str
    material: str
    reason: str


@kind("certificate.presentation-declined.v1", "钱包没有出示证照")
class PresentationDeclined(Act):
    """The holder, or the wallet, did not show it; `error` is what the wallet answered."""

    type: str
    material: str
    error: str
