"""Studies as they are listed, and what the finder looks in: full-text search by FTS5 on SQLite, by GIN on PostgreSQL."""

import django.db.models.deletion
from django.db import migrations, models

_SQLITE = (
    # Our tokens go in as they are; which column a word stands in is kept, where in it is not.
    "CREATE VIRTUAL TABLE recruit_words USING fts5(head, body, tokenize = \"ascii\", detail = column, prefix = '2 3')",
)
_POSTGRESQL = (
    "ALTER TABLE recruit_findable ADD COLUMN head tsvector NOT NULL DEFAULT ''",
    "ALTER TABLE recruit_findable ADD COLUMN body tsvector NOT NULL DEFAULT ''",
    "CREATE INDEX recruit_findable_head ON recruit_findable USING gin (head)",
    "CREATE INDEX recruit_findable_body ON recruit_findable USING gin (body)",
    # The planner must know the common words to choose between the two ways to look for them.
    "ALTER TABLE recruit_findable ALTER COLUMN head SET STATISTICS 1000",
    "ALTER TABLE recruit_findable ALTER COLUMN body SET STATISTICS 1000",
)


def make_words(_apps, editor):
    """Make what keeps the words."""
    for statement in _POSTGRESQL if editor.connection.vendor == "postgresql" else _SQLITE:
        editor.execute(statement)


def drop_words(_apps, editor):
    """Drop the table of words; on PostgreSQL they go with their table."""
    if editor.connection.vendor != "postgresql":
        editor.execute("DROP TABLE recruit_words")


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Listed",
            fields=[
                ("number", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("study", models.CharField(db_index=True, default="", max_length=64)),
                ("source", models.CharField(db_index=True, default="", max_length=32)),
                ("shown", models.BooleanField(default=False)),
                ("status", models.CharField(max_length=32)),
                ("recruiting", models.BooleanField(default=False)),
                ("sex", models.CharField(default="all", max_length=8)),
                ("youngest", models.IntegerField(null=True)),
                ("oldest", models.IntegerField(null=True)),
                ("updated", models.CharField(default="", max_length=10)),
                ("first_seen", models.CharField(max_length=27)),
                ("changed_at", models.CharField(max_length=27)),
                ("withdrawn_at", models.CharField(default="", max_length=27)),
                ("to_match", models.BooleanField(db_index=True, default=True)),
                ("hash", models.CharField(max_length=64)),
                ("content", models.TextField()),
            ],
            options={"db_table": "recruit_listed"},
        ),
        migrations.CreateModel(
            name="Findable",
            fields=[
                ("key", models.BigAutoField(primary_key=True, serialize=False)),
                ("for_women", models.BooleanField(default=True)),
                ("for_men", models.BooleanField(default=True)),
                ("youngest", models.IntegerField()),
                ("oldest", models.IntegerField()),
                (
                    "listed",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="findable", to="recruit.listed"
                    ),
                ),
            ],
            options={"db_table": "recruit_findable"},
        ),
        migrations.CreateModel(
            name="ListedPlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.BigIntegerField()),
                ("cell", models.IntegerField()),
                ("x", models.FloatField()),
                ("y", models.FloatField()),
                ("z", models.FloatField()),
                ("recruiting", models.BooleanField(default=False)),
                (
                    "listed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="places", to="recruit.listed"
                    ),
                ),
            ],
            options={
                "db_table": "recruit_listed_place",
                "indexes": [
                    models.Index(fields=["cell", "key", "x", "y", "z", "recruiting"], name="listed_place_cell")
                ],
            },
        ),
        migrations.RunPython(make_words, drop_words),
    ]
