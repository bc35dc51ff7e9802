"""A watch is found by its key through the index that keeps it unique. Rebuilds one index: run it while the worker stands."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The order of the unique columns is turned round; the index of keys goes."""

    dependencies = [("supervision", "0003_cockpit")]

    operations = [
        migrations.RemoveConstraint(model_name="watch", name="supervision_watch_once"),
        migrations.RemoveIndex(model_name="watch", name="supervision_watch_key"),
        migrations.AddConstraint(
            model_name="watch",
            constraint=models.UniqueConstraint(fields=["key", "code"], name="supervision_watch_once"),
        ),
    ]
