from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("services", "0003_topics_and_ends")]

    operations = [
        migrations.CreateModel(
            name="ProofTest",
            fields=[
                ("code", models.TextField(primary_key=True, serialize=False)),
                ("valid_from", models.DateField()),
                ("terms", models.JSONField()),
                ("source", models.TextField()),
            ],
            options={"db_table": "services_proof_test"},
        ),
        migrations.CreateModel(
            name="AskedProof",
            fields=[
                ("code", models.TextField(primary_key=True, serialize=False)),
                ("terms", models.JSONField()),
                ("source", models.TextField()),
            ],
            options={"db_table": "services_asked_proof"},
        ),
    ]
