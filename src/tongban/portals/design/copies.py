"""加注件 as a sealed file: the same bytes for the reader, the officer and the holder."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from tongban.certificates.api import CopyView
from tongban.portals.design import parts, written
from tongban.portals.design.printed import paper_file


def copy_file(request: HttpRequest, view: CopyView) -> HttpResponse:
    """The annotated copy, sealed by the issuer's key."""
    verify_at = request.build_absolute_uri(reverse("public:verify-code", args=[view.number]))
    verify_page = request.build_absolute_uri(reverse("public:verify"))
    return paper_file(written.copy_paper(view, verify_at=verify_at, verify_page=verify_page))


def copy_rows(view: CopyView) -> list[parts.Row]:
    """What a copy shows, as a summary list."""
    return [parts.Row(title, value) for title, value in view.lines]
