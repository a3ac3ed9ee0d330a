"""What every page's frame needs. The menus' part is read only by a page that shows the menus."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from portal.languages.table import BY_CODE, LANGUAGES
from portal.menu import menu_for, unread_for


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return site name, interface language row, all languages, and the theme the reader chose.

    ``menu`` and ``unread`` are functions that a template calls: pages without menus (error pages,
    which must do without a database) never read them.
    """
    code = translation.get_language() or settings.LANGUAGE_CODE
    theme = request.COOKIES.get("theme", "")
    return {
        "SITE_NAME": settings.SITE_NAME,
        "interface": BY_CODE.get(code, LANGUAGES[0]),
        "languages": LANGUAGES,
        "theme": theme if theme in {"light", "dark"} else "",
        "text_only": request.COOKIES.get("text_only") == "1",
        "menu": lambda: menu_for(request),
        "unread": lambda: unread_for(request),
    }
