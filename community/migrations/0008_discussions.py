"""Discussions: spaces, topics, posts, what people keep for themselves, and the words of posts."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import portal.shared.ids
from community.discussions import index_tables


def create(apps, schema_editor):
    index_tables.create(schema_editor.connection)


def remove(apps, schema_editor):
    index_tables.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0007_directory"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PostVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=200)),
                ("source", models.TextField()),
                ("html", models.TextField()),
                ("until", models.DateTimeField()),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="Reaction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "feeling",
                    models.CharField(
                        choices=[
                            ("thanks", "Thank you"),
                            ("helpful", "Helpful"),
                            ("agree", "I agree"),
                            ("same", "I ask myself the same"),
                        ],
                        max_length=10,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Space",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.UUIDField(default=portal.shared.ids.uuid7, editable=False, unique=True),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("region", "Region"),
                            ("language", "Language"),
                            ("theme", "Theme"),
                            ("group", "Group"),
                        ],
                        max_length=10,
                    ),
                ),
                ("code", models.CharField(max_length=60)),
                ("created_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="SpaceState",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("watching", "Watch: tell me of everything new"),
                            ("normal", "Normal: show it as unread"),
                            ("muted", "Mute: neither tell nor show"),
                        ],
                        default="normal",
                        max_length=10,
                    ),
                ),
                ("read_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Topic",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.UUIDField(default=portal.shared.ids.uuid7, editable=False, unique=True),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("question", "Question"), ("discussion", "Discussion")],
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                (
                    "title_gone",
                    models.CharField(
                        blank=True,
                        choices=[("", "–"), ("deleted", "deleted"), ("hidden", "hidden")],
                        default="",
                        max_length=10,
                    ),
                ),
                (
                    "label",
                    models.CharField(
                        choices=[("CLEAR", "TLP:CLEAR"), ("GREEN", "TLP:GREEN")], max_length=12
                    ),
                ),
                ("language", models.CharField(max_length=12)),
                ("created_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("last_number", models.PositiveIntegerField(default=0)),
                ("others", models.PositiveIntegerField(default=0)),
                ("about", models.CharField(blank=True, max_length=120, null=True, unique=True)),
                ("locked_at", models.DateTimeField(blank=True, null=True)),
                ("surfaced_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ("-last_at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="TopicState",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("watching", "Watch: tell me of everything new"),
                            ("normal", "Normal: show it as unread"),
                            ("muted", "Mute: neither tell nor show"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("number", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.AddField(
            model_name="report",
            name="why",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AlterField(
            model_name="report",
            name="room",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="reports",
                to="community.room",
            ),
        ),
        migrations.AlterField(
            model_name="report",
            name="seq",
            field=models.BigIntegerField(null=True),
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.UUIDField(default=portal.shared.ids.uuid7, editable=False, unique=True),
                ),
                ("place", models.CharField(max_length=60)),
                ("fields", models.JSONField(default=dict)),
                ("saved_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-saved_at",),
            },
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.UUIDField(default=portal.shared.ids.uuid7, editable=False, unique=True),
                ),
                ("number", models.PositiveIntegerField()),
                ("source", models.TextField()),
                ("html", models.TextField()),
                ("links", models.JSONField(default=list)),
                ("created_at", models.DateTimeField()),
                ("edited_at", models.DateTimeField(blank=True, null=True)),
                ("edits", models.PositiveIntegerField(default=0)),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                ("hidden_at", models.DateTimeField(blank=True, null=True)),
                ("hidden_why", models.CharField(blank=True, max_length=500)),
                (
                    "answers",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="community.post",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="discussion_posts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "hidden_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("topic", "number"),
            },
        ),
        migrations.CreateModel(
            name="Mention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mentions",
                        to="community.post",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.AddField(
            model_name="report",
            name="post",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="reports",
                to="community.post",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("post__isnull", True), ("room__isnull", False), ("seq__isnull", False)
                    ),
                    models.Q(
                        ("post__isnull", False), ("room__isnull", True), ("seq__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="community_report_of_one",
            ),
        ),
        migrations.AddField(
            model_name="postversion",
            name="post",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="versions",
                to="community.post",
            ),
        ),
        migrations.AddField(
            model_name="reaction",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="reaction",
            name="post",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="reactions",
                to="community.post",
            ),
        ),
        migrations.AddField(
            model_name="space",
            name="created_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="space",
            name="group",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="space",
                to="community.group",
            ),
        ),
        migrations.AddField(
            model_name="spacestate",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="spacestate",
            name="space",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="states",
                to="community.space",
            ),
        ),
        migrations.AddField(
            model_name="topic",
            name="accepted",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="community.post",
            ),
        ),
        migrations.AddField(
            model_name="topic",
            name="author",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="topic",
            name="space",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="topics",
                to="community.space",
            ),
        ),
        migrations.AddField(
            model_name="post",
            name="topic",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="posts",
                to="community.topic",
            ),
        ),
        migrations.AddField(
            model_name="topicstate",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="topicstate",
            name="topic",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="states",
                to="community.topic",
            ),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.UniqueConstraint(
                fields=("person", "place"), name="community_draft_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="mention",
            constraint=models.UniqueConstraint(
                fields=("post", "person"), name="community_mention_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="reaction",
            constraint=models.UniqueConstraint(
                fields=("post", "person", "feeling"), name="community_reaction_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="space",
            constraint=models.UniqueConstraint(
                fields=("kind", "code"), name="community_space_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="space",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("group__isnull", False), ("kind", "group")),
                    models.Q(models.Q(("kind", "group"), _negated=True), ("group__isnull", True)),
                    _connector="OR",
                ),
                name="community_space_group",
            ),
        ),
        migrations.AddIndex(
            model_name="spacestate",
            index=models.Index(fields=["space", "level"], name="community_s_space_i_98775d_idx"),
        ),
        migrations.AddConstraint(
            model_name="spacestate",
            constraint=models.UniqueConstraint(
                fields=("person", "space"), name="community_space_state_once"
            ),
        ),
        migrations.AddIndex(
            model_name="topic",
            index=models.Index(fields=["space", "-last_at"], name="community_t_space_i_b98bf0_idx"),
        ),
        migrations.AddIndex(
            model_name="topic",
            index=models.Index(
                fields=["space", "kind", "-last_at"], name="community_t_space_i_af63ee_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="topic",
            index=models.Index(
                condition=models.Q(("accepted__isnull", True), ("kind", "question"), ("others", 0)),
                fields=["created_at"],
                name="community_topic_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.UniqueConstraint(
                fields=("topic", "number"), name="community_post_number"
            ),
        ),
        migrations.AddIndex(
            model_name="topicstate",
            index=models.Index(fields=["topic", "level"], name="community_t_topic_i_e481dc_idx"),
        ),
        migrations.AddConstraint(
            model_name="topicstate",
            constraint=models.UniqueConstraint(
                fields=("person", "topic"), name="community_topic_state_once"
            ),
        ),
        migrations.RunPython(create, remove),
    ]
