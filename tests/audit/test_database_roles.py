"""On PostgreSQL the roles of deploy/postgresql-roles.sql keep the site from changing the record."""

from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from portal.project import checks
from tests.audit import tampering

ROLES = Path(__file__).parents[2] / "deploy" / "postgresql-roles.sql"
ROLE = "portal_test_site"

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="roles are PostgreSQL's"),
    pytest.mark.django_db,
]


def _as_site() -> None:
    """Act as a role with the rights of the file, made for this transaction."""
    revoke = [
        line
        for line in ROLES.read_text().splitlines()
        if line.startswith("REVOKE") and "audit" in line
    ]
    assert len(revoke) == 2
    tampering.write(f"CREATE ROLE {ROLE}")
    tampering.write(
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {ROLE}"
    )
    for line in revoke:
        tampering.write(line.replace("FROM portal;", f"FROM {ROLE}"))
    tampering.write(f"SET LOCAL ROLE {ROLE}")


def test_the_owner_is_too_strong_and_the_site_is_not() -> None:
    found = {message.id for message in checks.record_is_append_only(None, ["default"])}
    assert found == {"portal.E033"}
    _as_site()
    assert not checks.record_is_append_only(None, ["default"])


def test_the_site_writes_the_record_and_cannot_change_it() -> None:
    _as_site()
    tampering.some_deeds(2)
    for change in (
        "UPDATE portal_auditrow SET event = 'x'",
        "DELETE FROM portal_auditrow",
        "TRUNCATE portal_auditrow",
        "DELETE FROM portal_audithead",
        "ALTER TABLE portal_auditrow DISABLE TRIGGER ALL",
        "DROP TRIGGER portal_auditrow_fixed ON portal_auditrow",
    ):
        with (
            pytest.raises(DatabaseError, match=r"permission denied|must be owner"),
            transaction.atomic(),
        ):
            tampering.write(change)
