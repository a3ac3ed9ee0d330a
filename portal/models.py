"""Every model of the ground, gathered where Django looks for them."""

from portal.accounts.models import User
from portal.organisations.models import Region
from portal.pages.models import (
    EventIndexPage,
    EventPage,
    HomePage,
    NewsIndexPage,
    NewsPage,
    PortalDocument,
    PortalImage,
    PortalRendition,
    StandardPage,
)

__all__ = [
    "EventIndexPage",
    "EventPage",
    "HomePage",
    "NewsIndexPage",
    "NewsPage",
    "PortalDocument",
    "PortalImage",
    "PortalRendition",
    "Region",
    "StandardPage",
    "User",
]
