"""Sessions in the database, read by a prepared query: every request of a signed-in person does."""

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from portal.shared.prepared import prepared


@prepared
def _in_force(key: str, moment: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=moment)


class SessionStore(db.SessionStore):
    """Django's own store but for the query that reads."""

    def _get_session_from_db(self) -> Any:
        row = _in_force.first(self.session_key, timezone.now())
        if row is None:
            self._session_key = None
        return row
