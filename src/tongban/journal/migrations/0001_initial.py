"""The tables of design 2: entries and parts by month of their UUIDv7, the subject index by hash."""

import django.contrib.postgres.fields
from django.db import migrations, models

from tongban.journal.partitions import extend_partitions

CREATE = """
create table journal_entry (
    id uuid primary key,
    kind text not null check (kind <> ''),
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    effective_on date,
    actor text not null check (actor <> ''),
    agency text not null,
    represented text not null,
    object text not null check (object <> ''),
    object_version integer not null check (object_version > 0),
    basis text not null,
    purpose text not null,
    case_number text not null,
    disclose_after timestamptz,
    supersedes uuid,
    part_hashes bytea[] not null check (cardinality(part_hashes) > 0),
    commitment bytea not null check (octet_length(commitment) = 32),
    seal bytea not null check (octet_length(seal) = 32)
) partition by range (id);
create table journal_entry_default partition of journal_entry default;
create index journal_entry_object on journal_entry (object, id);
create index journal_entry_case on journal_entry (case_number, id) where case_number <> '';

create table journal_part (
    entry uuid not null references journal_entry (id),
    ordinal smallint not null check (ordinal >= 0),
    subject uuid check (subject is null = (ordinal = 0)),
    salt bytea not null,
    bytes bytea not null,
    primary key (entry, ordinal)
) partition by range (entry);
create table journal_part_default partition of journal_part default;

create table journal_subject (
    subject uuid not null,
    position bigint not null,
    entry uuid not null,
    primary key (subject, position)
) partition by hash (subject);
create table journal_subject_0 partition of journal_subject for values with (modulus 8, remainder 0);
create table journal_subject_1 partition of journal_subject for values with (modulus 8, remainder 1);
create table journal_subject_2 partition of journal_subject for values with (modulus 8, remainder 2);
create table journal_subject_3 partition of journal_subject for values with (modulus 8, remainder 3);
create table journal_subject_4 partition of journal_subject for values with (modulus 8, remainder 4);
create table journal_subject_5 partition of journal_subject for values with (modulus 8, remainder 5);
create table journal_subject_6 partition of journal_subject for values with (modulus 8, remainder 6);
create table journal_subject_7 partition of journal_subject for values with (modulus 8, remainder 7);
"""
DROP = "drop table journal_subject; drop table journal_part; drop table journal_entry;"


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(CREATE, DROP)],
            state_operations=[
                migrations.CreateModel(
                    name='Entry',
                    fields=[
                        ('id', models.UUIDField(primary_key=True, serialize=False)),
                        ('kind', models.TextField()),
                        ('occurred_at', models.DateTimeField()),
                        ('recorded_at', models.DateTimeField()),
                        ('effective_on', models.DateField(null=True)),
                        ('actor', models.TextField()),
                        ('agency', models.TextField(blank=True)),
                        ('represented', models.TextField(blank=True)),
                        ('object', models.TextField()),
                        ('object_version', models.IntegerField()),
                        ('basis', models.TextField(blank=True)),
                        ('purpose', models.TextField(blank=True)),
                        ('case_number', models.TextField(blank=True)),
                        ('disclose_after', models.DateTimeField(null=True)),
                        ('supersedes', models.UUIDField(null=True)),
                        ('part_hashes', django.contrib.postgres.fields.ArrayField(base_field=models.BinaryField(), size=None)),
                        ('commitment', models.BinaryField()),
                        ('seal', models.BinaryField()),
                    ],
                    options={
                        'db_table': 'journal_entry',
                        'indexes': [models.Index(fields=['object', 'id'], name='journal_entry_object'), models.Index(condition=models.Q(('case_number', ''), _negated=True), fields=['case_number', 'id'], name='journal_entry_case')],
                    },
                ),
                migrations.CreateModel(
                    name='Part',
                    fields=[
                        ('pk', models.CompositePrimaryKey('entry', 'ordinal', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('entry', models.UUIDField()),
                        ('ordinal', models.SmallIntegerField()),
                        ('subject', models.UUIDField(null=True)),
                        ('salt', models.BinaryField()),
                        ('bytes', models.BinaryField()),
                    ],
                    options={
                        'db_table': 'journal_part',
                    },
                ),
                migrations.CreateModel(
                    name='SubjectEntry',
                    fields=[
                        ('pk', models.CompositePrimaryKey('subject', 'position', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('subject', models.UUIDField()),
                        ('position', models.BigIntegerField()),
                        ('entry', models.UUIDField()),
                    ],
                    options={
                        'db_table': 'journal_subject',
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name='Pending',
            fields=[
                ('seq', models.BigAutoField(primary_key=True, serialize=False)),
                ('entry', models.UUIDField()),
                ('origin', models.TextField()),
            ],
            options={
                'db_table': 'journal_pending',
            },
        ),
        migrations.CreateModel(
            name='Placed',
            fields=[
                ('position', models.BigIntegerField(primary_key=True, serialize=False)),
                ('entry', models.UUIDField(unique=True)),
                ('origin', models.TextField()),
                ('log_index', models.BigIntegerField()),
            ],
            options={
                'db_table': 'journal_placed',
                'constraints': [models.UniqueConstraint(fields=('origin', 'log_index'), name='journal_placed_log_index')],
            },
        ),
        migrations.CreateModel(
            name='Unsealed',
            fields=[
                ('entry', models.UUIDField(primary_key=True, serialize=False)),
                ('found_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'journal_unsealed',
            },
        ),
        migrations.RunPython(lambda _apps, _schema: extend_partitions(), migrations.RunPython.noop),
    ]
