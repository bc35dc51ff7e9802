"""What supervision journals. Fields name rules, agencies and objects; nothing personal, and no officer as a culprit."""

from tongban.journal.api import Act, kind


@kind("reminder.sent.v1", "提醒将到期")
class ReminderSent(Act):
    """A due day comes near; the agency that answers for it is told."""

    rule: str
    agency: str
    object: str
    due_on: str
    told: list[str]


@kind("card.proposed.v1", "拟发监察牌")
class CardProposed(Act):
    """A rule proposes a card, dated to the moment of the breach; `level` is yellow or red."""

    rule: str
    number: str
    level: str
    agency: str
    item: str
    object: str
    due_on: str
    told: list[str]


@kind("card.raised.v1", "监察牌升级")
class CardRaised(Act):
    """What was yellow is red now."""

    rule: str
    number: str
    level: str
    told: list[str]


@kind("card.changed.v1", "迟到的记录改变监察牌")
class CardChanged(Act):
    """An act arrived late (`entry`, `late_by` in words) and changes the level: red, yellow or empty."""

    number: str
    entry: str
    late_by: str
    before: str
    level: str
    told: list[str]


@kind("card.explained.v1", "说明监察牌")
class CardExplained(Act):
    """The agency says how it came to it."""

    number: str
    words: str


@kind("card.confirmed.v1", "认定监察牌")
class CardConfirmed(Act):
    """A person found that the rule was broken; it is published after a day unless an appeal is open."""

    number: str
    level: str
    agency: str
    words: str
    publish_on: str
    appeal_by: str
    told: list[str]


@kind("card.dismissed.v1", "不予认定监察牌")
class CardDismissed(Act):
    """A person found that it was not the agency's fault, or nothing was wrong."""

    number: str
    words: str
    told: list[str]


@kind("card.published.v1", "公布监察牌", origin="public")
class CardPublished(Act):
    """A confirmed card stands on the public scoreboard."""

    number: str
    rule: str
    level: str
    agency: str
    item: str
    breach_at: str


@kind("card.appealed.v1", "对监察牌申诉")
class CardAppealed(Act):
    """The agency asks another person to look at it again, by a day."""

    number: str
    words: str
    due_on: str


@kind("card.appeal-answered.v1", "答复监察牌申诉")
class AppealAnswered(Act):
    """Somebody who did not confirm it answered: `kept` or `withdrawn`."""

    number: str
    outcome: str
    words: str
    told: list[str]


@kind("card.withdrawn.v1", "撤回监察牌", origin="public")
class CardWithdrawn(Act):
    """A card was wrong: it stays to be seen, with the reason, and takes no points."""

    number: str
    agency: str
    why: str


@kind("letter.issued.v1", "发出督办单")
class LetterIssued(Act):
    """Something is to be done by a day."""

    number: str
    card: str
    words: str
    due_on: str
    told: list[str]


@kind("letter.answered.v1", "答复督办单")
class LetterAnswered(Act):
    """The agency says what was done."""

    number: str
    words: str


@kind("supervision-rule.proposed.v1", "拟定监察规则")
class RuleProposed(Act):
    """An officer drafts a rule or another version of one."""

    rule: str
    valid_from: str


@kind("supervision-rule.tried.v1", "试算监察规则")
class RuleTried(Act):
    """A draft was run over past months: how many objects it saw and how many cards it would have proposed."""

    rule: str
    since: str
    watched: int
    yellow: int
    red: int


@kind("supervision-rule.switched-on.v1", "启用监察规则", origin="public")
class RuleSwitchedOn(Act):
    """A second officer put a rule in force for events from a day on."""

    rule: str
    number: str
    valid_from: str


@kind("supervision-rule.discarded.v1", "放弃监察规则草案")
class RuleDiscarded(Act):
    """A draft is not pursued."""

    rule: str


@kind("gaming-lead.found.v1", "发现规避监察线索")
class LeadFound(Act):
    """A pattern has as many rows as make it worth a look; never a finding."""

    detector: str
    agency: str
    period: str
    rows: int


@kind("gaming-lead.seen.v1", "核看规避监察线索")
class LeadSeen(Act):
    """A supervisor wrote down what it was."""

    detector: str
    agency: str
    words: str


@kind("outage.declared.v1", "申报系统故障")
class OutageDeclared(Act):
    """An agency's system did not work for a time; serials were given out on paper."""

    agency: str
    begins_at: str
    ends_at: str
    serials: str
    reason: str


@kind("outage.confirmed.v1", "复核系统故障")
class OutageConfirmed(Act):
    """A second person confirmed or refused it."""

    agency: str
    confirmed: bool


@kind("breach.reported.v1", "受理违规举报")
class BreachReported(Act):
    """Somebody reports what no clock shows: `matter` is fee, paper, bypass or refusal; the words are kept apart."""

    matter: str
    agency: str
    item: str


@kind("agency.succeeded.v1", "部门合并承接", origin="public")
class AgencySucceeded(Act):
    """An agency was merged into another: open cards and watches are the successor's from here on."""

    agency: str
    successor: str
    since: str
    cards: int


#: Acts whose content says whom to tell.
TELLING = (
    "reminder.sent.v1",
    "card.proposed.v1",
    "card.raised.v1",
    "card.changed.v1",
    "card.confirmed.v1",
    "card.dismissed.v1",
    "card.appeal-answered.v1",
    "letter.issued.v1",
)
