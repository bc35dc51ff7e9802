"""The looks a visitor chose: `md` or `lg` (长辈版), and light, dark or as the system says."""

from typing import NamedTuple

from django.http import HttpRequest

COOKIE = "tb-looks"
SIZES = ("md", "lg")
SCHEMES = ("auto", "light", "dark")


class Looks(NamedTuple):
    """Size and colour scheme."""

    size: str = "md"
    scheme: str = "auto"

    def known(self) -> "Looks":
        """These looks, with the usual one in the place of what does not exist."""
        return Looks(
            self.size if self.size in SIZES else SIZES[0],
            self.scheme if self.scheme in SCHEMES else SCHEMES[0],
        )


def looks_of(request: HttpRequest) -> Looks:
    """What this visitor chose; a cookie is a stranger's word, so only known values count."""
    size, _dot, scheme = request.COOKIES.get(COOKIE, "").partition(".")
    return Looks(size, scheme).known()
