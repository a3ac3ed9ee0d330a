"""The tree of places, from portal.organisations.regions."""

from django.db import migrations

from portal.organisations.regions import LANGUAGES, tree


def add_regions(apps, schema_editor):
    region = apps.get_model("portal", "Region")
    for code, parent in tree().items():
        region.objects.update_or_create(
            code=code, defaults={"parent_id": parent, "languages": LANGUAGES.get(code, [])}
        )


class Migration(migrations.Migration):
    dependencies = [("portal", "0002_pages")]
    operations = [migrations.RunPython(add_regions, migrations.RunPython.noop)]
