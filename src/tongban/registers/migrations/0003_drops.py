"""Where agencies drop batches, and what became of each."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registers', '0002_changes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Drop',
            fields=[
                ('code', models.TextField(primary_key=True, serialize=False)),
                ('title', models.TextField()),
                ('register', models.TextField()),
                ('settings', models.JSONField()),
                ('looked_at', models.DateTimeField(null=True)),
                ('failing_since', models.DateTimeField(null=True)),
                ('fault', models.TextField(blank=True)),
                ('source', models.TextField()),
            ],
            options={
                'db_table': 'registers_drop',
            },
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('pk', models.CompositePrimaryKey('drop_id', 'number', blank=True, editable=False, primary_key=True, serialize=False)),
                ('number', models.TextField()),
                ('state', models.TextField()),
                ('digest', models.BinaryField(blank=True)),
                ('declared', models.IntegerField(null=True)),
                ('arrived', models.IntegerField(default=0)),
                ('landed', models.IntegerField(default=0)),
                ('errors', models.JSONField(default=list)),
                ('reason', models.TextField(blank=True)),
                ('seen_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('drop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='registers.drop')),
            ],
            options={
                'db_table': 'registers_batch',
                'indexes': [models.Index(fields=['state', 'seen_at'], name='registers_batch_by_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ('waiting', 'landed', 'refused'))), name='registers_batch_state')],
            },
        ),
    ]
