"""What may be shown is given out as DCAT-AP 3, the same graph in three forms, and as its shapes ask."""

from pathlib import Path

import pytest

from tongban.catalogue.api import Vocabulary, dcat, public_resources
from tongban.catalogue.models import Resource
from tongban.identity.api import get_agencies

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")]
SHAPES = Path(__file__).with_name("dcat-ap.ttl")
PARSERS = {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml"}


def given_out(words: Vocabulary, form: str) -> str:
    shown = public_resources(limit=1000)
    agencies = get_agencies({one.agency for one in shown})
    return dcat(shown, agencies, words, base="http://localhost/catalogue/", title="澜川市", format_name=form)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
@pytest.mark.parametrize("form", ["ttl", "jsonld", "rdf"])
def test_dcat_in_three_forms_is_the_same_graph(form: str, words: Vocabulary) -> None:
    from rdflib import Graph
    from rdflib.compare import isomorphic
    from rdflib.namespace import DCAT, DCTERMS, RDF

    graph = Graph().parse(data=given_out(words, form), format=PARSERS[form])
    assert isomorphic(graph, Graph().parse(data=given_out(words, "ttl"), format="turtle"))
    nodes = set(graph.subjects(RDF.type, DCAT.Dataset))
    assert len(nodes) == Resource.objects.filter(public=True).count()
    for node in nodes:
        assert "NON_PUBLIC" in str(graph.value(node, DCTERMS.accessRights))
    (whole,) = graph.subjects(RDF.type, DCAT.Catalog)
    assert set(graph.objects(whole, DCAT.dataset)) == nodes


def test_the_graph_is_as_the_shapes_of_dcat_ap_ask(words: Vocabulary) -> None:
    from pyshacl import validate
    from rdflib import Graph, URIRef
    from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF

    graph = Graph().parse(data=given_out(words, "ttl"), format="turtle")
    shapes = Graph().parse(SHAPES, format="turtle")
    conforms, _found, report = validate(graph, shacl_graph=shapes)
    assert conforms, report
    node = next(iter(graph.subjects(RDF.type, DCAT.Dataset)))
    for predicate in (DCTERMS.title, DCTERMS.publisher, DCTERMS.accessRights, DCAT.theme):
        held = list(graph.objects(node, predicate))
        graph.remove((node, predicate, None))
        assert not validate(graph, shacl_graph=shapes)[0], predicate
        for one in held:
            graph.add((node, predicate, one))
    graph.remove((URIRef("http://localhost/catalogue/#publisher"), FOAF.name, None))
    assert not validate(graph, shacl_graph=shapes)[0]
