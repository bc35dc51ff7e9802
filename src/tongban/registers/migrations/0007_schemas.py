"""The schemas that registers had, each under its number."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registers', '0006_quality'),
    ]

    operations = [
        migrations.CreateModel(
            name='SchemaVersion',
            fields=[
                ('pk', models.CompositePrimaryKey('register', 'number', blank=True, editable=False, primary_key=True, serialize=False)),
                ('register', models.TextField()),
                ('number', models.IntegerField()),
                ('key', models.TextField()),
                ('fields', models.JSONField()),
                ('since', models.DateTimeField()),
                ('source', models.TextField()),
            ],
            options={
                'db_table': 'registers_schema_version',
            },
        ),
    ]
