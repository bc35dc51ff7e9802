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
    Reply,
    answer,
    answer_sandbox,
    find_key,
    find_sandbox_key,
    is_known,
    is_known_in_sandbox,
)
from tongban.kernel import clock
from tongban.kernel.errors import TooMany
from tongban.portals.design.limits import Limit, spend
from tongban.portals.gateway.wire import WireError


@dataclass(frozen=True)
class Instance:
    """How an instance finds keys, knows callers, answers, and which key signs its answers."""

    find_key: Callable[[str], tuple[str, bytes]]
    knows: Callable[[Caller], bool]
    answer: Callable[[Call, Caller], Reply]
    signs: str


def instance_of(name: str) -> Instance:
    """The instance of that name.

    Raises:
        WireError: it is not here.
    """
    if name == settings.TONGBAN_INSTANCE:
        return Instance(find_key, is_known, answer, GATEWAY_KEY)
    if name == settings.TONGBAN_SANDBOX:
        return Instance(find_sandbox_key, is_known_in_sandbox, _answer_in_sandbox, SANDBOX_KEY)
    sentence = f"这里是实例 {settings.TONGBAN_INSTANCE}，沙箱是 {settings.TONGBAN_SANDBOX}。"
    raise WireError("Server.ServerProxy.UnknownService", sentence, 404)


def _answer_in_sandbox(call: Call, caller: Caller) -> Reply:
    """Answer from invented rows, so many times a minute."""
    tries = settings.TONGBAN_SANDBOX_CALLS_A_MINUTE
    if tries:
        try:
            spend(Limit("sandbox-call", tries, timedelta(minutes=1)), caller.key)
        except TooMany as many:
            sentence = f"沙箱密钥一分钟最多调用 {tries} 次，请等一分钟再发。"
            raise CallRefused("Client.TooManyCalls", sentence, 429) from many
    clock.refresh()
    return answer_sandbox(call, caller)
