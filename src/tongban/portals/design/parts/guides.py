"""What stands before an application: figures, materials, notice, answer, hits, uploads, demo people."""

from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongban.portals.design.fields import Text
from tongban.portals.design.parts.words import Citation, Colour, Lamp, Shown


@dataclass(frozen=True)
class Fact:
    """One figure of the facts strip: 要跑几次 0 次."""

    label: Text
    value: Shown
    unit: Text = ""
    note: Text = ""


MEANS: dict[str, Promise] = {
    "fetched": _("免交·自动取"),
    "certificate": _("证照调取"),
    "promise": _("承诺替代"),
    "template": _("示范文本替代"),
    "upload": _("您上传"),
    "signature": _("共同申请人签名"),
}
OUTCOMES: dict[str, tuple[Colour, Promise]] = {
    "fetched": ("green", _("取到")),
    "verified": ("green", _("核对一致")),
    "promised": ("green", _("已承诺")),
    "chosen": ("green", _("已选用")),
    "signed": ("green", _("已签名")),
    "received": ("green", _("已收到")),
    "paper": ("green", _("已收纸质件")),
    "presented": ("green", _("已出示")),
    "mismatch": ("yellow", _("不一致")),
    "silent": ("yellow", _("未响应")),
    "none": ("none", _("没有")),
    "pending": ("none", _("待取")),
    "waiting": ("none", _("待上传")),
}


@dataclass(frozen=True)
class Material:
    """One material: what it is, who brings it, what came of it. `outcome` may be empty on a guide."""

    title: Text
    means: Literal["fetched", "certificate", "promise", "template", "upload", "signature"]
    source: Text = ""
    outcome: str = ""
    note: Text = ""
    #: Links under the row: 样表, 空白表, 上传.
    links: tuple[tuple[Text, str], ...] = ()

    @property
    def means_words(self) -> Promise:
        """Who brings it, in words."""
        return MEANS[self.means]

    @property
    def lamp(self) -> Lamp | None:
        """What came of it, as shape and word."""
        if not self.outcome:
            return None
        colour, words = OUTCOMES[self.outcome]
        return Lamp(colour, words)


@dataclass(frozen=True)
class Reading:
    """One line of the notice （告知）: which item is read, from where, by whom, why, on what ground, how long kept."""

    item: Text
    source: Text
    reader: Text
    why: Text
    basis: Citation
    kept: Text


@dataclass(frozen=True)
class Answer:
    """可以, 不可以 or 还不能确定, with the clauses that led there."""

    verdict: Literal["yes", "no", "unknown"]
    title: Text
    reasons: tuple["Reason", ...] = ()


@dataclass(frozen=True)
class Reason:
    """One clause of an answer, and the statement it was held against."""

    met: Literal["yes", "no", "unknown"]
    text: Text
    citation: Citation | None = None
    stated: Text = ""


@dataclass(frozen=True)
class Result:
    """One hit of a search."""

    title: Text
    url: str
    summary: Text = ""
    facts: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Upload:
    """A file that was taken; `id` is what the 删除 button sends."""

    id: str
    name: str
    size: int
    note: Text = ""


@dataclass(frozen=True)
class Person:
    """Somebody to sign in as in a demonstration."""

    id: str
    name: Text
    note: Text = ""


@dataclass(frozen=True)
class PersonGroup:
    """The demo people of one role."""

    role: Text
    people: tuple[Person, ...]
