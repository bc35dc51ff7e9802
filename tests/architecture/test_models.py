"""Tables: where they lie, what they may be told, and that keys point down."""

import pytest
from django.apps import apps
from django.db.models import ForeignKey

LAYERS = (
    "journal",
    "packs",
    "keys",
    "ledger",
    "documents",
    "notices",
    "identity",
    "clocks",
    "catalogue",
    "exchange",
    "registers",
    "certificates",
    "services",
    "cases",
    "supervision",
    "participation",
    "demo",
)
OURS = [model for model in apps.get_models() if model.__module__.startswith("tongban.")]


def test_every_table_says_where_it_lies() -> None:
    assert not [
        model
        for model in OURS
        if getattr(model, "place", "") not in {"reference", "case", "subject", "local"}
    ]


def test_keys_point_down_and_have_no_way_back() -> None:
    wrong = []
    for model in OURS:
        for field in model._meta.get_fields():
            if not isinstance(field, ForeignKey):
                continue
            own, other = model._meta.app_label, field.related_model._meta.app_label
            if LAYERS.index(other) > LAYERS.index(own) or (
                own != other and field.remote_field.related_name != "+"
            ):
                wrong.append(f"{model.__name__}.{field.name}")
    assert not wrong


def test_tables_carry_the_name_of_their_module() -> None:
    assert not [model for model in OURS if not model._meta.db_table.startswith(f"{model._meta.app_label}_")]


def test_nothing_that_was_journalled_can_be_changed_by_the_app() -> None:
    journal = [model for model in OURS if model._meta.app_label == "journal"]
    assert journal
    for model in journal:
        assert not {"update", "delete"} & set(model.rights["app"].replace(",", " ").split())


@pytest.mark.django_db
def test_migrations_are_linear_and_complete() -> None:
    from django.core.management import call_command
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None)
    assert not loader.detect_conflicts()
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
