"""An act to record, and somebody to do it."""

from uuid import UUID

import pytest

from tongban.journal.api import Act, Actor, all_kinds, kind
from tongban.kernel.ids import uuid7

if "test.done.v1" not in all_kinds():

    @kind("test.done.v1", "做了")
    class Done(Act):
        what: str


if "test.told.v1" not in all_kinds():

    @kind("test.told.v1", "公布了", origin="public")
    class Told(Act):
        what: str


@pytest.fixture
def person() -> UUID:
    return uuid7()


@pytest.fixture
def officer() -> Actor:
    return Actor(kind="officer", key="LC-0007", agency="lanchuan.spj", roles=frozenset({"clerk"}))
