"""QR codes as inline SVG."""

import segno
from django.utils.safestring import SafeString, mark_safe


def qr(address: str) -> SafeString:
    """An address as inline SVG; our own program's output, so it is safe markup."""
    drawn = segno.make(address, error="m").svg_inline(omitsize=True, border=2, svgclass=None, lineclass=None)
    return mark_safe(drawn)  # noqa: S308
