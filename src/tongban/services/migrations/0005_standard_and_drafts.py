import django.contrib.postgres.fields
from django.db import migrations, models
from django.db.models import Q

import tongban.kernel.ids


class Migration(migrations.Migration):
    dependencies = [("services", "0004_proofs")]

    operations = [
        migrations.CreateModel(
            name="StandardRule",
            fields=[
                ("code", models.TextField(primary_key=True, serialize=False)),
                ("ordinal", models.PositiveIntegerField()),
                ("valid_from", models.DateField()),
                ("terms", models.JSONField()),
                ("source", models.TextField()),
            ],
            options={"db_table": "services_standard_rule"},
        ),
        migrations.CreateModel(
            name="ItemDraft",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tongban.kernel.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("item", models.TextField()),
                ("agency", models.TextField()),
                ("base", models.PositiveIntegerField()),
                ("state", models.TextField(default="draft")),
                ("terms", models.JSONField()),
                (
                    "authors",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("reviewer", models.TextField(blank=True)),
                ("note", models.TextField(blank=True)),
                ("number", models.PositiveIntegerField(null=True)),
                ("changed_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(null=True)),
                ("version", models.IntegerField(default=1)),
            ],
            options={
                "db_table": "services_item_draft",
                "indexes": [
                    models.Index(fields=["agency", "state", "item"], name="services_item_draft_agency")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(state__in=["draft", "review", "published", "discarded"]),
                        name="services_item_draft_state",
                    ),
                    models.CheckConstraint(
                        condition=Q(state="published", number__isnull=False, published_at__isnull=False)
                        | (~Q(state="published") & Q(number=None)),
                        name="services_item_draft_number",
                    ),
                    models.UniqueConstraint(
                        fields=["item"],
                        condition=Q(state__in=["draft", "review"]),
                        name="services_item_one_draft",
                    ),
                    models.UniqueConstraint(fields=["item", "number"], name="services_item_draft_version"),
                ],
            },
        ),
    ]
