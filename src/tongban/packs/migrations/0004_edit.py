from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("packs", "0003_translated_text")]

    operations = [
        migrations.CreateModel(
            name="Edit",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("what", models.TextField()),
                ("edited_at", models.DateTimeField()),
            ],
            options={"db_table": "packs_edit"},
        ),
    ]
