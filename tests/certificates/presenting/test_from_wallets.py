"""The whole circle: a wallet is given a certificate by OpenID4VCI and shows it by OpenID4VP, for a material of a case."""

from uuid import UUID

from tests.certificates.presenting.conftest import MATERIAL, Fetched, into
from tests.certificates.presenting.wallet import Wallet
from tongban.cases.api import ask_presentation
from tongban.certificates.api import end_wallet_copy, get_presentation, wallet_copies
from tongban.journal.api import Actor


def test_what_its_holder_ended_is_refused_before_any_list_says_so_and_another_is_taken(
    asked: UUID, draft: str, holding: Wallet, title: UUID, request_of: Fetched, gunian: Actor
) -> None:
    [copy] = wallet_copies(title, by=gunian)
    end_wallet_copy(copy=copy.id, by=gunian)
    assert holding.show(request_of(asked)).status_code == 400
    assert "已停用" in get_presentation(asked, by=gunian).sentence
    again = ask_presentation(number=draft, material=MATERIAL, session="", by=gunian)
    into(holding, title, gunian)
    assert holding.show(request_of(again)).status_code == 200
    assert get_presentation(again, by=gunian).state == "kept"
