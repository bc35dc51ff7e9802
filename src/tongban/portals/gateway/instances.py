"""The two instances that answer here: the city's own, and the sandbox of developers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from tongban.exchange.api import (
    GATEWAY_KEY,
    SANDBOX_KEY,
    Call,
    Caller,
    CallRefused,
    FeedCall,
    OutsideCase,
    Page,
    Reply,
    answer,
    answer_sandbox,
    close_case,
    close_sandbox_case,
    feed_page,
    find_key,
    find_sandbox_key,
    get_case,
    get_sandbox_case,
    is_known,
    is_known_in_sandbox,
    put_case,
    put_sandbox_case,
    sandbox_page,
)
from tongban.kernel import clock
from tongban.kernel.errors import TooMany
from tongban.portals.design.limits import Limit, spend
from tongban.portals.gateway.wire import WireError


@dataclass(frozen=True)
class Cases:
    """How an instance registers or changes, shows and closes a case of the caller's own."""

    put: Callable[..., OutsideCase]
    get: Callable[..., OutsideCase]
    close: Callable[..., OutsideCase]


@dataclass(frozen=True)
class Instance:
    """How an instance finds keys, knows callers, answers, gives pages, keeps cases, and which key signs its answers."""

    find_key: Callable[[str], tuple[str, bytes]]
    knows: Callable[[Caller], bool]
    answer: Callable[[Call, Caller], Reply]
    page: Callable[[FeedCall, Caller], Page]
    cases: Cases
    signs: str


def instance_of(name: str) -> Instance:
    """The instance of that name.

    Raises:
        WireError: it is not here.
    """
    if name == settings.TONGBAN_INSTANCE:
        cases = Cases(put_case, get_case, close_case)
        return Instance(find_key, is_known, answer, feed_page, cases, GATEWAY_KEY)
    if name == settings.TONGBAN_SANDBOX:
        cases = Cases(put_sandbox_case, get_sandbox_case, close_sandbox_case)
        return Instance(
            find_sandbox_key, is_known_in_sandbox, _answer_in_sandbox, _page_in_sandbox, cases, SANDBOX_KEY
        )
    sentence = f"这里是实例 {settings.TONGBAN_INSTANCE}，沙箱是 {settings.TONGBAN_SANDBOX}。"
    raise WireError("Server.ServerProxy.UnknownService", sentence, 404)


def _answer_in_sandbox(call: Call, caller: Caller) -> Reply:
    """Answer from invented rows, so many times a minute."""
    _spend_a_call(caller)
    return answer_sandbox(call, caller)


def _page_in_sandbox(call: FeedCall, caller: Caller) -> Page:
    """A page of invented rows, so many times a minute."""
    _spend_a_call(caller)
    return sandbox_page(call, caller)


def _spend_a_call(caller: Caller) -> None:
    tries = settings.TONGBAN_SANDBOX_CALLS_A_MINUTE
    if tries:
        try:
            spend(Limit("sandbox-call", tries, timedelta(minutes=1)), caller.key)
        except TooMany as many:
            sentence = f"沙箱密钥一分钟最多调用 {tries} 次，请等一分钟再发。"
            raise CallRefused("Client.TooManyCalls", sentence, 429) from many
    clock.refresh()
