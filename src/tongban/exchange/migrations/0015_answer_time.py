from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0014_metering'),
    ]

    operations = [
        migrations.CreateModel(
            name='AnswerTime',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('system', models.TextField()),
                ('resource', models.TextField()),
                ('consumer', models.TextField()),
                ('asked_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField()),
                ('fault', models.TextField(blank=True)),
            ],
            options={
                'db_table': 'exchange_answer_time',
                'indexes': [models.Index(fields=['system', '-ended_at', '-id'], name='exchange_answer_time_of'), models.Index(fields=['ended_at'], name='exchange_answer_time_age')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ended_at__gte', models.F('asked_at'))), name='exchange_answer_time_order')],
            },
        ),
    ]
