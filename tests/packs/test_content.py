"""The demonstration city's content as a whole: enough of it, invented, cited, and doable."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from tongban.cases.api import lookups_of
from tongban.catalogue.models import Item as InformationItem
from tongban.catalogue.models import Resource
from tongban.certificates.models import CertificateType
from tongban.clocks.api import span_of
from tongban.exchange.api import registers_bound
from tongban.exchange.models import Binding, Grant
from tongban.identity.models import Agency, Firm, Officer, Person
from tongban.identity.numbers import is_credit_code, is_id_number
from tongban.packs.api import check_packs
from tongban.packs.models import CodeValue
from tongban.registers.golden.models import GoldenRecord
from tongban.registers.linkage.models import Linkage
from tongban.registers.models import Register
from tongban.services.api import check_eligibility, get_guide, get_items, get_regimes, search
from tongban.services.models import Bundle, Item, Material
from tongban.site.home import checkout


@pytest.fixture(scope="module")
def read() -> dict[str, list]:
    """The records of the packs by section, each with its document."""
    found: dict[str, list] = {}
    for pack in check_packs(["base", "lanchuan"]).packs:
        for section, documents in pack.documents.items():
            found.setdefault(section, []).extend(document.data for document in documents)
    return found


@pytest.mark.django_db
def test_the_city_is_large_enough_to_believe() -> None:
    assert Agency.objects.count() >= 20
    assert set(Agency.objects.values_list("level", flat=True)) == {"2", "3", "4"}
    assert Resource.objects.count() >= 60
    assert Resource.objects.values("agency").distinct().count() >= 15
    assert CertificateType.objects.count() >= 12
    assert Item.objects.count() >= 40
    assert Item.objects.values("regime").distinct().count() >= 6
    assert Person.objects.count() >= 300
    assert Firm.objects.count() >= 60


@pytest.mark.django_db
def test_every_resource_has_a_source_behind_it() -> None:
    bound = set(Binding.objects.values_list("resource", flat=True))
    assert set(Resource.objects.values_list("code", flat=True)) == bound
    registers = set(Register.objects.values_list("name", flat=True))
    hosted = Binding.objects.filter(adapter="register").values_list("target", flat=True)
    assert set(hosted) <= registers


@pytest.mark.django_db
def test_a_register_has_the_columns_that_its_catalogue_entry_names() -> None:
    columns = {row.name: {field["name"] for field in row.fields} for row in Register.objects.all()}
    for binding in Binding.objects.filter(adapter="register"):
        named = set(InformationItem.objects.filter(resource=binding.resource).values_list("code", flat=True))
        assert named == columns[binding.target], binding.resource


@pytest.mark.django_db
def test_people_and_firms_have_valid_numbers_in_areas_that_are_not_assigned() -> None:
    numbers = Person.objects.values_list("id_number", flat=True)
    assert all(is_id_number(number) and number.startswith("99") for number in numbers)
    codes = Firm.objects.values_list("uscc", flat=True)
    assert all(is_credit_code(code) and code[2:4] == "99" for code in codes)
    assert Person.objects.values("name").distinct().count() == len(numbers)


@pytest.mark.parametrize("script", ["people.py", "registers.py"])
def test_the_lists_come_out_of_their_script_the_same(script: str) -> None:
    folder = checkout() / "packs" / "lanchuan"
    files = sorted([*folder.glob("*.csv"), *folder.glob("registers/*.csv")])
    before = {path: path.read_bytes() for path in files}
    try:
        subprocess.run([sys.executable, str(Path(checkout(), "tools", script))], check=True)
        assert {path: path.read_bytes() for path in files} == before
    finally:
        for path, text in before.items():
            path.write_bytes(text)


@pytest.mark.django_db
def test_every_item_that_is_done_alone_has_a_guide_with_materials_form_and_window() -> None:
    for row in Item.objects.filter(terms__alone=True, valid_to=None):
        guide = get_guide(row.code)
        assert [item.code for item in guide.items] == [row.code]
        assert guide.materials, row.code
        assert guide.pages, row.code
        assert Agency.objects.filter(pk=guide.bundle.window).exists()
        assert guide.bundle.aliases, row.code


@pytest.mark.django_db
def test_an_item_that_only_a_bundle_can_feed_is_not_done_alone() -> None:
    from tongban.kernel.errors import NotFound

    with pytest.raises(NotFound):
        get_guide("drainage-permit")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("上户口", "birth-entry"),
        ("租房提取公积金", "fund-rent"),
        ("身份证丢了", "id-card"),
        ("领证", "marriage-registration"),
        ("跑货车", "road-freight"),
        ("讨薪", "legal-aid"),
        ("开宠物医院", "animal-clinic"),
    ],
)
def test_an_item_is_found_by_what_people_call_it(words: str, code: str) -> None:
    assert code in [hit.code for hit in search(words).hits[:3]]


@pytest.mark.django_db
def test_the_deciding_agency_may_read_what_its_items_fetch() -> None:
    materials = {row.code: row.terms for row in Material.objects.all()}
    grants = list(Grant.objects.all())
    for item in Item.objects.filter(terms__alone=True, valid_to=None):
        for code in item.materials:
            fetch = materials[code]["fetch"]
            if fetch is None:
                continue
            assert any(
                (grant.consumer, grant.resource) == (item.deciding, fetch["resource"])
                and set(fetch["items"]) <= set(grant.items)
                and item.code in grant.case_kinds
                for grant in grants
            ), (item.code, code)


@pytest.mark.django_db
def test_a_grant_reads_nothing_that_no_item_check_golden_record_or_linkage_of_its_agency_asks_for() -> None:
    materials = {row.code: row.terms for row in Material.objects.all()}
    wanted: dict[tuple[str, str], set[str]] = {}
    for item in Item.objects.all():
        for fetch in filter(None, (materials[code]["fetch"] for code in item.materials)):
            wanted.setdefault((item.deciding, fetch["resource"]), set()).update(fetch["items"])
    deciding = dict(Item.objects.values_list("code", "deciding"))
    checks = [*Bundle.objects.values_list("eligibility", flat=True)]
    checks += [row.terms["eligibility"] for row in Item.objects.all()]
    for reads in (fact["reads"] for check in checks if check for fact in check["facts"] if fact["reads"]):
        if fetch := reads["fetch"]:
            wanted.setdefault((deciding[reads["needed_by"]], fetch["resource"]), set()).update(fetch["items"])
    resource_of = {register: resource for resource, register in registers_bound().items()}
    key_of = dict(Register.objects.values_list("name", "key"))
    for record in GoldenRecord.objects.all():
        for one in (source for field in record.fields for source in field["sources"]):
            of = (record.agency, resource_of[one["hosted_register"]])
            wanted.setdefault(of, set()).update({one["column"], key_of[one["hosted_register"]]})
    for linkage in Linkage.objects.all():
        for one in linkage.terms["registers"]:
            wanted.setdefault((linkage.agency, one["resource"]), set()).update(one["columns"].values())
    for grant in Grant.objects.all():
        assert set(grant.items) <= wanted.get((grant.consumer, grant.resource), set()), grant.code


@pytest.mark.django_db
def test_items_with_rules_answer_as_their_tests_say_and_ten_of_them_exist() -> None:
    ruled = [row.code for row in Item.objects.exclude(terms__eligibility=None)]
    assert len(ruled) >= 10
    for code in ruled:
        bundle = get_guide(code).bundle
        assert bundle.eligibility
        assert {test.answer for test in bundle.eligibility.tests} == {"yes", "no", "unknown"}, code
        assert check_eligibility(bundle.eligibility, {}).answer == "unknown", code


@pytest.mark.django_db
def test_only_laws_that_say_so_give_an_effect_to_silence() -> None:
    codes = set(Item.objects.values_list("regime", flat=True))
    deemed = {code for code, regime in get_regimes(codes).items() if regime.deemed_acceptance}
    assert deemed == {"licence", "licence-on-promise", "real-estate"}
    pausing = {code for code, regime in get_regimes(codes).items() if regime.pauses}
    assert pausing == {"licence", "work-injury", "open-information"}


def test_an_article_that_nobody_has_read_names_no_reader(read: dict[str, list]) -> None:
    def cites(value: object) -> list[dict]:
        if isinstance(value, dict):
            own = [value] if {"law", "article", "note"} <= value.keys() else []
            return own + [one for inner in value.values() for one in cites(inner)]
        if isinstance(value, list | tuple):
            return [one for inner in value for one in cites(inner)]
        return []

    everything = [
        one for records in read.values() for record in records for one in cites(record.model_dump())
    ]
    assert len(everything) > 400
    for one in everything:
        assert ("凭记忆" in one["note"]) <= (not one["verified_by"]), one
        assert bool(one["verified_by"]) == bool(one["verified_on"]), one


@pytest.mark.django_db
def test_no_guide_asks_for_other_materials() -> None:
    for row in Material.objects.all():
        assert "其他材料" not in row.title
        assert "相关材料" not in row.title


@pytest.mark.django_db
def test_code_sets_are_rows_with_their_standard() -> None:
    kinds = CodeValue.objects.filter(code_set="item-kind")
    assert set(Item.objects.values_list("terms__kind_code", flat=True)) <= set(
        kinds.values_list("code", flat=True)
    )
    assert all(row.cite["law"] for row in CodeValue.objects.all())
    top = CodeValue.objects.filter(code_set="area", parent="").exclude(code__startswith="99")
    assert top.count() == 34


@pytest.mark.django_db
def test_each_deciding_agency_has_somebody_to_examine_and_to_approve() -> None:
    regimes = get_regimes(set(Item.objects.values_list("regime", flat=True)))
    for item in Item.objects.all():
        needed = {verb.by for verb in regimes[item.regime_id].verbs} & {"examiner", "approver"}
        roles = [set(row.roles) for row in Officer.objects.filter(agency=item.deciding)]
        for role in needed:
            assert any(role in held for held in roles), (item.code, role)


@pytest.mark.django_db
def test_members_of_a_bundle_are_items_in_force() -> None:
    for bundle in Bundle.objects.all():
        guide = get_guide(bundle.code)
        assert len(guide.items) == len(bundle.members)
        assert guide.promised.length <= sum(
            span_of(item.promised.amount, item.promised.unit).length for item in guide.items
        )
        assert guide.promised.length <= guide.legal.length


@pytest.mark.django_db
def test_every_guide_and_every_check_opens(client: Client) -> None:
    for row in Item.objects.filter(valid_to=None):
        addresses = [reverse("public:item", args=[row.code])]
        if row.terms["alone"]:
            addresses.append(reverse("public:bundle", args=[row.code]))
        if row.terms["eligibility"]:
            addresses.append(reverse("public:eligibility", args=[row.code]))
        for address in addresses:
            assert client.get(address).status_code == 200, address
    for code in Bundle.objects.values_list("code", flat=True):
        assert client.get(reverse("public:bundle", args=[code])).status_code == 200, code


@pytest.mark.django_db
def test_most_facts_that_an_agency_holds_are_answered_by_its_register() -> None:
    looked_up = {
        code: [fact for one in lookups_of(get_guide(code)) if one.terms for fact in one.facts]
        for code in Item.objects.exclude(terms__eligibility=None).values_list("code", flat=True)
        if get_items([code])[code].alone
    }
    assert sum(map(bool, looked_up.values())) >= 10
    assert looked_up["disability-allowance"] == ["applicant.card", "applicant.grade", "applicant.low-income"]
