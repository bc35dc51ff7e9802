"""The certificate's own page leads to its renewal, and the case says when silence renews it."""

import pytest
from django.test import Client

from tests.cases.conftest import Who
from tests.cases.test_renewing import asked, holding
from tests.portals.public.test_public_pages import text
from tongban.cases.api import submit_application
from tongban.journal.api import Actor

pytestmark = pytest.mark.django_db


def test_a_permit_leads_to_its_renewal_and_the_case_says_what_silence_means(
    her: Client, linxia: Actor, who: Who
) -> None:
    held = holding(linxia, who("housing-approver"), days=40)
    page = text(her.get(f"/my/certificates/{held.id}/"))
    assert "视为准予延续" in page
    assert "/my/apply/drainage-renewal/" in page
    number = asked(linxia)
    submit_application(number=number, seen=None, by=linxia)
    assert "到期前没有决定的，视为准予延续" in text(her.get(f"/my/applications/{number}/"))
