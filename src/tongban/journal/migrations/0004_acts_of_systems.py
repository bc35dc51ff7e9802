"""What an outside system called, newest first, for the data officer.

The index is made while nobody writes: run `tongban migrate` with the program stopped; about a second for each million.
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('journal', '0003_orphans'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('actor__startswith', 'subsystem:')), fields=['actor', 'id'], name='journal_entry_subsystem'),
        ),
    ]
