"""Signing in at a real OpenID Connect provider on loopback, through the pages, from the link to our own page."""

import base64
import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit
from wsgiref.types import StartResponse, WSGIEnvironment

import httpx2
import oidc_provider_mock
import pytest
import werkzeug.serving
from django.http import HttpResponse
from django.test import Client

from tongban.identity.api import find_account, find_actor
from tongban.identity.models import Account, Person
from tongban.identity.oidc import OidcSignIn
from tongban.identity.ports import _ports, install_sign_in
from tongban.journal.api import timeline
from tongban.kernel.errors import Misconfigured

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # the provider's own libraries
]
LINXIA = {"id_number": "990102199106185241", "id_number_verified": True, "name": "林夏"}


class Pkce:
    """Holds the provider to RFC 7636, which it leaves to its library: no code without the verifier of its challenge."""

    def __init__(self, application: Callable[..., Any]) -> None:
        self.application = application
        self.challenges: set[str] = set()

    def __call__(self, environment: WSGIEnvironment, answer: StartResponse) -> Any:
        if environment["PATH_INFO"].endswith("/authorize"):
            asked = parse_qs(environment["QUERY_STRING"])
            assert asked["code_challenge_method"] == ["S256"]
            self.challenges.update(asked["code_challenge"])
        if environment["PATH_INFO"].endswith("/token"):
            import io

            body = environment["wsgi.input"].read(int(environment["CONTENT_LENGTH"]))
            environment["wsgi.input"] = io.BytesIO(body)
            verifier = parse_qs(body.decode()).get("code_verifier", [""])[0].encode()
            digest = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).rstrip(b"=").decode()
            if digest not in self.challenges:
                answer("400 Bad Request", [("Content-Type", "application/json")])
                return [b'{"error": "invalid_grant"}']
        return self.application(environment, answer)


class Provider:
    """The provider, and the person in front of it."""

    def __init__(self, address: str) -> None:
        self.address = address

    def knows(self, subject: str, **claims: Any) -> None:
        httpx2.put(f"{self.address}/users/{subject}", json=claims).raise_for_status()

    def agree(self, page: str, subject: str) -> str:
        """Sign in on its page; the address it sends back to, without the host."""
        sent = httpx2.post(page, data={"sub": subject})
        assert sent.status_code == 302, sent.text
        back = urlsplit(sent.headers["Location"])
        return f"{back.path}?{back.query}"


@contextmanager
def running() -> Iterator[str]:
    server = werkzeug.serving.make_server("localhost", 0, Pkce(oidc_provider_mock.app()), threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with running() as address:
        yield Provider(address)


@pytest.fixture(autouse=True)
def installed(provider: Provider) -> Iterator[None]:
    install_sign_in(OidcSignIn("oidc", "云岭通", provider.address, "tongban", "a secret"))
    yield
    _ports.pop("oidc")


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


def sign_in(client: Client, provider: Provider, subject: str) -> HttpResponse:
    page = client.get("/sign-in/with/oidc/", {"next": "/my/certificates/"}).headers["Location"]
    assert page.startswith(provider.address)
    return client.get(provider.agree(page, subject))  # type: ignore[return-value]


def test_the_sign_in_page_offers_it(client: Client) -> None:
    assert "用云岭通登录" in text(client.get("/sign-in/"))


def test_a_verified_identity_number_opens_the_account_of_that_person(
    client: Client, provider: Provider
) -> None:
    provider.knows("s-1", **LINXIA)
    assert sign_in(client, provider, "s-1").headers["Location"] == "/my/certificates/"
    assert "林夏" in text(client.get("/my/"))
    account = find_account("linxia").pk
    assert [one.kind for one in timeline(objects=[f"account:{account}"])] == ["subject.linked.v1"]
    client.post("/sign-out/")
    provider.knows("s-1", name="林夏")  # a link once made needs no number
    assert sign_in(client, provider, "s-1").status_code == 302
    assert [one.kind for one in timeline(objects=[f"account:{account}"])] == ["subject.linked.v1"]


def test_a_known_person_without_an_account_gets_one_without_a_password(
    client: Client, provider: Provider
) -> None:
    person = Person.objects.create(
        id_number="110101199003070097", name="白芷", sex="男", born_on="1990-03-07", source="test"
    )
    provider.knows("s-2", id_number=person.id_number, id_number_verified=True, name="白芷")
    assert sign_in(client, provider, "s-2").status_code == 302
    account = Account.objects.get(person=person)
    assert not account.has_usable_password()
    assert find_actor(account.username).name == "白芷"


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        ({"name": "林夏"}, "没有给出经过核实的身份证号码"),
        ({**LINXIA, "id_number_verified": False}, "没有给出经过核实的身份证号码"),
        ({**LINXIA, "id_number_verified": "true"}, "没有给出经过核实的身份证号码"),
        ({**LINXIA, "id_number": "990102199106185242"}, "没有给出经过核实的身份证号码"),
        ({**LINXIA, "id_number": "11010119900307803X"}, "本市没有与外部登录给出的姓名和身份证号码相符的人"),
        ({**LINXIA, "name": "许年"}, "本市没有与外部登录给出的姓名和身份证号码相符的人"),
    ],
)
def test_whom_nobody_vouches_for_is_refused_in_a_sentence(
    client: Client, provider: Provider, claims: dict[str, Any], sentence: str
) -> None:
    people, accounts = Person.objects.count(), Account.objects.count()
    provider.knows("s-3", **claims)
    refused = sign_in(client, provider, "s-3")
    assert refused.status_code == 403
    assert sentence in text(refused)
    assert client.get("/my/").status_code == 302
    assert (Person.objects.count(), Account.objects.count()) == (people, accounts)


def test_a_second_subject_does_not_take_over_a_linked_account(client: Client, provider: Provider) -> None:
    provider.knows("s-4", **LINXIA)
    provider.knows("s-5", **LINXIA)
    assert sign_in(client, provider, "s-4").status_code == 302
    client.post("/sign-out/")
    assert "另一个用户" in text(sign_in(client, provider, "s-5"))


def test_a_linked_subject_that_claims_another_number_is_refused(client: Client, provider: Provider) -> None:
    provider.knows("s-6", **LINXIA)
    sign_in(client, provider, "s-6")
    client.post("/sign-out/")
    provider.knows("s-6", **{**LINXIA, "id_number": "990102197911235775"})
    assert "与关联时的不同" in text(sign_in(client, provider, "s-6"))


def test_an_answer_is_believed_once_and_only_in_the_session_that_asked(
    client: Client, provider: Provider
) -> None:
    provider.knows("s-7", **LINXIA)
    page = client.get("/sign-in/with/oidc/").headers["Location"]
    back = provider.agree(page, "s-7")
    stranger = Client()
    assert "没有完成" in text(stranger.get(back))
    assert client.get(back).status_code == 302
    client.post("/sign-out/")
    again = client.get(back)
    assert again.status_code == 422
    assert client.get("/my/").status_code == 302


@pytest.mark.parametrize("changed", ["nonce", "verifier", "state"])
def test_nonce_verifier_and_state_each_count(client: Client, provider: Provider, changed: str) -> None:
    provider.knows("s-8", **LINXIA)
    page = client.get("/sign-in/with/oidc/").headers["Location"]
    back = provider.agree(page, "s-8")
    session = client.session
    session["signing_in_outside"]["kept"][changed] = "x" * 43
    session.save()
    assert client.get(back).status_code == 422
    assert client.get("/my/").status_code == 302


def test_calling_it_off_there_is_told_here(client: Client, provider: Provider) -> None:
    client.get("/sign-in/with/oidc/")
    refused = client.get("/sign-in/with/oidc/back/", {"error": "access_denied", "state": "x"})
    assert refused.status_code == 422
    assert "没有完成" in text(refused)


def test_a_provider_that_is_away_is_told_and_the_password_still_works(client: Client) -> None:
    install_sign_in(OidcSignIn("oidc", "云岭通", "http://localhost:9", "tongban", "s"))
    away = client.get("/sign-in/with/oidc/")
    assert away.status_code == 503
    assert client.post("/sign-in/", {"username": "linxia", "password": "tongban-demo"}).status_code == 302


def test_an_issuer_in_the_clear_is_not_configured() -> None:
    with pytest.raises(Misconfigured, match="https"):
        OidcSignIn("oidc", "云岭通", "http://id.example", "tongban", "s")
