"""The database itself refuses to change the record.

Rows are only added, each at the number after the head and with the head's hash as its previous
one; the head only moves on to the row just added. SQLite drops triggers when a table is remade: a
migration that alters one of the two tables must run ``guard`` again.
"""

from django.db import migrations

SQLITE = {
    "portal_auditrow_added": """
    BEFORE INSERT ON portal_auditrow
    WHEN NOT EXISTS (SELECT 1 FROM portal_audithead h
                     WHERE NEW.number = h.number + 1 AND NEW.previous = h.hash)
    """,
    "portal_auditrow_fixed": "BEFORE UPDATE ON portal_auditrow",
    "portal_auditrow_kept": "BEFORE DELETE ON portal_auditrow",
    "portal_audithead_moved": """
    BEFORE UPDATE ON portal_audithead
    WHEN NEW.id <> OLD.id OR NEW.number <> OLD.number + 1
      OR NOT EXISTS (SELECT 1 FROM portal_auditrow r
                     WHERE r.number = NEW.number AND r.hash = NEW.hash)
    """,
    "portal_audithead_kept": "BEFORE DELETE ON portal_audithead",
}
POSTGRES = [
    """
    CREATE FUNCTION portal_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the record is append-only'; END $$
    """,
    """
    CREATE FUNCTION portal_audit_added() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NOT EXISTS (SELECT 1 FROM portal_audithead h
                     WHERE NEW.number = h.number + 1 AND NEW.previous = h.hash) THEN
        RAISE EXCEPTION 'the record is append-only: a row follows the head';
      END IF;
      RETURN NEW;
    END $$
    """,
    """
    CREATE FUNCTION portal_audit_moved() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NEW.id <> OLD.id OR NEW.number <> OLD.number + 1
         OR NOT EXISTS (SELECT 1 FROM portal_auditrow r
                        WHERE r.number = NEW.number AND r.hash = NEW.hash) THEN
        RAISE EXCEPTION 'the record is append-only: the head follows the rows';
      END IF;
      RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER portal_auditrow_added BEFORE INSERT ON portal_auditrow
    FOR EACH ROW EXECUTE FUNCTION portal_audit_added()
    """,
    """
    CREATE TRIGGER portal_auditrow_fixed BEFORE UPDATE OR DELETE ON portal_auditrow
    FOR EACH ROW EXECUTE FUNCTION portal_audit_refuse()
    """,
    """
    CREATE TRIGGER portal_auditrow_kept BEFORE TRUNCATE ON portal_auditrow
    FOR EACH STATEMENT EXECUTE FUNCTION portal_audit_refuse()
    """,
    """
    CREATE TRIGGER portal_audithead_moved BEFORE UPDATE ON portal_audithead
    FOR EACH ROW EXECUTE FUNCTION portal_audit_moved()
    """,
    """
    CREATE TRIGGER portal_audithead_fixed BEFORE DELETE ON portal_audithead
    FOR EACH ROW EXECUTE FUNCTION portal_audit_refuse()
    """,
    """
    CREATE TRIGGER portal_audithead_kept BEFORE TRUNCATE ON portal_audithead
    FOR EACH STATEMENT EXECUTE FUNCTION portal_audit_refuse()
    """,
]
DROP_POSTGRES = [
    "DROP TRIGGER IF EXISTS portal_auditrow_added ON portal_auditrow",
    "DROP TRIGGER IF EXISTS portal_auditrow_fixed ON portal_auditrow",
    "DROP TRIGGER IF EXISTS portal_auditrow_kept ON portal_auditrow",
    "DROP TRIGGER IF EXISTS portal_audithead_moved ON portal_audithead",
    "DROP TRIGGER IF EXISTS portal_audithead_fixed ON portal_audithead",
    "DROP TRIGGER IF EXISTS portal_audithead_kept ON portal_audithead",
    "DROP FUNCTION IF EXISTS portal_audit_refuse()",
    "DROP FUNCTION IF EXISTS portal_audit_added()",
    "DROP FUNCTION IF EXISTS portal_audit_moved()",
]


def guard(apps, schema_editor):
    """Put the triggers in place."""
    if schema_editor.connection.vendor != "sqlite":
        statements = POSTGRES
    else:
        statements = [
            f"CREATE TRIGGER {name} {when} BEGIN "
            "SELECT RAISE(ABORT, 'the record is append-only'); END"
            for name, when in SQLITE.items()
        ]
    for statement in statements:
        schema_editor.execute(statement, params=None)


def unguard(apps, schema_editor):
    """Take the triggers away."""
    sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in (
        [f"DROP TRIGGER IF EXISTS {name}" for name in SQLITE] if sqlite else DROP_POSTGRES
    ):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("portal", "0004_members")]
    operations = [migrations.RunPython(guard, unguard)]
