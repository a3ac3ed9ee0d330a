"""The index of the library: two small tables of models, and the words in a table of each database."""

import django.db.models.deletion
from django.db import migrations, models

import portal.shared.ids
from community.library import index_tables


def create(apps, schema_editor):
    index_tables.create(schema_editor.connection)


def remove(apps, schema_editor):
    index_tables.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("community", "0002_library")]

    operations = [
        migrations.CreateModel(
            name="IndexState",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("mark", models.BigIntegerField(default=0)),
                ("whole", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="IndexEntry",
            fields=[
                (
                    "publication",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="community.publication",
                    ),
                ),
                ("mark", models.BigIntegerField(db_index=True)),
            ],
        ),
        migrations.AddField(
            model_name="saved",
            name="public_id",
            field=models.UUIDField(default=portal.shared.ids.uuid7, editable=False, unique=True),
        ),
        migrations.RunPython(create, remove),
    ]
