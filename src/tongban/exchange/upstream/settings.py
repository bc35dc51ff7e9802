"""What a pack declares of an HTTP interface outside; typed, so that `packs check` names what is wrong."""

from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from tongban.exchange.upstream.paths import steps_of
from tongban.packs.ports import Code, Model, Text

#: Nobody waits longer for any source: a page stands behind the question.
LONGEST_S = 10.0


def _path(text: str) -> str:
    steps_of(text)
    return text


def _address(text: str) -> str:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise ValueError("this is no address; write it like https://host/path") from error
    if parts.scheme not in {"https", "http"} or not parts.hostname or port == 0:
        raise ValueError("write the whole address: https://host/path")
    if parts.username is not None or parts.fragment or not text.isascii() or any(c <= " " for c in text):
        raise ValueError(
            "an address has no user, no fragment and only visible ASCII; a secret is a `credential`"
        )
    return text


Path = Annotated[str, AfterValidator(_path)]
Address = Annotated[str, AfterValidator(_address)]
Header = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,60}$")]
Parameter = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class Credential(Model):
    """A secret by reference: an environment variable, or a file of `keys/upstream` in the data folder; never here."""

    header: Header = "Authorization"
    prefix: Annotated[str, StringConstraints(pattern=r"^[\x20-\x7e]{0,40}$")] = ""
    environment: (
        Annotated[str, StringConstraints(pattern=r"^TONGBAN_UPSTREAM_SECRET_[A-Z0-9_]{1,60}$")] | None
    ) = None
    file: Code | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.environment is None) == (self.file is None):
            raise ValueError("name either an `environment` variable or a `file`")
        return self


class Place(Model):
    """Where an item stands in the record, and what the source's codes mean."""

    at: Path
    codes: dict[str, str] = Field(default_factory=dict)


class Sign(Model):
    """A value at a place of the answer by which the source says something."""

    at: Path
    values: Annotated[tuple[str, ...], Field(min_length=1)]


class Link(Model):
    """A system outside: its address, what bounds a question to it, and the secret it knows us by."""

    system: Text
    address: Address
    credential: Credential | None = None
    connect_s: Annotated[float, Field(gt=0, le=LONGEST_S)] = 1.0
    whole_s: Annotated[float, Field(gt=0, le=LONGEST_S)] = 3.0
    size_max_kb: Annotated[int, Field(ge=1, le=4096)] = 256
    permits: Annotated[int, Field(ge=1, le=16)] = 2

    @model_validator(mode="after")
    def _in_time(self) -> Self:
        if self.connect_s > self.whole_s:
            raise ValueError("`connect_s` is a part of `whole_s` and cannot be longer")
        return self

    @property
    def origin(self) -> str:
        """Scheme, host and port: what permits and the breaker are kept for."""
        parts = urlsplit(self.address)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return f"{parts.scheme}://{parts.hostname}:{port}"


class HttpUpstream(Link):
    """An interface outside that answers JSON to GET (keys are parameters) or POST (keys stand in a JSON body).

    `record` is the object (or the list that holds it) in the answer, `items` are places within it; without a record the
    source has none. Where it verifies by itself, `claims` are the places of what is stated, and the items' values mean
    `same` or `differs`.
    """

    method: Literal["GET", "POST"] = "POST"
    keys: Annotated[dict[Code, Parameter], Field(min_length=1)]
    claims: dict[Code, Parameter] = Field(default_factory=dict)
    fixed: dict[Parameter, str] = Field(default_factory=dict)
    record: Path = "$"
    items: Annotated[dict[Code, Path | Place], Field(min_length=1)]
    success: Sign | None = None
    none: Sign | None = None
    none_status: Annotated[int, Field(ge=400, le=499)] | None = None
    same: tuple[str, ...] = ("true", "1")
    differs: tuple[str, ...] = ("false", "0")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.method == "POST":
            for path in (*self.keys.values(), *self.claims.values(), *self.fixed):
                steps = steps_of(path)
                if not steps or not all(isinstance(step, str) for step in steps):
                    raise ValueError(f"in a POST {path!r} must name a place such as $.person.number")
        elif urlsplit(self.address).query:
            raise ValueError("in a GET the parameters are `keys` and `fixed`; the address has none")
        if set(self.same) & set(self.differs):
            raise ValueError("a word cannot mean both `same` and `differs`")
        return self

    def place(self, item: str) -> Place:
        """Where an item stands."""
        held = self.items[item]
        return held if isinstance(held, Place) else Place(at=held)
