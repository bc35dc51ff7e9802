from django.db import migrations, models


#: Only the owner may read a partition by itself; the worker has to know when the default one fills.
STRAYS = """
create function journal_strays() returns bigint language sql stable security definer set search_path = public, pg_temp
as 'select count(*) from (select 1 from journal_entry_default limit 1000) stray'
"""


class Migration(migrations.Migration):

    dependencies = [
        ('journal', '0002_audit_and_subscribers'),
    ]

    operations = [
        migrations.CreateModel(
            name='Orphan',
            fields=[
                ('pk', models.CompositePrimaryKey('origin', 'log_index', blank=True, editable=False, primary_key=True, serialize=False)),
                ('origin', models.TextField()),
                ('log_index', models.BigIntegerField()),
                ('commitment', models.BinaryField()),
            ],
            options={
                'db_table': 'journal_orphan',
            },
        ),
        migrations.RunSQL(STRAYS, 'drop function journal_strays()'),
    ]
