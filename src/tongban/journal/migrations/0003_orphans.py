from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('journal', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Orphan',
            fields=[
                ('pk', models.CompositePrimaryKey('origin', 'log_index', blank=True, editable=False, primary_key=True, serialize=False)),
                ('origin', models.TextField()),
                ('log_index', models.BigIntegerField()),
                ('commitment', models.BinaryField()),
            ],
            options={
                'db_table': 'journal_orphan',
            },
        ),
    ]
