"""「我能办吗」 of retirement: the age is counted from the month of birth, and the sum is shown."""

import pytest
from django.test import Client

from tests.portals.public.test_public_pages import text

pytestmark = pytest.mark.django_db
CHECK = "/bundles/retirement/check/"


def test_the_age_is_counted_and_its_sum_is_shown(client: Client) -> None:
    said = {"applicant.worker": "男职工", "applicant.born": "1965-05", "applicant.months": "200"}
    page = text(client.post(CHECK, said))
    assert "60 岁 2 个月，2025-07 到龄（延迟 2 个月）" in page


def test_a_month_that_is_none_is_one_sentence(client: Client) -> None:
    answer = client.post(CHECK, {"applicant.worker": "男职工", "applicant.born": "1965年"})
    assert answer.status_code == 422
    assert "请写成年-月" in text(answer)
