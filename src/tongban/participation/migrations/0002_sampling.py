"""Call-backs by lot: which orders are drawn, and what was said."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('participation', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Sampling',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('within_days', models.SmallIntegerField()),
                ('least', models.SmallIntegerField()),
                ('cite', models.JSONField()),
                ('source', models.TextField()),
            ],
            options={
                'db_table': 'participation_sampling',
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='participation_sampling_one')],
            },
        ),
        migrations.CreateModel(
            name='CallBack',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('draw', models.UUIDField()),
                ('drawn_at', models.DateTimeField()),
                ('called_at', models.DateTimeField(null=True)),
                ('called_by', models.TextField(blank=True)),
                ('reached', models.BooleanField(null=True)),
                ('solved', models.BooleanField(null=True)),
                ('level', models.SmallIntegerField(null=True)),
                ('words', models.TextField(blank=True)),
                ('version', models.IntegerField(default=1)),
                ('order', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='call_back', to='participation.order')),
            ],
            options={
                'db_table': 'participation_call_back',
                'indexes': [models.Index(condition=models.Q(('called_at', None)), fields=['id'], name='participation_call_back_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('called_at', None), ('level', None), ('reached', None), ('solved', None)), models.Q(('called_at__isnull', False), ('level', None), ('reached', False), ('solved', None)), models.Q(('called_at__isnull', False), ('level__in', [1, 2, 3, 4, 5]), ('reached', True), ('solved__isnull', False)), _connector='OR'), name='participation_call_back_says_what_was_asked')],
            },
        ),
    ]
