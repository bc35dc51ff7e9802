"""How notices leave the platform: a channel is a port; e-mail by SMTP and a file of text messages are shipped."""

from typing import Protocol


class ChannelDown(Exception):  # noqa: N818 - what the sender is told
    """The channel does not take anything now; it is tried again later."""


class AddressRefused(Exception):  # noqa: N818 - what the sender is told
    """The channel will never take this for this address; trying again is no use."""


class Channel(Protocol):
    """One way to reach an address. `message` names it: the same for the same one, so that a receiver can drop a second copy."""

    def send(self, address: str, *, subject: str, text: str, short: str, message: str) -> None:
        """Hand a message over; returns when the next system has taken it.

        Raises:
            ChannelDown: not now.
            AddressRefused: never.
        """
        ...


_channels: dict[str, Channel] = {}


def install_channel(name: str, channel: Channel | None) -> None:
    """Plug in what `email` or `sms` goes through; None takes it away."""
    if channel is None:
        _channels.pop(name, None)
    else:
        _channels[name] = channel


def channel_of(name: str) -> Channel | None:
    """What a channel goes through; None where this installation has none."""
    return _channels.get(name)


def channels() -> list[str]:
    """The names of the channels that this installation has, in the order that pages show them."""
    return [name for name in ("sms", "email") if name in _channels]
