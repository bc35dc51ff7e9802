"""The golden records that packs declare."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registers', '0007_schemas'),
    ]

    operations = [
        migrations.CreateModel(
            name='GoldenRecord',
            fields=[
                ('code', models.TextField(primary_key=True, serialize=False)),
                ('title', models.TextField()),
                ('of', models.TextField()),
                ('agency', models.TextField()),
                ('purpose', models.TextField()),
                ('fields', models.JSONField()),
                ('source', models.TextField()),
            ],
            options={
                'db_table': 'registers_golden_record',
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('of__in', ['person', 'firm'])), name='registers_golden_record_of'),
                    models.UniqueConstraint(fields=('of',), name='registers_golden_record_one'),
                ],
            },
        ),
    ]
