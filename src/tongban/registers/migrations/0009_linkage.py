import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registers', '0008_golden'),
    ]

    operations = [
        migrations.CreateModel(
            name='Linkage',
            fields=[
                ('name', models.TextField(primary_key=True, serialize=False)),
                ('title', models.TextField()),
                ('agency', models.TextField()),
                ('purpose', models.TextField()),
                ('basis', models.JSONField()),
                ('terms', models.JSONField()),
                ('version', models.IntegerField(default=1)),
                ('source', models.TextField()),
            ],
            options={
                'db_table': 'registers_linkage',
            },
        ),
        migrations.CreateModel(
            name='Cluster',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('anchor_register', models.TextField()),
                ('anchor_key', models.TextField()),
                ('since', models.DateTimeField()),
                ('merged_into', models.ForeignKey(db_column='merged_into', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registers.cluster')),
                ('linkage', models.ForeignKey(db_column='linkage', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registers.linkage')),
            ],
            options={
                'db_table': 'registers_cluster',
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('linkage', models.TextField()),
                ('register', models.TextField()),
                ('key', models.TextField()),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(null=True)),
                ('cluster', models.ForeignKey(db_column='cluster', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registers.cluster')),
            ],
            options={
                'db_table': 'registers_membership',
            },
        ),
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('engine', models.TextField()),
                ('state', models.TextField(default='ordered')),
                ('fault', models.TextField(blank=True)),
                ('sources', models.JSONField(default=list)),
                ('weighs', models.JSONField(default=dict)),
                ('records', models.BigIntegerField(default=0)),
                ('pairs', models.BigIntegerField(default=0)),
                ('groups', models.BigIntegerField(default=0)),
                ('grouped', models.BigIntegerField(default=0)),
                ('asked', models.BigIntegerField(default=0)),
                ('written', models.BigIntegerField(default=0)),
                ('ordered_by', models.TextField()),
                ('ordered_at', models.DateTimeField()),
                ('as_of', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('seconds', models.FloatField(default=0)),
                ('linkage', models.ForeignKey(db_column='linkage', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registers.linkage')),
            ],
            options={
                'db_table': 'registers_linkage_run',
            },
        ),
        migrations.CreateModel(
            name='Pair',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('left_register', models.TextField()),
                ('left_key', models.TextField()),
                ('right_register', models.TextField()),
                ('right_key', models.TextField()),
                ('probability', models.FloatField()),
                ('weight', models.FloatField()),
                ('reasons', models.JSONField()),
                ('verdict', models.TextField(blank=True)),
                ('note', models.TextField(blank=True)),
                ('decided_by', models.TextField(blank=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('version', models.IntegerField(default=1)),
                ('linkage', models.ForeignKey(db_column='linkage', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registers.linkage')),
                ('run', models.ForeignKey(db_column='run', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registers.run')),
            ],
            options={
                'db_table': 'registers_pair',
            },
        ),
        migrations.CreateModel(
            name='ClusterChange',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('op', models.TextField()),
                ('at', models.DateTimeField()),
                ('cluster', models.ForeignKey(db_column='cluster', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registers.cluster')),
                ('other', models.ForeignKey(db_column='other', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registers.cluster')),
                ('run', models.ForeignKey(db_column='run', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registers.run')),
            ],
            options={
                'db_table': 'registers_cluster_change',
            },
        ),
        migrations.AddIndex(
            model_name='cluster',
            index=models.Index(fields=['linkage', 'id'], name='registers_clusters_of'),
        ),
        migrations.AddConstraint(
            model_name='cluster',
            constraint=models.UniqueConstraint(condition=models.Q(('merged_into', None)), fields=('linkage', 'anchor_register', 'anchor_key'), name='registers_cluster_anchor'),
        ),
        migrations.AddConstraint(
            model_name='cluster',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into', None), models.Q(('merged_into', models.F('id')), _negated=True), _connector='OR'), name='registers_cluster_points_on'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(condition=models.Q(('until', None)), fields=('linkage', 'register', 'key'), name='registers_membership_one'),
        ),
        migrations.AddIndex(
            model_name='run',
            index=models.Index(fields=['linkage', '-id'], name='registers_linkage_runs_of'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('ordered', 'normalise', 'compare', 'group', 'write', 'done', 'failed'))), name='registers_linkage_run_state'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('ordered', 'normalise', 'compare', 'group', 'write'))), fields=('linkage',), name='registers_linkage_one_at_work'),
        ),
        migrations.AddIndex(
            model_name='pair',
            index=models.Index(condition=models.Q(('verdict', '')), fields=['linkage', '-probability', 'id'], name='registers_pairs_waiting'),
        ),
        migrations.AddIndex(
            model_name='pair',
            index=models.Index(condition=models.Q(('verdict', ''), _negated=True), fields=['linkage', '-decided_at'], name='registers_pairs_decided'),
        ),
        migrations.AddConstraint(
            model_name='pair',
            constraint=models.UniqueConstraint(fields=('linkage', 'left_register', 'left_key', 'right_register', 'right_key'), name='registers_pair_once'),
        ),
        migrations.AddConstraint(
            model_name='pair',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('verdict', '')), models.Q(('decided_at__isnull', False), ('verdict__in', ('same', 'different', 'unsure'))), _connector='OR'), name='registers_pair_verdict'),
        ),
        migrations.AddConstraint(
            model_name='clusterchange',
            constraint=models.CheckConstraint(condition=models.Q(('op__in', ['merged', 'split'])), name='registers_cluster_change_op'),
        ),
        migrations.AddConstraint(
            model_name='clusterchange',
            constraint=models.UniqueConstraint(fields=('run', 'op', 'cluster', 'other'), name='registers_cluster_change_once'),
        ),
    ]
