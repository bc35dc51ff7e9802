import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('services', '0005_standard_and_drafts'),
    ]

    operations = [
        migrations.CreateModel(
            name='Screening',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('item', models.TextField()),
                ('item_version', models.IntegerField()),
                ('title', models.TextField()),
                ('agency', models.TextField()),
                ('eligibility', models.JSONField()),
                ('rule_digest', models.TextField()),
                ('sources', models.JSONField(default=list)),
                ('state', models.TextField(default='ordered')),
                ('ordered_by', models.TextField()),
                ('ordered_at', models.DateTimeField()),
                ('as_of', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('seconds', models.FloatField(null=True)),
                ('fault', models.TextField(blank=True)),
                ('people', models.BigIntegerField(default=0)),
                ('yes', models.BigIntegerField(default=0)),
                ('one_missing', models.BigIntegerField(default=0)),
                ('more_missing', models.BigIntegerField(default=0)),
                ('no', models.BigIntegerField(default=0)),
                ('decided', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('approved_by', models.TextField(blank=True)),
                ('approved_at', models.DateTimeField(null=True)),
                ('told_at', models.DateTimeField(null=True)),
                ('told', models.BigIntegerField(default=0)),
                ('unreached', models.BigIntegerField(default=0)),
                ('version', models.IntegerField(default=1)),
            ],
            options={
                'db_table': 'services_screening',
                'indexes': [models.Index(fields=['agency', '-id'], name='services_screening_of')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ('ordered', 'running', 'done', 'failed', 'cancelled'))), name='services_screening_state'), models.UniqueConstraint(condition=models.Q(('state__in', ['ordered', 'running'])), fields=('item',), name='services_screening_one_at_work'), models.CheckConstraint(condition=models.Q(('people', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('yes'), '+', models.F('no')), '+', models.F('one_missing')), '+', models.F('more_missing')))), name='services_screening_adds_up')],
            },
        ),
        migrations.CreateModel(
            name='Screened',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('number', models.TextField()),
                ('name', models.TextField()),
                ('answer', models.TextField()),
                ('missing', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('facts', models.JSONField()),
                ('person', models.UUIDField(null=True)),
                ('told_at', models.DateTimeField(null=True)),
                ('screening', models.ForeignKey(db_column='screening', on_delete=django.db.models.deletion.CASCADE, related_name='+', to='services.screening')),
            ],
            options={
                'db_table': 'services_screened',
                'indexes': [models.Index(fields=['screening', 'answer', 'number'], name='services_screened_list'), models.Index(condition=models.Q(('person__isnull', False)), fields=['person'], name='services_screened_of_person')],
                'constraints': [models.UniqueConstraint(fields=('screening', 'number'), name='services_screened_once'), models.CheckConstraint(condition=models.Q(models.Q(('answer__in', ['yes', 'no']), ('missing', [])), models.Q(('answer', 'unknown'), models.Q(('missing', []), _negated=True)), _connector='OR'), name='services_screened_answer')],
            },
        ),
    ]
