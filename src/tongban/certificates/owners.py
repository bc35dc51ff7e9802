"""Certificates follow their holder: when two identities are found to be one person's, what one held the other holds."""

from tongban.certificates.mirroring.models import MirroredCertificate, MirroredCopy
from tongban.certificates.models import Certificate
from tongban.certificates.sharing.models import CertificateCopy, CertificateShare
from tongban.certificates.showing.models import ShownCode
from tongban.certificates.signing.models import FurtherHolder
from tongban.certificates.wallets.models import WalletCopy, WalletOffer
from tongban.identity.api import merged_by
from tongban.journal.api import Delivery

_OWNED = (
    Certificate,
    FurtherHolder,
    CertificateShare,
    CertificateCopy,
    ShownCode,
    MirroredCertificate,
    MirroredCopy,
    WalletOffer,
    WalletCopy,
)


def follow_merger(delivery: Delivery) -> None:
    """Give what the merged identity may open to the one that is kept; once, however often called.

    What stands on a certificate stays: it was true of the same person.
    """
    pair = merged_by(delivery.entry.id)
    if pair is None:
        return
    gone, kept = pair
    for model in _OWNED:
        model.objects.filter(owner=gone).update(owner=kept)
