"""The order of a register's changes: triggers note them, one drainer places them (design 2)."""

from django.db import migrations, models
from django.db.migrations.state import StateApps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

CREATE = """
create function registers_note_change() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $note$
begin
    if tg_op = 'TRUNCATE' then
        raise exception 'rows of the register % are deleted one by one, so that its readers learn of it', tg_argv[0];
    elsif tg_op = 'INSERT' then
        execute format('insert into registers_pending_change (register, key, op)
            select $1, %1$I::text, ''insert'' from after_rows', tg_argv[1]) using tg_argv[0];
    elsif tg_op = 'DELETE' then
        execute format('insert into registers_pending_change (register, key, op)
            select $1, %1$I::text, ''delete'' from before_rows', tg_argv[1]) using tg_argv[0];
    else
        execute format('insert into registers_pending_change (register, key, op)
            select $1, %1$I::text, ''delete'' from (select %1$I from before_rows except select %1$I from after_rows) gone
            union all
            select $1, %1$I::text, case when row_source like ''correction:%%'' then ''correct'' else ''update'' end
            from after_rows', tg_argv[1]) using tg_argv[0];
    end if;
    return null;
end
$note$;
"""


def track(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Registers that stand already note their changes from here on; what they hold is in every snapshot."""
    from tongban.registers.tracking import track_statements

    with schema_editor.connection.cursor() as cursor:
        for name, key in apps.get_model("registers", "Register").objects.values_list("name", "key"):
            for statement in track_statements(name, key):
                cursor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('registers', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='PendingChange',
            fields=[
                ('seq', models.BigAutoField(primary_key=True, serialize=False)),
                ('register', models.TextField()),
                ('key', models.TextField()),
                ('op', models.TextField()),
            ],
            options={
                'db_table': 'registers_pending_change',
            },
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('pk', models.CompositePrimaryKey('register', 'position', blank=True, editable=False, primary_key=True, serialize=False)),
                ('register', models.TextField()),
                ('position', models.BigIntegerField()),
                ('key', models.TextField()),
                ('op', models.TextField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'db_table': 'registers_change',
                'indexes': [models.Index(fields=['register', 'key', 'position'], name='registers_change_of_row')],
                'constraints': [models.CheckConstraint(condition=models.Q(('op__in', ('insert', 'update', 'correct', 'delete'))), name='registers_change_op')],
            },
        ),
        migrations.CreateModel(
            name='ChangeLog',
            fields=[
                ('register', models.TextField(primary_key=True, serialize=False)),
                ('first', models.BigIntegerField()),
                ('last', models.BigIntegerField()),
            ],
            options={
                'db_table': 'registers_change_log',
                'constraints': [models.CheckConstraint(condition=models.Q(('first__gte', 1), ('last__gte', models.F('first') - 1)), name='registers_change_log_bounds')],
            },
        ),
        migrations.RunSQL(CREATE, 'drop function registers_note_change() cascade'),
        migrations.RunPython(track, migrations.RunPython.noop),
    ]
