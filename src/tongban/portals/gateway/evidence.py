"""`…/data/evidence?query=…`: the evidence of a query by its number, as X-Road's `asic?queryId=…`."""

from uuid import UUID
from wsgiref.types import WSGIEnvironment

from tongban.exchange.api import Asker, Caller, CallRefused, admit, evidence_of_query
from tongban.kernel.errors import NotFound, Unavailable
from tongban.portals.gateway.feeds import Given
from tongban.portals.gateway.wire import Address, WireError, read_pairs


def answer(environ: WSGIEnvironment, address: Address, caller: Caller) -> Given:
    """The zip for the query that the address names.

    Raises:
        WireError: no number of a query.
        CallRefused: the caller is unknown, the query does not concern it, or its entry is not in the log yet.
    """
    if environ["REQUEST_METHOD"] != "GET" or address.form:
        raise WireError(
            "Client.BadRequest", "取查询凭据用 GET …/data/evidence?query=查询编号。", 405, allow="GET"
        )
    pairs = read_pairs(environ.get("QUERY_STRING", ""))
    try:
        query = UUID(pairs.get("query", ""))
    except ValueError:
        query = None
    if query is None or str(query) != pairs["query"] or len(pairs) != 1:
        raise WireError("Client.BadRequest", "请用 query 写明查询编号，就是答复里的 X-Road-Request-Id。")
    admit(caller)
    try:
        body = evidence_of_query(query, by=Asker(caller=caller))
    except NotFound as missing:
        raise CallRefused("Client.UnknownQuery", str(missing), 404) from missing
    except Unavailable as early:
        raise CallRefused("Server.ServerProxy.NotLoggedYet", str(early), 503) from early
    name = f'attachment; filename="evidence-{query}.zip"'
    return Given(query, body, "application/zip", {"content-disposition": name})
