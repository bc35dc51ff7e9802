from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0009_originals'),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='renewal_due_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='renews',
            field=models.UUIDField(null=True),
        ),
    ]
