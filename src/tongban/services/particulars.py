"""What a guide says of one item beside its terms: the fields of GB/T 39046 table 4 and of the implementation list."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from tongban.packs.ports import Cite, Code, Model, Ref, Text

#: What makes an item easier, in the order of the implementation list.
Convenience = Literal[
    "books",
    "pays-online",
    "posts-materials",
    "posts-result",
    "self-service",
    "single-sign-on",
    "township",
]
#: How far away it may be done (通办范围).
Reach = Literal["", "nation", "provinces", "cities", "counties"]


class Condition(Model):
    """A condition of the law in words."""

    text: Text
    cite: Cite


class Dropped(Model):
    """A paper that this item asks for no longer, with the words that tell people so and why."""

    proof: Annotated[Code, Ref("asked-proof")]
    text: Text
    cite: Cite | None = None


class Fee(Model):
    """What it costs, in cents; 0 is free."""

    cents: Annotated[int, Field(ge=0)] = 0
    cite: Cite | None = None


class Delegation(Model):
    """By which order another agency decides, from a day on and, where it is limited, to a day."""

    from_agency: Annotated[Code, Ref("agency")]
    order: Text
    valid_from: date
    valid_to: date | None = None
    cite: Cite


class Site(Model):
    """A check on the spot: which step, how many officers, in how many days."""

    title: Text
    days: Annotated[int, Field(gt=0)]
    cite: Cite


class Result(Model):
    """What the person gets in the end; `sample` says what it looks like."""

    kind: Literal["certificate", "notice", "guidance"]
    title: Text
    certificate: Annotated[Code, Ref("certificate-type")] | None = None
    sample: str = ""


class Renews(Model):
    """Which certificates the item gives a new term: their type, and the question that names one by its number."""

    certificate: Annotated[Code, Ref("certificate-type")]
    number: Annotated[Code, Ref("question")]


class Step(Model):
    """A step of the procedure as the guide tells it; `verb` is one of the regime's."""

    title: Text
    agency: Annotated[Code, Ref("agency")]
    verb: Code
    days: int = 0


class RegistersFirm(Model):
    """The item brings a firm into being: which answers give its name, kind and address."""

    name: Annotated[Code, Ref("question")]
    kind: Annotated[Code, Ref("question")]
    address: Annotated[Code, Ref("question")]


class SpecialProcedure(Model):
    """A special procedure (GB/T 39046 A.7): its code, what it is, the most working days it takes."""

    code: Text
    text: Text
    days: Annotated[int, Field(ge=0, le=400)] = 0
    cite: Cite


class Office(Model):
    """A window where it can be done."""

    title: Text
    address: Text
    hours: Text
    phone: str = ""


class Remedy(Model):
    """Whom to turn to against the decision: a body with its address, telephone and page."""

    kind: Literal["review", "suit"]
    body: Text
    address: str = ""
    phone: str = ""
    url: str = ""


class Faq(Model):
    """A question that people often ask, with its answer."""

    question: Text
    answer: Text


class Particulars(Model):
    """The fields of GB/T 39046 table 4 and of the implementation list that an item may state.

    Codes are values of the code sets `exercise-level`, `body-nature`, `case-kind`, `channel`, `special-procedure`. Where
    `offices`, telephones or `remedies` are empty, those of the window, of the supervising and of the deciding agency hold.
    """

    level: str = ""
    nature: str = ""
    authority: str = ""
    power: str = ""
    joint: tuple[Annotated[Code, Ref("agency")], ...] = ()
    undertaken_by: str = ""
    intermediaries: tuple[Condition, ...] = ()
    quota: Condition | None = None
    case_kind: str = ""
    reach: Reach = ""
    channels: tuple[Text, ...] = ()
    online_depth: str = ""
    special: tuple[SpecialProcedure, ...] = ()
    conveniences: tuple[Convenience, ...] = ()
    bookings_a_day: Annotated[int, Field(ge=0)] | None = None
    back_office: str = ""
    offices: tuple[Office, ...] = ()
    ask_phone: str = ""
    complaint_phone: str = ""
    limit_note: str = ""
    remedies: tuple[Remedy, ...] = ()
    rights: tuple[Text, ...] = ()
    duties: tuple[Text, ...] = ()
    faqs: tuple[Faq, ...] = ()
    dropped: tuple[Dropped, ...] = ()
