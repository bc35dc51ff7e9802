"""Looks at registers, what each check found, and the issues that agencies work off."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registers', '0005_loads'),
    ]

    operations = [
        migrations.CreateModel(
            name='Measurement',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('register', models.TextField()),
                ('ordered_at', models.DateTimeField()),
                ('measured_at', models.DateTimeField(null=True)),
                ('day', models.DateField(null=True)),
                ('rows', models.BigIntegerField(default=0)),
                ('issues', models.BigIntegerField(default=0)),
                ('rules', models.TextField(blank=True)),
                ('fault', models.TextField(blank=True)),
            ],
            options={
                'db_table': 'registers_measurement',
                'indexes': [models.Index(fields=['register', 'day', 'id'], name='registers_measurements_of')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('measured_at__isnull', True)), fields=('register',), name='registers_measurement_one_waits')],
            },
        ),
        migrations.CreateModel(
            name='Measure',
            fields=[
                ('pk', models.CompositePrimaryKey('measurement_id', 'code', blank=True, editable=False, primary_key=True, serialize=False)),
                ('code', models.TextField()),
                ('column', models.TextField()),
                ('dimension', models.TextField()),
                ('pattern', models.TextField()),
                ('values', models.JSONField()),
                ('asked', models.BigIntegerField()),
                ('failed', models.BigIntegerField()),
                ('measurement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='registers.measurement')),
            ],
            options={
                'db_table': 'registers_measure',
                'constraints': [models.CheckConstraint(condition=models.Q(('asked__gte', models.F('failed')), ('failed__gte', 0)), name='registers_measure_share')],
            },
        ),
        migrations.CreateModel(
            name='Issue',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('register', models.TextField()),
                ('agency', models.TextField()),
                ('code', models.TextField()),
                ('key', models.TextField()),
                ('value', models.TextField(blank=True)),
                ('found_on', models.DateField()),
                ('gone_on', models.DateField(null=True)),
                ('last_seen', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registers.measurement')),
            ],
            options={
                'db_table': 'registers_issue',
                'indexes': [models.Index(condition=models.Q(('gone_on__isnull', True)), fields=['register', 'code', 'id'], name='registers_issues_open')],
                'constraints': [models.UniqueConstraint(fields=('register', 'code', 'key'), name='registers_issue_once')],
            },
        ),
    ]
