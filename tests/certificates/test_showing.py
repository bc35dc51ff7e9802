"""亮证: a code that lives for a minute; photographed and shown later it opens nothing."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from tests.cases.conftest import *  # noqa: F403 - somebody with a licence
from tests.cases.conftest import Who
from tests.certificates.test_changes import change, entered
from tests.portals.public.test_public_pages import text
from tongban.certificates.api import SHOWN_SECONDS, check_shown, show_certificate, uses_of
from tongban.certificates.models import showing
from tongban.journal.api import Actor
from tongban.kernel import clock
from tongban.kernel.errors import Conflict, NotFound

SignIn = Callable[[str], Client]


@pytest.fixture
def gunian(who: Who) -> Actor:
    return who("gunian")


@pytest.fixture
def permit(who: Who, gunian: Actor) -> UUID:
    return entered(who("food-approver"), gunian, days=200)


def later(seconds: int) -> None:
    """Every code was made so many seconds earlier."""
    for row in showing.ShownCode.objects.all():
        row.ends_at -= timedelta(seconds=seconds)
        row.save()


def test_a_code_shown_now_says_what_the_certificate_says(permit: UUID, gunian: Actor) -> None:
    _view, shown = show_certificate(permit, by=gunian)
    page = text(Client().get(f"/verify/{shown.code}/"))
    assert 'tb-message__word">有效' in page
    assert "JY29901020001" in page
    assert "当面亮证；这个码是第 1 次被核验" in page
    assert "第 2 次被核验" in text(Client().post("/verify/", {"code": shown.printed.lower()}))
    _view, (use,) = uses_of(permit, by=gunian)
    assert (use.way, use.count) == ("shown", 2)


def test_photographed_and_shown_later_it_opens_nothing(permit: UUID, gunian: Actor) -> None:
    _view, shown = show_certificate(permit, by=gunian)
    later(SHOWN_SECONDS + 1)
    page = text(Client().get(f"/verify/{shown.code}/"))
    assert "照片和截图不能代替当面亮证" in page
    assert "JY29901020001" not in page
    assert uses_of(permit, by=gunian)[1] == []


def test_each_opening_of_the_page_makes_another_code_and_old_ones_are_forgotten(
    sign_in: SignIn, permit: UUID, gunian: Actor
) -> None:
    address = f"/my/certificates/{permit}/show/"
    hers = sign_in("gunian")
    first = hers.get(address)
    assert first["Cache-Control"] == "no-store"
    hers.get(address)
    codes = list(showing.ShownCode.objects.values_list("code", flat=True))
    assert len(set(codes)) == 2
    checked = codes[0]
    check_shown(checked)
    later(2 * 24 * 3600)
    show_certificate(permit, by=gunian)
    left = set(showing.ShownCode.objects.values_list("code", flat=True))
    assert checked in left
    assert codes[1] not in left


def test_only_the_holder_shows_and_only_what_holds(who: Who, permit: UUID, gunian: Actor) -> None:
    with pytest.raises(NotFound):
        show_certificate(permit, by=who("linxia"))
    _view, shown = show_certificate(permit, by=gunian)
    change(permit, who("food-approver"), to="suspend", ground="suspend-penalty")
    with pytest.raises(Conflict, match="不能亮证"):
        show_certificate(permit, by=gunian)
    assert 'tb-message__word">暂扣' in text(Client().get(f"/verify/{shown.code}/"))


def test_a_guess_finds_nothing_and_says_what_to_do(db: None) -> None:
    response = Client().post("/verify/", {"code": "AAAAA-BBBBB"})
    assert response.status_code == 404
    assert "换一个新码" in text(response)
    assert clock.real_now()
