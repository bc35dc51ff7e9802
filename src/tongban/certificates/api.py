"""The door of certificates."""

from tongban.certificates.actions.change import change_certificate, open_certificate
from tongban.certificates.actions.issue import Holder, Term, enter_certificate, issue_certificate
from tongban.certificates.actions.replace import renew_certificate, replace_certificate
from tongban.certificates.checking import Checked, Listed, check_certificate
from tongban.certificates.identifier import is_identifier, make_identifier
from tongban.certificates.importing.queries import (
    ImportView,
    RefusedView,
    get_import,
    imports_of,
    refused_rows,
)
from tongban.certificates.importing.writing import import_certificates
from tongban.certificates.issuing_keys import issuer_document, issuer_metadata
from tongban.certificates.jose import read_json
from tongban.certificates.mirroring.feeding import feed_upward
from tongban.certificates.mirroring.fetching import FetchedAbove, fetch_mine
from tongban.certificates.mirroring.http import HttpLibrary
from tongban.certificates.mirroring.kinds import CertificatesFed
from tongban.certificates.mirroring.libraries import LibraryView, list_libraries
from tongban.certificates.mirroring.mending import (
    OutboxView,
    UpwardView,
    get_upward_row,
    mend_row,
    outboxes,
    returned_rows,
)
from tongban.certificates.mirroring.outbox import QUEUED, queue_upward
from tongban.certificates.mirroring.queries import (
    DifferenceView,
    RunView,
    UpperUse,
    differences_of,
    get_mirrored,
    mirrored_of,
    runs_of,
    uses_above,
)
from tongban.certificates.mirroring.reconciling import ask_reconciliation, reconcile, settle_difference
from tongban.certificates.mirroring.source import CertificatesAbove
from tongban.certificates.mirroring.standings import Standing
from tongban.certificates.mirroring.views import UpperView
from tongban.certificates.owners import follow_merger
from tongban.certificates.policy import possible_changes
from tongban.certificates.presenting.answering import Outcome, redeem_answer, take_answer
from tongban.certificates.presenting.asking import Wanted, ask_wallet, forget_held, request_object
from tongban.certificates.presenting.queries import PresentationView, get_presentation
from tongban.certificates.presenting.verifiers import verifier_root
from tongban.certificates.presenting.wire import REQUEST_TYPE
from tongban.certificates.queries import (
    CertificateView,
    ChangeView,
    Ground,
    TypeView,
    certificates_of,
    certificates_of_case,
    change_grounds,
    check_credential,
    find_by_code,
    find_by_identifier,
    find_held,
    get_certificate,
    issued_certificates,
    renewable,
    type_titles,
    types_issued_by,
)
from tongban.certificates.resealing.queries import ResealingView, resealings
from tongban.certificates.resealing.working import (
    begin_resealing,
    follow_revocation,
    reseal,
    reseal_certificates,
)
from tongban.certificates.sdjwt import BadCredential, Credential, check_sd_jwt
from tongban.certificates.sharing.giving import give_share, preview_share, revoke_share, shareable_lines
from tongban.certificates.sharing.history import Use, uses_of
from tongban.certificates.sharing.lines import Line
from tongban.certificates.sharing.policy import ShareTerms
from tongban.certificates.sharing.queries import (
    Preview,
    ShareView,
    copies_of,
    copy_days,
    find_copy,
    get_copy,
    get_share,
    opened_copy,
    share_days,
    shares_on,
)
from tongban.certificates.sharing.using import Opened, copy_evidence, find_share, open_share
from tongban.certificates.sharing.views import CopyView
from tongban.certificates.showing.codes import (
    SHOWN_SECONDS,
    Shown,
    ShownCheck,
    check_shown,
    is_shown_code,
    show_certificate,
)
from tongban.certificates.signing.editions import type_metadata
from tongban.certificates.source import CertificateLibrary
from tongban.certificates.statuses.publishing import Published, publish_status_lists, published
from tongban.certificates.statuslist import STATUS_LIST
from tongban.certificates.trusting import read_issuer_keys
from tongban.certificates.types import TypeEntry, get_type, list_types
from tongban.certificates.wallets.copies import (
    CopyInWallet,
    end_wallet_copy,
    get_wallet_copy,
    note_event,
    wallet_copies,
)
from tongban.certificates.wallets.issuing import Given, give_credential, give_deferred
from tongban.certificates.wallets.metadata import authorization_server, issuer_offers
from tongban.certificates.wallets.nonces import new_nonce
from tongban.certificates.wallets.offering import (
    OfferView,
    get_offer,
    offer_case,
    offer_certificate,
    offered,
    offers_of,
    title_of_case_offer,
    withdraw_offer,
)
from tongban.certificates.wallets.refusals import WalletRefused
from tongban.certificates.wallets.tokens import Tokens, give_tokens

__all__ = [
    "QUEUED",
    "REQUEST_TYPE",
    "SHOWN_SECONDS",
    "STATUS_LIST",
    "BadCredential",
    "CertificateLibrary",
    "CertificateView",
    "CertificatesAbove",
    "CertificatesFed",
    "ChangeView",
    "Checked",
    "CopyInWallet",
    "CopyView",
    "Credential",
    "DifferenceView",
    "FetchedAbove",
    "Given",
    "Ground",
    "Holder",
    "HttpLibrary",
    "ImportView",
    "LibraryView",
    "Line",
    "Listed",
    "OfferView",
    "Opened",
    "OutboxView",
    "Outcome",
    "PresentationView",
    "Preview",
    "Published",
    "RefusedView",
    "ResealingView",
    "RunView",
    "ShareTerms",
    "ShareView",
    "Shown",
    "ShownCheck",
    "Standing",
    "Term",
    "Tokens",
    "TypeEntry",
    "TypeView",
    "UpperUse",
    "UpperView",
    "UpwardView",
    "Use",
    "WalletRefused",
    "Wanted",
    "ask_reconciliation",
    "ask_wallet",
    "authorization_server",
    "begin_resealing",
    "certificates_of",
    "certificates_of_case",
    "change_certificate",
    "change_grounds",
    "check_certificate",
    "check_credential",
    "check_sd_jwt",
    "check_shown",
    "copies_of",
    "copy_days",
    "copy_evidence",
    "differences_of",
    "end_wallet_copy",
    "enter_certificate",
    "feed_upward",
    "fetch_mine",
    "find_by_code",
    "find_by_identifier",
    "find_copy",
    "find_held",
    "find_share",
    "follow_merger",
    "follow_revocation",
    "forget_held",
    "get_certificate",
    "get_copy",
    "get_import",
    "get_mirrored",
    "get_offer",
    "get_presentation",
    "get_share",
    "get_type",
    "get_upward_row",
    "get_wallet_copy",
    "give_credential",
    "give_deferred",
    "give_share",
    "give_tokens",
    "import_certificates",
    "imports_of",
    "is_identifier",
    "is_shown_code",
    "issue_certificate",
    "issued_certificates",
    "issuer_document",
    "issuer_metadata",
    "issuer_offers",
    "list_libraries",
    "list_types",
    "make_identifier",
    "mend_row",
    "mirrored_of",
    "new_nonce",
    "note_event",
    "offer_case",
    "offer_certificate",
    "offered",
    "offers_of",
    "open_certificate",
    "open_share",
    "opened_copy",
    "outboxes",
    "possible_changes",
    "preview_share",
    "publish_status_lists",
    "published",
    "queue_upward",
    "read_issuer_keys",
    "read_json",
    "reconcile",
    "redeem_answer",
    "refused_rows",
    "renew_certificate",
    "renewable",
    "replace_certificate",
    "request_object",
    "reseal",
    "reseal_certificates",
    "resealings",
    "returned_rows",
    "revoke_share",
    "runs_of",
    "settle_difference",
    "share_days",
    "shareable_lines",
    "shares_on",
    "show_certificate",
    "take_answer",
    "title_of_case_offer",
    "type_metadata",
    "type_titles",
    "types_issued_by",
    "uses_above",
    "uses_of",
    "verifier_root",
    "wallet_copies",
    "withdraw_offer",
]
