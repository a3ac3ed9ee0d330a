"""What the studio shows, and to whom. Wagtail finds this module by its name."""

from portal.pages import wagtail_hooks as pages
from portal.roles import wagtail_hooks as roles

__all__ = ["pages", "roles"]
