"""What is wrong with a resource beside others: names and codes that stand twice, links that lead nowhere."""

from collections.abc import Iterator

from tongban.catalogue.checks import Finding, plain_name
from tongban.catalogue.content import Content
from tongban.catalogue.models import Entry, Posting, Resource
from tongban.catalogue.ports import item_titles
from tongban.kernel.grams import whole_gram
from tongban.kernel.sentences import say


def find_clashes(code: str, content: Content) -> list[Finding]:
    """What the catalogue and the service items say against a resource (`code` empty: a new one); four queries at most."""
    return [*_names(code, content), *_number(code, content), *_related(content), *_items(content)]


def _names(code: str, content: Content) -> Iterator[Finding]:
    """Twice in one agency is a mistake; in two agencies it is one of them that should collect."""
    key = plain_name(content.name)
    if not key:
        return
    own = Resource.objects.filter(agency=content.agency).exclude(pk=code).exclude(state="withdrawn")
    if any(plain_name(name) == key for name in own.values_list("name", flat=True)):
        yield Finding("name", say("本部门已有「{name}」。请改那一个，不要再编一个。", name=content.name))
    alike = Posting.objects.filter(gram=whole_gram(content.name)).values("entry")
    others = Entry.objects.filter(pk__in=alike).exclude(agency=content.agency)
    for title, agency in others.order_by("id").values_list("title", "agency_name")[:1]:
        if plain_name(title) == key:
            yield Finding(
                "name",
                say(
                    "{agency}已有同名的资源。同一数据只由一个部门采集；不是同一数据的，请写清区别。",
                    agency=agency,
                ),
                blocks=False,
            )


def _number(code: str, content: Content) -> Iterator[Finding]:
    if content.number and Resource.objects.filter(number=content.number).exclude(pk=code).exists():
        sentence = say("代码「{code}」已给了另一个资源；不填的话发布时会自动编。", code=content.number)
        yield Finding("number", sentence)


def _related(content: Content) -> Iterator[Finding]:
    if not content.related:
        return
    rows = Resource.objects.filter(code__in=content.related) | Resource.objects.filter(
        number__in=content.related
    )
    known = {one for pair in rows.values_list("code", "number") for one in pair}
    if lost := [one for one in content.related if one not in known]:
        sentence = say("目录里没有关联资源「{codes}」，请写资源的代码。", codes="、".join(lost))
        yield Finding("related", sentence, blocks=False)


def _items(content: Content) -> Iterator[Finding]:
    given = {*content.produced_by, *content.needed_by}
    titles = item_titles(given) if given else {}
    if titles is None:
        return
    for name in ("produced_by", "needed_by"):
        if lost := [one for one in getattr(content, name) if one not in titles]:
            yield Finding(
                name,
                say("没有现行的事项「{codes}」，请写事项代码，每行一个。", codes="、".join(lost)),
                blocks=False,
            )
