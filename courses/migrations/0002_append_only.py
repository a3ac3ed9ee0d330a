"""The database itself refuses to change learning events and responses, or to delete an account's.

An event may still pass from a visitor to an account and be detached from an erased person, so
``learner`` and ``enrolment`` may change. A visitor's rows may go when their time is over.
"""

from django.db import migrations

FIXED = (
    "id", "release_id", "verb", "object", "attempt", "language", "region", "data",
    "occurred_at", "received_at", "device", "seq", "origin",
)  # fmt: skip

SQLITE = [
    f"""
    CREATE TRIGGER courses_event_fixed BEFORE UPDATE OF {", ".join(FIXED)} ON courses_learningevent
    BEGIN SELECT RAISE(ABORT, 'learning events are append-only'); END
    """,
    """
    CREATE TRIGGER courses_event_kept BEFORE DELETE ON courses_learningevent
    WHEN EXISTS (SELECT 1 FROM courses_enrolment e
                 WHERE e.id = OLD.enrolment_id AND e.learner_id IS NOT NULL)
    BEGIN SELECT RAISE(ABORT, 'learning events are append-only'); END
    """,
    """
    CREATE TRIGGER courses_response_fixed BEFORE UPDATE ON courses_response
    BEGIN SELECT RAISE(ABORT, 'responses are append-only'); END
    """,
]
POSTGRES = [
    """
    CREATE FUNCTION courses_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
    """,
    f"""
    CREATE TRIGGER courses_event_fixed BEFORE UPDATE OF {", ".join(f'"{n}"' for n in FIXED)}
    ON courses_learningevent FOR EACH ROW EXECUTE FUNCTION courses_refuse()
    """,
    """
    CREATE FUNCTION courses_keep_event() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (SELECT 1 FROM courses_enrolment e
                 WHERE e.id = OLD.enrolment_id AND e.learner_id IS NOT NULL) THEN
        RAISE EXCEPTION 'learning events are append-only';
      END IF;
      RETURN OLD;
    END $$
    """,
    """
    CREATE TRIGGER courses_event_kept BEFORE DELETE ON courses_learningevent
    FOR EACH ROW EXECUTE FUNCTION courses_keep_event()
    """,
    """
    CREATE TRIGGER courses_response_fixed BEFORE UPDATE ON courses_response
    FOR EACH ROW EXECUTE FUNCTION courses_refuse()
    """,
]
DROP_SQLITE = [
    "DROP TRIGGER courses_event_fixed",
    "DROP TRIGGER courses_event_kept",
    "DROP TRIGGER courses_response_fixed",
]
DROP_POSTGRES = [
    "DROP TRIGGER courses_event_fixed ON courses_learningevent",
    "DROP TRIGGER courses_event_kept ON courses_learningevent",
    "DROP TRIGGER courses_response_fixed ON courses_response",
    "DROP FUNCTION courses_refuse()",
    "DROP FUNCTION courses_keep_event()",
]


def guard(apps, schema_editor):
    statements = SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRES
    for statement in statements:
        schema_editor.execute(statement, params=None)


def unguard(apps, schema_editor):
    statements = DROP_SQLITE if schema_editor.connection.vendor == "sqlite" else DROP_POSTGRES
    for statement in statements:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("courses", "0001_ground")]
    operations = [migrations.RunPython(guard, unguard)]
