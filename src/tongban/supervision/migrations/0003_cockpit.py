"""The cockpit's counts read an index of their own; on a full table it takes some seconds and holds up writers of watches."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("supervision", "0002_breaches"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="watch",
            index=models.Index(
                condition=models.Q(("code__in", ("share-silence", "correction-late", "objection-late"))),
                fields=["code", "began_at", "agency", "ended_at", "yellow_at"],
                name="supervision_watch_cockpit",
            ),
        ),
    ]
