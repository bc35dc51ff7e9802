from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0010_renewals'),
    ]

    operations = [
        migrations.AddField(
            model_name='formalityrow',
            name='party',
            field=models.UUIDField(null=True),
        ),
        migrations.AddIndex(
            model_name='formalityrow',
            index=models.Index(condition=models.Q(('party__isnull', False)), fields=['party', '-opened_on', '-id'], name='cases_formality_of_party'),
        ),
    ]
