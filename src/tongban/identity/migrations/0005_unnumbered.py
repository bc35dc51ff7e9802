"""People without an identity number yet."""

from django.db import migrations, models

import tongban.kernel.ids


class Migration(migrations.Migration):
    """A new table."""

    dependencies = [("identity", "0004_firm_subject")]

    operations = [
        migrations.CreateModel(
            name="Unnumbered",
            fields=[
                ("id", models.UUIDField(default=tongban.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ("paper", models.TextField(unique=True)),
                ("name", models.TextField()),
                ("sex", models.TextField()),
                ("born_on", models.DateField()),
                ("id_number", models.TextField(blank=True)),
                ("source", models.TextField()),
            ],
            options={
                "db_table": "identity_unnumbered",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sex__in", ["男", "女"])), name="identity_unnumbered_sex"
                    )
                ],
            },
        ),
    ]
