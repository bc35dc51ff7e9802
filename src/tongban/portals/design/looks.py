"""The looks a visitor chose: `md` or `lg` (长辈版); light, dark or as the system says; and the language."""

from typing import NamedTuple

from django.http import HttpRequest

COOKIE = "tb-looks"
SIZES = ("md", "lg")
SCHEMES = ("auto", "light", "dark")
#: The empty one: nothing chosen, so what the browser asks for.
LANGUAGES = ("", "zh-hans", "en")


class Looks(NamedTuple):
    """Size, colour scheme and language."""

    size: str = "md"
    scheme: str = "auto"
    language: str = ""

    def known(self) -> "Looks":
        """These looks, with the usual one in the place of what does not exist."""
        return Looks(
            self.size if self.size in SIZES else SIZES[0],
            self.scheme if self.scheme in SCHEMES else SCHEMES[0],
            self.language if self.language in LANGUAGES else LANGUAGES[0],
        )


def looks_of(request: HttpRequest) -> Looks:
    """What this visitor chose; a cookie is a stranger's word, so only known values count."""
    return Looks(*request.COOKIES.get(COOKIE, "").split(".", 3)[:3]).known()
