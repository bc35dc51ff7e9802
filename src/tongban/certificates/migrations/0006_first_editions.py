"""Types that stand in the database already get their first edition."""

from typing import Any

from django.db import migrations

from tongban.kernel import clock
from tongban.kernel.canonical import canonical


def first_editions(apps: Any, _schema: Any) -> None:
    from tongban.certificates.signing.editions import metadata_of

    edition = apps.get_model("certificates", "TypeEdition")
    edition.objects.bulk_create(
        edition(
            type=one,
            number=1,
            title=one.title,
            fields=one.fields,
            metadata=canonical(metadata_of(one, 1)).decode(),
            since=clock.local(clock.real_now()).date(),
        )
        for one in apps.get_model("certificates", "CertificateType").objects.all()
    )


class Migration(migrations.Migration):
    dependencies = [("certificates", "0005_status_chain")]

    operations = [migrations.RunPython(first_editions, migrations.RunPython.noop)]
