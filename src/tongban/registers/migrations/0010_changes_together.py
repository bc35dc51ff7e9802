"""Changes of one statement are noted together, by up to a thousand keys at a time, instead of row by row."""

import django.contrib.postgres.fields
from django.db import migrations, models

NOTE = """
create or replace function registers_note_change() returns trigger language plpgsql security definer
set search_path = public, pg_temp as $note$
declare
    changed text;
begin
    if tg_op = 'TRUNCATE' then
        raise exception 'rows of the register % are deleted one by one, so that its readers learn of it', tg_argv[0];
    elsif tg_op = 'INSERT' then
        changed := 'select %1$I::text as key, ''insert'' as op from after_rows';
    elsif tg_op = 'DELETE' then
        changed := 'select %1$I::text as key, ''delete'' as op from before_rows';
    else
        changed := 'select %1$I::text as key, ''delete'' as op
            from (select %1$I from before_rows except select %1$I from after_rows) gone
            union all
            select %1$I::text, case when row_source like ''correction:%%'' then ''correct'' else ''update'' end
            from after_rows';
    end if;
    execute format('insert into registers_pending_change (register, keys, rows, op)
        select $1, array_agg(key), count(*), op
        from (select key, op, row_number() over () as place from (' || changed || ') changed) numbered
        group by (place - 1) / 1000, op order by min(place)', tg_argv[1]) using tg_argv[0];
    return null;
end
$note$;
"""

#: Keys of many rows lie beside the row as they are: packing them takes longer than writing them.
KEEP = "alter table registers_pending_change alter column keys set storage external"
FILL = "update registers_pending_change set keys = array[key], rows = 1"


class Migration(migrations.Migration):
    """Locks the table of waiting changes while what waits is written anew: stop the worker's loads, let it drain first."""

    dependencies = [
        ('registers', '0009_linkage'),
    ]

    operations = [
        migrations.AddField(
            model_name='pendingchange',
            name='keys',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), null=True, size=None),
        ),
        migrations.AddField(
            model_name='pendingchange',
            name='rows',
            field=models.IntegerField(null=True),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name='pendingchange',
            name='key',
        ),
        migrations.AlterField(
            model_name='pendingchange',
            name='keys',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
        ),
        migrations.AlterField(
            model_name='pendingchange',
            name='rows',
            field=models.IntegerField(),
        ),
        migrations.RunSQL(KEEP, migrations.RunSQL.noop),
        migrations.RunSQL(NOTE, migrations.RunSQL.noop),
    ]
