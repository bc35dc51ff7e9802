"""Marks of columns, indexes for the auditor, cursors of subscribers.

The indexes are made while nobody writes: run `tongban migrate` with the program stopped; about 4 s for each million.
"""

from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('journal', '0001_initial'),
    ]

    operations = [
        migrations.AddField(model_name='entry', name='marks', field=models.BinaryField(null=True)),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('actor__startswith', 'officer:')), fields=['actor', 'id'], name='journal_entry_officer'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('kind__in', ('erase.v1', 'ledger.audited.v1', 'ledger.orphans.v1'))), fields=['kind', 'id'], name='journal_entry_rare'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=BrinIndex(autosummarize=True, fields=['recorded_at'], name='journal_entry_recorded'),
        ),
        migrations.CreateModel(
            name='Cursor',
            fields=[
                ('subscriber', models.TextField(primary_key=True, serialize=False)),
                ('position', models.BigIntegerField()),
                ('moved_at', models.DateTimeField()),
            ],
            options={'db_table': 'journal_cursor'},
        ),
        migrations.CreateModel(
            name='Digest',
            fields=[
                ('pk', models.CompositePrimaryKey('digest', 'entry', blank=True, editable=False, primary_key=True, serialize=False)),
                ('digest', models.BinaryField()),
                ('entry', models.UUIDField()),
            ],
            options={'db_table': 'journal_digest'},
        ),
        migrations.CreateModel(
            name='Parked',
            fields=[
                ('pk', models.CompositePrimaryKey('subscriber', 'position', blank=True, editable=False, primary_key=True, serialize=False)),
                ('subscriber', models.TextField()),
                ('position', models.BigIntegerField()),
                ('entry', models.UUIDField()),
                ('object', models.TextField()),
                ('reason', models.TextField(blank=True)),
                ('parked_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'journal_parked',
                'indexes': [models.Index(fields=['subscriber', 'object', 'position'], name='journal_parked_object')],
            },
        ),
    ]
