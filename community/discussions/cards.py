"""Which links of a post may get a card."""

import re
from html import unescape
from urllib.parse import urlsplit

from django.conf import settings

from portal.cards import reference

_HREF = re.compile(r'<a [^>]*?href="([^"]+)"')
MOST = 10  # cards of one post


def links_in(html: str) -> list[str]:
    """Return what the links of a cleaned text name on this site: ``kind:key``, each once."""
    found = [reference(path) for path in map(_path, _HREF.findall(html)) if path]
    return list(dict.fromkeys(one for one in found if one))[:MOST]


def _path(address: str) -> str:
    """Return the path of an address of this site; "" for others."""
    parts = urlsplit(unescape(address))
    own = urlsplit(settings.WAGTAILADMIN_BASE_URL)
    if parts.netloc and parts.netloc != own.netloc:
        return ""
    return parts.path
