import django.contrib.postgres.fields
import django.db.models.deletion
import tongban.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0003_agents'),
        ('cases', '0003_agents'),
    ]

    operations = [
        migrations.CreateModel(
            name='Rating',
            fields=[
                ('id', models.UUIDField(default=tongban.kernel.ids.uuid7, primary_key=True, serialize=False)),
                ('item', models.TextField()),
                ('agency', models.TextField()),
                ('level', models.PositiveSmallIntegerField()),
                ('tags', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('words', models.TextField(blank=True)),
                ('rated_on', models.DateField()),
                ('contact_due_on', models.DateField(null=True)),
                ('contacted_on', models.DateField(null=True)),
                ('contact_words', models.TextField(blank=True)),
                ('mend_due_on', models.DateField(null=True)),
                ('answered_on', models.DateField(null=True)),
                ('outcome', models.TextField(blank=True)),
                ('answer', models.TextField(blank=True)),
                ('officer', models.TextField(blank=True)),
                ('again_level', models.PositiveSmallIntegerField(null=True)),
                ('again_words', models.TextField(blank=True)),
                ('again_on', models.DateField(null=True)),
                ('version', models.IntegerField(default=1)),
            ],
            options={
                'db_table': 'cases_rating',
            },
        ),
        migrations.CreateModel(
            name='RatingLevel',
            fields=[
                ('level', models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ('title', models.TextField()),
                ('tags', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('cite', models.JSONField(default=dict)),
                ('source', models.TextField()),
            ],
            options={
                'db_table': 'cases_rating_level',
            },
        ),
        migrations.CreateModel(
            name='Recount',
            fields=[
                ('id', models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('calendar', models.IntegerField(default=0)),
                ('version', models.IntegerField(default=1)),
            ],
            options={
                'db_table': 'cases_recount',
            },
        ),
        migrations.RemoveIndex(
            model_name='case',
            name='cases_case_queue',
        ),
        migrations.AddField(
            model_name='case',
            name='deemed_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='extended_days',
            field=models.SmallIntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('accepted_on__isnull', False), ('decided_on', None)), fields=['agency', 'promised_due_on', 'number'], include=('regime', 'state'), name='cases_case_running'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('state', 'submitted')), fields=['application'], name='cases_case_to_accept'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('accepted_on__isnull', False), ('decided_on__isnull', False)), fields=['item', '-decided_on'], name='cases_case_of_item'),
        ),
        migrations.AddField(
            model_name='rating',
            name='case',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='rating', to='cases.case'),
        ),
        migrations.AddConstraint(
            model_name='ratinglevel',
            constraint=models.CheckConstraint(condition=models.Q(('level__in', (1, 2, 3, 4, 5))), name='cases_rating_level_known'),
        ),
        migrations.AddConstraint(
            model_name='recount',
            constraint=models.CheckConstraint(condition=models.Q(('id', 1)), name='cases_recount_one'),
        ),
        migrations.AddIndex(
            model_name='rating',
            index=models.Index(condition=models.Q(('answered_on', None), ('level__gte', 4)), fields=['agency', 'mend_due_on', 'id'], name='cases_rating_bad_open'),
        ),
        migrations.AddIndex(
            model_name='rating',
            index=models.Index(fields=['item', 'level'], name='cases_rating_of_item'),
        ),
        migrations.AddConstraint(
            model_name='rating',
            constraint=models.CheckConstraint(condition=models.Q(('level__in', (1, 2, 3, 4, 5))), name='cases_rating_level'),
        ),
        migrations.AddConstraint(
            model_name='rating',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('contact_due_on', None), ('level__lt', 4), ('mend_due_on', None)), models.Q(('contact_due_on__isnull', False), ('level__gte', 4), ('mend_due_on__isnull', False)), _connector='OR'), name='cases_rating_bad_has_its_clock'),
        ),
        migrations.AddConstraint(
            model_name='rating',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_on', None), ('outcome', '')), models.Q(('answer__gt', ''), ('answered_on__isnull', False), ('contacted_on__isnull', False), ('outcome__in', ['mended', 'explained', 'unfounded'])), _connector='OR'), name='cases_rating_answered_whole'),
        ),
        migrations.AddConstraint(
            model_name='rating',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('again_level', None), ('again_on', None)), models.Q(('again_level__in', (1, 2, 3, 4, 5)), ('again_on__isnull', False), ('answered_on__isnull', False)), _connector='OR'), name='cases_rating_again_once'),
        ),
    ]
