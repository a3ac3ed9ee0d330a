"""Whoever is no member any more gives her places back."""

from community.events.daily import ended
from portal.events import listen
from portal.events.messages import MembershipEnded

listen(MembershipEnded, ended)
