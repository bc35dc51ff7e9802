"""What may be shown of the catalogue as DCAT-AP 3 (https://semiceu.github.io/DCAT-AP/), for open-data portals.

A class of the guide is a concept of our own scheme; openness is the EU's access right, the update cycle its frequency.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from tongban.catalogue.queries.resources import ResourceView
from tongban.catalogue.vocabulary import Vocabulary
from tongban.identity.api import AgencyView

if TYPE_CHECKING:
    from rdflib import Graph, URIRef

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
_RIGHTS = {"unconditional": "PUBLIC", "conditional": "RESTRICTED", "refused": "NON_PUBLIC"}
_VCARD = "http://www.w3.org/2006/vcard/ns#"
_AUTHORITY = "http://publications.europa.eu/resource/authority/"


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
    from rdflib import Graph  # noqa: PLC0415 - 0.2 s that only this needs
    from rdflib.namespace import DCAT, DCTERMS, FOAF, SKOS  # noqa: PLC0415

    graph = Graph()
    for prefix, space in (
        ("dcat", DCAT),
        ("dct", DCTERMS),
        ("foaf", FOAF),
        ("skos", SKOS),
        ("vcard", _VCARD),
    ):
        graph.bind(prefix, space)
    whole = _catalogue(graph, base, title)
    for one in resources:
        graph.add((whole, DCAT.dataset, _dataset(graph, one, words, base=base)))
        _agency(graph, agencies[one.agency], base=base)
        _class(graph, one.category, words, base=base)
    return str(graph.serialize(format=DCAT_FORMATS[format_name][0]))


def _catalogue(graph: "Graph", base: str, title: str) -> "URIRef":
    from rdflib import Literal, URIRef  # noqa: PLC0415
    from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, SKOS  # noqa: PLC0415

    whole, city, scheme = URIRef(base), URIRef(f"{base}#publisher"), URIRef(f"{base}#classes")
    graph.add((whole, RDF.type, DCAT.Catalog))
    graph.add((whole, DCTERMS.title, Literal(title, lang="zh")))
    graph.add((whole, DCTERMS.description, Literal("可以向社会公开的政务信息资源目录", lang="zh")))
    graph.add((whole, DCTERMS.publisher, city))
    graph.add((whole, FOAF.homepage, URIRef(f"{base}#page")))
    graph.add((URIRef(f"{base}#page"), RDF.type, FOAF.Document))
    graph.add((whole, DCTERMS.language, _known(graph, "language/ZHO", DCTERMS.LinguisticSystem)))
    graph.add((whole, DCAT.themeTaxonomy, scheme))
    graph.add((scheme, RDF.type, SKOS.ConceptScheme))
    graph.add((scheme, DCTERMS.title, Literal("政务信息资源分类", lang="zh")))
    graph.add((city, RDF.type, FOAF.Agent))
    graph.add((city, FOAF.name, Literal(title, lang="zh")))
    return whole


def _dataset(graph: "Graph", one: ResourceView, words: Vocabulary, *, base: str) -> "URIRef":
    from rdflib import Literal, URIRef  # noqa: PLC0415
    from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, XSD  # noqa: PLC0415

    page, schema = URIRef(f"{base}{one.code}/"), URIRef(f"{base}{one.code}/schema.json")
    node = URIRef(f"{page}#resource")
    graph.add((node, RDF.type, DCAT.Dataset))
    graph.add((node, DCTERMS.title, Literal(one.name, lang="zh")))
    graph.add((node, DCTERMS.description, Literal(one.summary, lang="zh")))
    graph.add((node, DCTERMS.identifier, Literal(one.number or one.code)))
    graph.add((node, DCTERMS.publisher, URIRef(f"{base}#{one.agency}")))
    graph.add((node, DCAT.contactPoint, URIRef(f"{base}#{one.agency}-contact")))
    graph.add((node, DCAT.landingPage, page))
    graph.add((page, RDF.type, FOAF.Document))
    graph.add((node, URIRef(f"{DCAT}version"), Literal(str(one.version))))
    graph.add((node, DCAT.theme, URIRef(f"{base}#class-{one.category}")))
    graph.add((node, DCAT.keyword, Literal(words.title("resource-class", one.category), lang="zh")))
    graph.add((node, DCTERMS.language, _known(graph, "language/ZHO", DCTERMS.LinguisticSystem)))
    right = _known(graph, f"access-right/{_RIGHTS[one.open or 'refused']}", DCTERMS.RightsStatement)
    graph.add((node, DCTERMS.accessRights, right))
    graph.add((node, DCTERMS.conformsTo, schema))
    graph.add((schema, RDF.type, DCTERMS.Standard))
    graph.add((schema, DCTERMS.title, Literal("信息项（Table Schema）", lang="zh")))
    if one.published_on:
        graph.add((node, DCTERMS.issued, Literal(one.published_on, datatype=XSD.date)))
    if day := one.reviewed_on or one.published_on:
        graph.add((node, DCTERMS.modified, Literal(day, datatype=XSD.date)))
    if cycle := _FREQUENCIES.get(one.update_cycle):
        frequency = _known(graph, f"frequency/{cycle}", DCTERMS.Frequency)
        graph.add((node, DCTERMS.accrualPeriodicity, frequency))
    return node


def _agency(graph: "Graph", agency: AgencyView, *, base: str) -> None:
    from rdflib import Literal, URIRef  # noqa: PLC0415
    from rdflib.namespace import FOAF, RDF  # noqa: PLC0415

    publisher, contact = URIRef(f"{base}#{agency.code}"), URIRef(f"{base}#{agency.code}-contact")
    graph.add((publisher, RDF.type, FOAF.Agent))
    graph.add((publisher, FOAF.name, Literal(agency.name, lang="zh")))
    graph.add((contact, RDF.type, URIRef(f"{_VCARD}Kind")))
    graph.add((contact, URIRef(f"{_VCARD}fn"), Literal(agency.name, lang="zh")))
    if agency.phone:
        graph.add((contact, URIRef(f"{_VCARD}hasTelephone"), URIRef(f"tel:{agency.phone.replace(' ', '')}")))


def _class(graph: "Graph", category: str, words: Vocabulary, *, base: str) -> None:
    from rdflib import Literal, URIRef  # noqa: PLC0415
    from rdflib.namespace import RDF, SKOS  # noqa: PLC0415

    concept = URIRef(f"{base}#class-{category}")
    graph.add((concept, RDF.type, SKOS.Concept))
    graph.add((concept, SKOS.notation, Literal(category)))
    graph.add((concept, SKOS.prefLabel, Literal(words.path("resource-class", category), lang="zh")))
    graph.add((concept, SKOS.inScheme, URIRef(f"{base}#classes")))


def _known(graph: "Graph", path: str, kind: "URIRef") -> "URIRef":
    """A value of the EU's vocabularies, with its type, so that a reader need not look it up."""
    from rdflib import URIRef  # noqa: PLC0415
    from rdflib.namespace import RDF  # noqa: PLC0415

    value = URIRef(f"{_AUTHORITY}{path}")
    graph.add((value, RDF.type, kind))
    return value
