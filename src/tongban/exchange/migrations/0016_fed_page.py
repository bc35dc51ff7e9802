"""What the pages of feeds held, so that people find those that were about them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0015_answer_time'),
    ]

    operations = [
        migrations.CreateModel(
            name='FedPage',
            fields=[
                ('entry', models.UUIDField(primary_key=True, serialize=False)),
                ('resource', models.TextField()),
                ('form', models.TextField()),
                ('narrowed', models.JSONField(default=dict)),
                ('as_of', models.BigIntegerField()),
                ('after', models.BigIntegerField()),
                ('upto', models.BigIntegerField()),
                ('after_key', models.TextField(blank=True)),
                ('upto_key', models.TextField(blank=True)),
                ('given_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'exchange_fed_page',
                'indexes': [models.Index(fields=['resource', 'form', 'entry'], name='exchange_fed_page_of')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('form', 'batch'), models.Q(('upto_key', ''), _negated=True)), models.Q(('form', 'changes'), ('upto__gt', models.F('after'))), _connector='OR'), name='exchange_fed_page_reach')],
            },
        ),
    ]
