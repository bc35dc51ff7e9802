"""Sources outside: settings of a binding, questions on their way, and how each system did lately."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0010_feed_forms'),
    ]

    operations = [
        migrations.AddField(
            model_name='binding',
            name='settings',
            field=models.JSONField(default=dict),
        ),
        migrations.CreateModel(
            name='Inquiry',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('entry', models.UUIDField()),
                ('resource', models.TextField()),
                ('system', models.TextField()),
                ('consumer', models.TextField()),
                ('case_number', models.TextField(blank=True)),
                ('asked_at', models.DateTimeField()),
                ('given_up_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'exchange_inquiry',
                'indexes': [models.Index(fields=['given_up_at', 'id'], name='exchange_inquiry_late')],
            },
        ),
        migrations.CreateModel(
            name='UpstreamState',
            fields=[
                ('system', models.TextField(primary_key=True, serialize=False)),
                ('failures', models.IntegerField(default=0)),
                ('openings', models.IntegerField(default=0)),
                ('open_until', models.DateTimeField(null=True)),
                ('last_fault', models.TextField(blank=True)),
                ('failed_at', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'exchange_upstream_state',
                'constraints': [models.CheckConstraint(condition=models.Q(('failures__gte', 0), ('openings__gte', 0)), name='exchange_upstream_state_counts')],
            },
        ),
    ]
