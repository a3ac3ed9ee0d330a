"""What the studio shows, and to whom. Wagtail finds this module by its name."""

from portal.pages import wagtail_hooks

__all__ = ["wagtail_hooks"]
