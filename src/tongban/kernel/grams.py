"""How words become grams: what an entry is found by, and what a query asks for.

A gram is one of: a character, a pair of neighbours, a pair with one character between them (`公_金`), a pair of
syllables (`:yin.ye`), a word of letters or digits, and a whole title (`=营业执照`, `=:yinyezizao`, its initials
`=:yyzz`). No dictionary cuts Chinese text: pairs of characters measured better and know rare names
(docs/decisions/0007). Syllables have no tone, and sounds that many people do not tell apart are one: zh z, ch c, sh s, ing
in, eng en, ang an.
"""

import itertools
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

HAN = "\u3400-\u9fff\U00020000-\U0003ffff"
_RUN = re.compile(rf"(?P<han>[{HAN}]+)|(?P<word>[a-z0-9]+)")
_SPACE_BETWEEN_HAN = re.compile(rf"(?<=[{HAN}])\s+(?=[{HAN}])")
#: What people say around the thing they want; the look-aheads keep words that begin alike (办公, 个体户, 家政).
_BEFORE = re.compile(
    r"^(?:请问|我们?|想要?|要|需要|去|怎么样?|如何|(?:在|)哪[里儿]?)*(?:办理|申请|申办|办(?![公学案])|弄|搞)?"
    r"(?:一?(?:个(?![体人税])|张|家(?![庭政具畜禽])|本(?![科地市])))?(?=.)"
)
_AFTER = re.compile(
    r"(?<=.)(?:怎么[办弄搞]?(?:理|申请)?|(?:在|)哪[里儿]?(?:能|可以)?(?:办理|办)?|(?:需要|要)?什么(?:材料|手续|条件)|"
    r"的?(?:流程|手续|材料)|[吗呢啊呀吧])+$"
)
_BRACKETS = re.compile(r"\([^()]*\)")
TITLE_WEIGHT, OTHER_WEIGHT, WHOLE_WEIGHT = 300, 100, 400
#: BM25's saturation and length norm at one occurrence; the mean length of a title is a constant, so that a weight
#: does not change when other entries come.
K, B, MEAN_LENGTH = 1.2, 0.75, 12
WORD_LENGTH_MAX = 64


@dataclass(frozen=True)
class Unit:
    """One way in which an entry can hold the `place`-th piece of a query; `share` is how good a way it is."""

    place: int
    gram: str
    share: float


def fold(text: str) -> str:
    """Text as it is compared: full-width forms as ordinary ones, small letters, no space between Han characters.

    Traditional characters become simplified ones by OpenCC's `t2s`, phrase by phrase: 乾燥 is 干燥, 著作权 stays.
    """
    plain = _SPACE_BETWEEN_HAN.sub("", unicodedata.normalize("NFKC", text).lower()).strip()
    return plain if plain.isascii() else _simplify(plain)


def entry_grams(names: Iterable[str], others: Iterable[str]) -> dict[str, int]:
    """The grams of an entry with their weights: of its title and aliases, and of what else it says.

    A gram weighs what it weighs in its best field; short fields weigh more (BM25's length norm). A title with words in
    brackets is also known without them: 食品（含保健食品）经营许可 is asked for as 食品经营许可.
    """
    found: dict[str, int] = {}
    names = dict.fromkeys(form for name in names for form in (fold(name), _BRACKETS.sub("", fold(name))))
    for fields, weight, grams_of in ((others, OTHER_WEIGHT, _pairs), (names, TITLE_WEIGHT, _name_grams)):
        for text in fields:
            folded = fold(text)
            norm = (K + 1) / (1 + K * (1 - B + B * len(folded) / MEAN_LENGTH))
            for gram in grams_of(folded):
                found[gram] = max(found.get(gram, 0), round(weight * norm))
    for text in names:
        for gram in _wholes(text):
            found[gram] = WHOLE_WEIGHT
    return found


#: Words longer than this are no words for what somebody looks for.
KEPT_LENGTH_MAX = 30
_NUMBER = re.compile(r"\d(?:[ \-.]?[\dx]){4,}")
_ADDRESS = re.compile(r"\S*@\S*")


def kept_words(query: str) -> str:
    """What of a query that found nothing may be counted.

    No long runs of digits (identity numbers, telephones, codes), no mail addresses; empty where it is longer than words
    for a thing.
    """
    words = _ADDRESS.sub("…", _NUMBER.sub("…", fold(query))).strip(" …")
    return words if len(words) <= KEPT_LENGTH_MAX else ""


def query_units(query: str) -> list[Unit]:
    """What to look for: place 0 is the query as a whole, each further place a pair, a lone character or a word.

    A pair may be held as it stands (1), by its sound (0.7: a typo among homophones), or with a character more or less
    between (0.5: a wrong, missing or superfluous character touches two pairs and leaves the outer ones).
    """
    folded = fold(query)
    wanted = _AFTER.sub("", _BEFORE.sub("", folded)) or folded
    units = [
        Unit(0, gram, 1.0) for text in dict.fromkeys((folded, wanted)) for gram in _wholes(text, typed=True)
    ]
    place = 1
    for han, word in _runs(wanted):
        made = _han_units(han, place) if han else _word_units(word, place)
        units += made
        place = max((unit.place for unit in made), default=place) + 1
    return units


def lone_characters(query: str) -> list[Unit]:
    """The single characters of a query, a place each: what is nearest where nothing is found."""
    return [
        Unit(place, char, 1.0)
        for place, char in enumerate("".join(han for han, _word in _runs(fold(query))), start=1)
    ]


#: Postings read for a query, the rarest grams first; a gram that would go beyond is too common to tell entries apart.
POSTINGS_MAX = 20_000
_WHOLE_IDF = 6.0


def weigh(units: Sequence[Unit], counts: Mapping[str, int], *, most: int = 0) -> dict[str, list[Any]] | None:
    """The grams to read with what each is worth, as columns for `unnest`; None where no entry holds any of them.

    `counts` says in how many entries each gram stands; the empty gram counts the entries. At most `most`
    postings (0: `POSTINGS_MAX`) stand behind what is read, but for the first piece, which is always read.
    """
    total = counts.get("", 0)
    known = sorted((unit for unit in units if unit.gram in counts), key=lambda unit: counts[unit.gram])
    if not known:
        return None
    rarity = {
        gram: math.log(1 + (total - count + 0.5) / (count + 0.5)) for gram, count in counts.items() if gram
    }
    read = _affordable(known, counts, most or POSTINGS_MAX)
    worth: dict[int, float] = {}
    for unit in known:
        if unit.place:
            worth[unit.place] = max(worth.get(unit.place, 0.0), rarity[unit.gram])
    kept = {unit.place for unit in read} | ({unit.place for unit in units} - worth.keys())
    usual = sum(worth.values()) / len(worth) if worth else 1.0
    whole = sum(worth.get(place, usual) for place in kept if place) or 1.0
    return {
        "grams": [unit.gram for unit in read],
        "places": [unit.place for unit in read],
        "gains": [unit.share * (worth[unit.place] if unit.place else _WHOLE_IDF) for unit in read],
        "parts": [(unit.share * worth[unit.place] / whole if unit.place else 1.0) for unit in read],
    }


def _affordable(known: Sequence[Unit], counts: Mapping[str, int], budget: int) -> list[Unit]:
    """What to read of units that stand rarest first: the best way of each piece, then the other ways of those pieces.

    A piece whose best way is too common is not read in its lesser ways either: they would find what only sounds like it,
    and hide what holds it.
    """
    best = {
        place: max(unit.share for unit in known if unit.place == place) for place in {u.place for u in known}
    }
    read: list[Unit] = []
    for unit in known:
        first = not any(one.place for one in read)
        if unit.share == best[unit.place] and (counts[unit.gram] <= budget or (first and unit.place)):
            read.append(unit)
            budget -= counts[unit.gram]
    places = {unit.place for unit in read}
    for unit in known:
        if unit.place in places and unit.share < best[unit.place] and counts[unit.gram] <= budget:
            read.append(unit)
            budget -= counts[unit.gram]
    return read


def syllables(letters: str) -> list[str]:
    """Letters cut into syllables of pinyin: the fewest left over, then the fewest that begin with a vowel.

    Letters that fit nowhere are left out, so that a slip costs one syllable.
    """
    best: list[tuple[float, list[str]]] = [(0.0, [])]
    for end in range(1, len(letters) + 1):
        cost, cut = best[end - 1]
        ways = [(cost + 10, cut)]
        for start in range(max(end - 6, 0), end):
            if _SYLLABLE.fullmatch(letters, start, end):
                cost, cut = best[start]
                vowel = 0.5 if letters[start] in "aeiou" else 0
                ways.append((cost + 1 + vowel, [*cut, letters[start:end]]))
        best.append(min(ways, key=lambda way: way[0]))
    return best[-1][1]


_SYLLABLE = re.compile(
    r"(?:[zcs]h?|[bpmfdtnlgkhjqxryw])?(?:[aoe]|ai|ei|ao|ou|[ae]ng?|ong|er|ia|ie|iao|iu|i[ao]ng|i|in|ian|ing|u|ua|uo"
    r"|uai|ui|un|uang?|ue|v|ve)"
)


def _simplify(text: str) -> str:
    return str(_converter().convert(text))


@cache
def _converter() -> Any:
    from opencc import OpenCC  # noqa: PLC0415 - loads dictionaries that only searching and indexing need

    return OpenCC("t2s")


def pinyin_of(text: str) -> str:
    """The sounds of a text, as lists are ordered by: 出生登记 is `chushengdengji`."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - see `_sounds`

    return "".join(lazy_pinyin(fold(text)))


def whole_gram(title: str) -> str:
    """The gram of a title as a whole: two titles that differ only in punctuation have the same."""
    return next(_wholes(fold(title)), "")


def _runs(folded: str) -> Iterator[tuple[str, str]]:
    for run in _RUN.finditer(folded):
        yield run["han"] or "", run["word"] or ""


def _sounds(han: str) -> list[str]:
    """A sound for each character; `?` for one without."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - 0.2 s and 30 MB that only searching and indexing need

    return [_blunt(sound) for sound in lazy_pinyin(han, errors=_silent)]


def _silent(rest: str) -> Any:
    return ["?"] * len(rest)


def _blunt(sound: str) -> str:
    first = re.sub(r"^([zcs])h", r"\1", sound)
    return re.sub(r"ng$", "n", first).replace("ü", "v")


def _pairs(folded: str) -> Iterator[str]:
    for han, word in _runs(folded):
        if word:
            yield word[:WORD_LENGTH_MAX]
        yield from (han[n : n + 2] for n in range(len(han) - 1))


def _name_grams(folded: str) -> Iterator[str]:
    yield from _pairs(folded)
    for han, _word in _runs(folded):
        yield from han
        yield from (f"{han[n]}_{han[n + 2]}" for n in range(len(han) - 2))
        sounds = _sounds(han) if len(han) > 1 else []
        yield from (f":{one}.{two}" for one, two in itertools.pairwise(sounds))


def _wholes(folded: str, *, typed: bool = False) -> Iterator[str]:
    """The whole as characters and as sounds; of a title also its initials, which a query is typed as."""
    plain = "".join(han or word for han, word in _runs(folded))[:WORD_LENGTH_MAX]
    if not plain:
        return
    yield f"={plain}"
    if typed and plain.isascii():
        yield f"=:{plain}"
        yield f"=:{''.join(map(_blunt, syllables(plain)))}"
    elif not plain.isascii():
        sounds = _sounds(plain)
        yield f"=:{''.join(sounds)}"
        if not typed and len(sounds) > 2:
            yield f"=:{''.join(sound[0] for sound in sounds)}"


def _han_units(han: str, place: int) -> list[Unit]:
    if len(han) == 1:
        return [Unit(place, han, 1.0)]
    sounds, units = _sounds(han), []
    for n in range(len(han) - 1):
        one, two = han[n], han[n + 1]
        units += [
            Unit(place + n, one + two, 1.0),
            Unit(place + n, f":{sounds[n]}.{sounds[n + 1]}", 0.7),
            Unit(place + n, f"{one}_{two}", 0.5),
        ]
    for n in range(len(han) - 2):
        one, two = han[n], han[n + 2]
        units += [Unit(place + n + k, gram, 0.5) for k in (0, 1) for gram in (f"{one}_{two}", one + two)]
    return units


def _word_units(word: str, place: int) -> list[Unit]:
    sounds = [_blunt(sound) for sound in syllables(word)]
    if len(sounds) < 2:
        return [Unit(place, word[:WORD_LENGTH_MAX], 1.0)]
    return [Unit(place + n, f":{one}.{two}", 1.0) for n, (one, two) in enumerate(itertools.pairwise(sounds))]
