"""Forms as they were asked, co-applicants, whom an application is about."""

import django.db.models.deletion
from django.db import migrations, models

import tongban.kernel.ids


class Migration(migrations.Migration):
    """Columns with constant defaults and two new tables: quick on any size; the index takes a second per million rows."""

    dependencies = [("cases", "0004_running_days_and_ratings")]

    operations = [
        migrations.CreateModel(
            name="AskedForm",
            fields=[
                ("digest", models.TextField(primary_key=True, serialize=False)),
                ("terms", models.JSONField()),
            ],
            options={"db_table": "cases_asked_form"},
        ),
        migrations.AddField("application", "form", models.TextField(blank=True, default="")),
        migrations.AddField("application", "form_changes", models.JSONField(default=list)),
        migrations.AddField("application", "about", models.UUIDField(null=True)),
        migrations.CreateModel(
            name="CoApplicant",
            fields=[
                ("id", models.UUIDField(default=tongban.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("material", models.TextField()),
                ("title", models.TextField()),
                ("person", models.UUIDField()),
                ("name", models.TextField()),
                ("state", models.TextField(default="asked")),
                ("digest", models.TextField()),
                ("reason", models.TextField(blank=True)),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="co_applicants",
                        to="cases.application",
                    ),
                ),
            ],
            options={
                "db_table": "cases_co_applicant",
                "indexes": [
                    models.Index(fields=["person", "-asked_at"], name="cases_co_applicant_of_person")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("application", "material"), name="cases_co_applicant_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("asked", "signed", "declined"))),
                        name="cases_co_applicant_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at", None), ("state", "asked")),
                            models.Q(
                                models.Q(("state", "asked"), _negated=True), ("answered_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="cases_co_applicant_answered",
                    ),
                ],
            },
        ),
    ]
