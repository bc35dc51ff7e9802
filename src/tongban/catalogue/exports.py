"""Resources for other programs: the guide's rows, DCAT-AP for open-data portals."""

from collections.abc import Iterable, Mapping

from tongban.catalogue.content import ITEM_TYPES, Content
from tongban.catalogue.queries.resources import ResourceView
from tongban.catalogue.sheet import RESOURCE_COLUMNS
from tongban.catalogue.shown import CHOICES, ground_words, words_of
from tongban.catalogue.vocabulary import Vocabulary
from tongban.identity.api import AgencyView

#: The EU's frequency codes for the guide's cycles.
_FREQUENCIES = {
    "1": "UPDATE_CONT",
    "2": "DAILY",
    "3": "WEEKLY",
    "4": "MONTHLY",
    "5": "QUARTERLY",
    "6": "ANNUAL",
    "7": "ANNUAL_2",
    "8": "MONTHLY_3",
    "9": "HOURLY",
    "10": "IRREG",
}
DCAT_FORMATS = {
    "ttl": ("turtle", "text/turtle"),
    "jsonld": ("json-ld", "application/ld+json"),
    "rdf": ("pretty-xml", "application/rdf+xml"),
}


def sheet_rows(
    content: Content, agency: AgencyView, words: Vocabulary, *, published_on: str
) -> list[dict[str, str]]:
    """A resource as rows of the guide's sheet, one for each item, each whole."""
    head = {
        name: words_of(content, name, words)
        for name in RESOURCE_COLUMNS
        if name not in {"provider", "provider_code", "published_on"}
    }
    for name in ("ground", "open_ground"):
        head[name] = ground_words(getattr(content, name), words)
    head |= {"provider": agency.name, "provider_code": agency.uscc, "published_on": published_on}
    return [
        {
            **head,
            "item_name": item.name,
            "item_code": item.code,
            "item_type": ITEM_TYPES.get(item.type, item.type),
            "item_length": item.length,
            "item_code_set": item.code_set,
            "item_sharing": CHOICES["sharing"].get(item.sharing, item.sharing),
            "item_ground": ground_words(item.ground, words),
            "item_open": CHOICES["open"].get(item.open, item.open),
            "item_open_ground": ground_words(item.open_ground, words),
            "item_grade": item.grade,
        }
        for item in content.items
    ]


def dcat(
    resources: Iterable[ResourceView],
    agencies: Mapping[str, AgencyView],
    words: Vocabulary,
    *,
    base: str,
    title: str,
    format_name: str,
) -> str:
    """Resources as a DCAT-AP 3 catalogue in Turtle, JSON-LD or RDF/XML. `base` is the address of the public catalogue.

    Refused openness is access right NON_PUBLIC, conditional RESTRICTED. A resource that may not be shown must not be
    given here.
    """
    from rdflib import Graph, Literal, Namespace, URIRef  # noqa: PLC0415 - 0.2 s that only this needs
    from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, XSD  # noqa: PLC0415

    graph = Graph()
    graph.bind("dcat", DCAT)
    graph.bind("dct", DCTERMS)
    authority = Namespace("http://publications.europa.eu/resource/authority/")
    whole = URIRef(base)
    graph.add((whole, RDF.type, DCAT.Catalog))
    graph.add((whole, DCTERMS.title, Literal(title, lang="zh")))
    graph.add((whole, DCTERMS.description, Literal("可以向社会公开的政务信息资源目录", lang="zh")))
    city = URIRef(f"{base}#publisher")
    graph.add((whole, DCTERMS.publisher, city))
    graph.add((city, RDF.type, FOAF.Agent))
    graph.add((city, FOAF.name, Literal(title, lang="zh")))
    rights = {"unconditional": "PUBLIC", "conditional": "RESTRICTED", "refused": "NON_PUBLIC"}
    for one in resources:
        node = URIRef(f"{base}{one.code}/")
        publisher = URIRef(f"{base}#{one.agency}")
        graph.add((whole, DCAT.dataset, node))
        graph.add((publisher, RDF.type, FOAF.Agent))
        graph.add((publisher, FOAF.name, Literal(agencies[one.agency].name, lang="zh")))
        graph.add((node, RDF.type, DCAT.Dataset))
        graph.add((node, DCTERMS.title, Literal(one.name, lang="zh")))
        graph.add((node, DCTERMS.description, Literal(one.summary, lang="zh")))
        graph.add((node, DCTERMS.identifier, Literal(one.number or one.code)))
        graph.add((node, DCTERMS.publisher, publisher))
        graph.add((node, DCAT.landingPage, node))
        graph.add((node, URIRef(f"{DCAT}version"), Literal(str(one.version))))
        graph.add((node, DCAT.keyword, Literal(words.path("resource-class", one.category), lang="zh")))
        graph.add((node, DCTERMS.accessRights, authority[f"access-right/{rights[one.open or 'refused']}"]))
        if one.published_on:
            graph.add((node, DCTERMS.issued, Literal(one.published_on, datatype=XSD.date)))
        if one.update_cycle in _FREQUENCIES:
            graph.add(
                (node, DCTERMS.accrualPeriodicity, authority[f"frequency/{_FREQUENCIES[one.update_cycle]}"])
            )
    return str(graph.serialize(format=DCAT_FORMATS[format_name][0]))
