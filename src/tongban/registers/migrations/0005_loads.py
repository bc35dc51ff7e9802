"""Loads with what they send back; and what rows of registers were before, kept by triggers."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

KEEP = """
create function registers_keep_past() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $keep$
declare columns text; before_columns text;
begin
    select string_agg(format('%I', attname), ', ' order by attnum), string_agg(format('b.%I', attname), ', ' order by attnum)
        into columns, before_columns from pg_attribute where attrelid = tg_relid and attnum > 0 and not attisdropped;
    if tg_op = 'DELETE' then
        execute format('insert into register_past.%1$I (%2$s, recorded_until, replaced_by)
            select %2$s, nullif(current_setting(''tongban.deleted_at'', true), '''')::timestamptz,
            nullif(current_setting(''tongban.deleted_by'', true), '''') from before_rows', tg_table_name, columns);
    else
        execute format('insert into register_past.%1$I (%2$s, recorded_until, replaced_by)
            select %3$s, a.recorded_at, a.row_source from before_rows b left join after_rows a on a.%4$I = b.%4$I',
            tg_table_name, columns, before_columns, tg_argv[0]);
    end if;
    return null;
end
$keep$;
"""


def keep(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Registers that stand already keep what their rows were from here on."""
    from tongban.registers.history import past_statements

    with schema_editor.connection.cursor() as cursor:
        for name, key, fields in apps.get_model("registers", "Register").objects.values_list("name", "key", "fields"):
            for statement in past_statements(name, key, fields):
                cursor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('registers', '0004_gathering'),
    ]

    operations = [
        migrations.AddField(
            model_name='register',
            name='checks',
            field=models.JSONField(default=list),
        ),
        migrations.CreateModel(
            name='Load',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('register', models.TextField()),
                ('agency', models.TextField()),
                ('source', models.TextField()),
                ('batch', models.TextField()),
                ('mode', models.TextField()),
                ('form', models.TextField()),
                ('file_name', models.TextField()),
                ('digest', models.BinaryField()),
                ('as_of', models.DateField()),
                ('declared', models.BigIntegerField(null=True)),
                ('may_shrink', models.BooleanField(default=False)),
                ('state', models.TextField(default='ordered')),
                ('reason', models.TextField(blank=True)),
                ('rules', models.TextField(blank=True)),
                ('checks', models.JSONField(default=list)),
                ('more', models.JSONField(default=list)),
                ('columns', models.JSONField(default=list)),
                ('rows', models.BigIntegerField(default=0)),
                ('bad', models.BigIntegerField(default=0)),
                ('twice', models.BigIntegerField(default=0)),
                ('to_land', models.BigIntegerField(default=0)),
                ('inserted', models.BigIntegerField(default=0)),
                ('updated', models.BigIntegerField(default=0)),
                ('same', models.BigIntegerField(default=0)),
                ('older', models.BigIntegerField(default=0)),
                ('deleted', models.BigIntegerField(default=0)),
                ('reached', models.JSONField(default=dict)),
                ('ordered_by', models.TextField()),
                ('ordered_at', models.DateTimeField()),
                ('began_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('seconds', models.FloatField(null=True)),
                ('mends', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registers.load')),
            ],
            options={
                'db_table': 'registers_load',
            },
        ),
        migrations.CreateModel(
            name='BadRow',
            fields=[
                ('pk', models.CompositePrimaryKey('load_id', 'row', blank=True, editable=False, primary_key=True, serialize=False)),
                ('row', models.BigIntegerField()),
                ('cells', models.JSONField()),
                ('load', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='registers.load')),
            ],
            options={
                'db_table': 'registers_bad_row',
            },
        ),
        migrations.CreateModel(
            name='RowError',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('row', models.BigIntegerField()),
                ('check_code', models.TextField()),
                ('column', models.TextField(blank=True)),
                ('value', models.TextField(blank=True)),
                ('agency', models.TextField()),
                ('load', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='registers.load')),
                ('mended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registers.load')),
            ],
            options={
                'db_table': 'registers_row_error',
            },
        ),
        migrations.AddIndex(
            model_name='load',
            index=models.Index(fields=['register', '-id'], name='registers_loads_of'),
        ),
        migrations.AddIndex(
            model_name='load',
            index=models.Index(condition=models.Q(('state__in', ('ordered', 'reading', 'landing'))), fields=['id'], name='registers_loads_at_work'),
        ),
        migrations.AddConstraint(
            model_name='load',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('ordered', 'reading', 'landing', 'done', 'refused'))), name='registers_load_state'),
        ),
        migrations.AddConstraint(
            model_name='load',
            constraint=models.CheckConstraint(condition=models.Q(('mode__in', ('full', 'incremental'))), name='registers_load_mode'),
        ),
        migrations.AddConstraint(
            model_name='load',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'refused'), _negated=True), fields=('register', 'source', 'batch'), name='registers_load_once'),
        ),
        migrations.AddIndex(
            model_name='rowerror',
            index=models.Index(fields=['load', 'row', 'id'], name='registers_row_errors_of'),
        ),
        migrations.AddIndex(
            model_name='rowerror',
            index=models.Index(fields=['load', 'check_code', 'row'], name='registers_row_errors_by'),
        ),
        migrations.RunSQL(KEEP, 'drop function registers_keep_past() cascade'),
        migrations.RunPython(keep, migrations.RunPython.noop),
    ]
