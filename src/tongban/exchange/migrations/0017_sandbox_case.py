"""Made-up cases that developers register in the sandbox."""

import django.contrib.postgres.fields
import tongban.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0016_fed_page'),
    ]

    operations = [
        migrations.CreateModel(
            name='SandboxOwnCase',
            fields=[
                ('id', models.UUIDField(default=tongban.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('client', models.TextField()),
                ('number', models.TextField()),
                ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('parties', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), size=None)),
                ('state', models.TextField()),
                ('until', models.DateField()),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'exchange_sandbox_case',
                'constraints': [models.UniqueConstraint(fields=('client', 'number'), name='exchange_sandbox_case_once'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'closed'])), name='exchange_sandbox_case_state')],
            },
        ),
    ]
