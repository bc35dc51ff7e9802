"""The front page."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_the_front_page_answers_with_a_strict_policy(client: Client) -> None:
    response = client.get("/")
    assert response.status_code == 200
    assert "'unsafe-inline'" not in response.headers["Content-Security-Policy"]
