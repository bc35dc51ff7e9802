"""Names, numbers and addresses are compared in one form, however they were written."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opencc import OpenCC
from stdnum.iso7064 import mod_11_2

from tongban.bulk.normalising import (
    SURNAMES,
    normal_names,
    normal_numbers,
    normal_phones,
    normal_texts,
    sounds,
    split_addresses,
)

TEXTS = st.lists(st.none() | st.text(max_size=12), max_size=8)
PLAIN, TRADITIONAL = OpenCC("t2s"), OpenCC("s2t")
#: Dictionaries are loaded by whoever needs them first.
unhurried = settings(deadline=None)
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=4)


@unhurried
@given(TEXTS)
def test_a_column_stays_as_long_and_what_is_normal_already_stays_as_it_is(values: list[str | None]) -> None:
    for normal in (normal_texts, normal_names, normal_numbers, normal_phones):
        once = normal(values)
        assert len(once) == len(values)
        assert normal(once) == once
        assert all(one is None for one, value in zip(once, values, strict=True) if not value)
    assert all(len(part) == len(values) for part in split_addresses(values))


@unhurried
@given(HAN)
def test_a_name_in_traditional_characters_is_the_same_name(name: str) -> None:
    plain = PLAIN.convert(name)
    traditional = "".join(map(TRADITIONAL.convert, plain))
    assert normal_names([traditional]) == normal_names([plain])


@unhurried
@given(HAN, st.sampled_from(" 　\u200b\ufeff\n"), st.integers(0, 4))
def test_blanks_inside_a_name_say_nothing(name: str, blank: str, place: int) -> None:
    assert normal_names([name[:place] + blank + name[place:]]) == normal_names([name])


@pytest.mark.parametrize("dot", "·•‧∙⋅・･.．")
def test_the_dots_of_minority_names_are_one(dot: str) -> None:
    assert normal_names([f"阿依古麗{dot}買買提"]) == ["阿依古丽·买买提"]


@unhurried
@given(st.text("0123456789", min_size=15, max_size=15))
def test_an_old_number_becomes_the_number_of_18_digits_that_its_holder_got(old: str) -> None:
    (new,) = normal_numbers([f" {old[:6]} {old[6:]}"])
    assert new
    assert new[:17] == f"{old[:6]}19{old[6:]}"
    assert mod_11_2.is_valid(new)


def test_a_number_in_full_width_with_a_small_x_is_the_same_number() -> None:
    assert normal_numbers(["９９０１０２１９９１０６１８５２４ｘ", "990102-19910618-524X"]) == [
        "99010219910618524X",
        "99010219910618524X",
    ]


def test_a_telephone_is_its_digits_without_the_country() -> None:
    said = ["+86 138-0000-0000", "008613800000000", "１３８００００００００", "010-12345678", "无"]
    assert normal_phones(said) == ["13800000000", "13800000000", "13800000000", "01012345678", None]


def test_a_family_is_read_as_families_are_and_a_given_name_as_the_character() -> None:
    assert sounds(["单晓明", "尉迟恭", "曾仇", "欧阳修", "尉明", "解放", None]) == [
        "shan xiao ming",
        "yu chi gong",
        "zeng chou",
        "ou yang xiu",
        "wei ming",
        "xie fang",
        None,
    ]


@unhurried
@given(HAN)
def test_homophones_sound_alike_and_every_syllable_is_letters(name: str) -> None:
    (sound,) = sounds(normal_names([name]))
    assert sound
    assert set(sound) <= {*string.ascii_lowercase, " "} or any(char > "\u4dff" for char in sound)


def test_every_family_of_the_table_is_one_that_would_be_read_otherwise() -> None:
    single = {name: said for name, said in SURNAMES.items() if len(name) == 1}
    usual = dict(zip(single, sounds([f"一{name}" for name in single]), strict=True))
    assert [name for name, said in single.items() if usual[name] == f"yi {said}"] == []


ADDRESSES = {
    "云岭省澜川市青石区桂树巷 12 号 3 单元 402 室": ("云岭省澜川市青石区", "桂树巷", "12-3-402"),
    "澜川市青石區桂樹巷十二號3-402": ("澜川市青石区", "桂树巷", "12-3-402"),
    "桂树巷12#3-402": (None, "桂树巷", "12-3-402"),
    "新疆维吾尔自治区喀什地区莎车县园艺路一百零三号": ("新疆维吾尔自治区喀什地区莎车县", "园艺路", "103"),
    "城南小区3栋A座1201": (None, "城南小区", "3-A-1201"),
    "青石区建国路": ("青石区", "建国路", None),
    "": (None, None, None),
}


def test_addresses_are_areas_roads_and_numbers() -> None:
    found = split_addresses(list(ADDRESSES))
    assert list(zip(*found, strict=True)) == list(ADDRESSES.values())


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 999))
def test_a_house_number_in_chinese_figures_is_the_number(number: int) -> None:
    digits, (hundreds, rest) = "零一二三四五六七八九", divmod(number, 100)
    tens, ones = divmod(rest, 10)
    said = f"{digits[hundreds]}百" if hundreds else ""
    said += f"{digits[tens]}十" if tens else "零" if hundreds and ones else ""
    said += digits[ones] if ones else ""
    assert split_addresses([f"桂树巷{said}号"])[2] == [str(number)]
