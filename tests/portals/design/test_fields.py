"""Questions of a form: stable ids, description in reading order, what was typed stays."""

from tongban.portals.design.fields import Field, Option, errors_of


def test_a_field_names_its_descriptions_in_reading_order() -> None:
    field = Field(name="area", label="使用面积", hint="h", source="来自登记", error="请填数字")
    assert field.id == "f-area"
    assert field.described_by == "f-area-hint f-area-source f-area-error"
    assert Field(name="area", label="使用面积").described_by == ""


def test_the_first_choice_carries_the_id_that_the_summary_links_to() -> None:
    field = Field(
        name="smoke",
        label="烟道",
        kind="radios",
        options=(("yes", "有", ""), Option("no", "没有")),
        value="no",
    )
    assert [choice.id for choice in field.choices] == ["f-smoke", "f-smoke-2"]
    assert [choice.chosen for choice in field.choices] == [False, True]


def test_several_choices_can_be_made() -> None:
    options = (("a", "甲", ""), ("b", "乙", ""), ("c", "丙", ""))
    field = Field(name="sells", label="经营", kind="checkboxes", options=options, values=("a", "c"))
    assert [choice.value for choice in field.choices if choice.chosen] == ["a", "c"]


def test_numbers_are_typed_and_telephones_get_their_keyboard() -> None:
    number = Field(name="area", label="面积", kind="number")
    assert (number.input_type, number.keyboard) == ("text", "decimal")
    phone = Field(name="phone", label="电话", kind="tel")
    assert (phone.input_type, phone.keyboard) == ("tel", "tel")


def test_the_summary_lists_errors_in_the_order_of_the_form() -> None:
    fields = (
        Field(name="b", label="乙", error="第一处"),
        Field(name="c", label="丙"),
        Field(name="a", label="甲", error="第二处"),
    )
    assert [(error.target, error.text) for error in errors_of(fields)] == [
        ("f-b", "第一处"),
        ("f-a", "第二处"),
    ]
