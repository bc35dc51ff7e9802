"""Callers of the gateway, their keys, what they asked before, and what the answering statement reads of the rest."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


CREATE = """
create table exchange_nonce (
    bucket smallint not null, key text not null, nonce text not null, primary key (bucket, key, nonce)
) partition by list (bucket);
create table exchange_nonce_0 partition of exchange_nonce for values in (0);
create table exchange_nonce_1 partition of exchange_nonce for values in (1);
create table exchange_nonce_2 partition of exchange_nonce for values in (2);
create table exchange_nonce_3 partition of exchange_nonce for values in (3);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0002_objection'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(CREATE, 'drop table exchange_nonce')],
            state_operations=[
                migrations.CreateModel(
                    name='Nonce',
                    fields=[
                        ('pk', models.CompositePrimaryKey('bucket', 'key', 'nonce', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('bucket', models.SmallIntegerField()),
                        ('key', models.TextField()),
                        ('nonce', models.TextField()),
                    ],
                    options={
                        'db_table': 'exchange_nonce',
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name='Subsystem',
            fields=[
                ('code', models.TextField(primary_key=True, serialize=False)),
                ('agency', models.TextField()),
                ('title', models.TextField()),
                ('stopped_at', models.DateTimeField(null=True)),
                ('version', models.IntegerField(default=1)),
                ('source', models.TextField()),
            ],
            options={
                'db_table': 'exchange_subsystem',
            },
        ),
        migrations.CreateModel(
            name='SubsystemKey',
            fields=[
                ('id', models.TextField(primary_key=True, serialize=False)),
                ('suite', models.TextField()),
                ('public', models.BinaryField(blank=True)),
                ('valid_from', models.DateTimeField()),
                ('valid_to', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'exchange_key',
            },
        ),
        migrations.AddField(
            model_name='binding',
            name='subject_key',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='binding',
            name='version',
            field=models.IntegerField(default=1),
        ),
        migrations.AddField(
            model_name='caseref',
            name='numbers',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BinaryField(), default=list, size=None),
        ),
        migrations.AddField(
            model_name='grant',
            name='stopped_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='grant',
            name='subsystem',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='grant',
            name='version',
            field=models.IntegerField(default=1),
        ),
        migrations.AddIndex(
            model_name='grant',
            index=models.Index(fields=['subsystem', 'resource'], name='exchange_grant_at_gateway'),
        ),
        migrations.AddField(
            model_name='subsystemkey',
            name='subsystem',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='exchange.subsystem'),
        ),
        migrations.AddConstraint(
            model_name='subsystemkey',
            constraint=models.CheckConstraint(condition=models.Q(('suite__in', ['ES256', 'Ed25519', 'token', 'address'])), name='exchange_key_suite'),
        ),
    ]
