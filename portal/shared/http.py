"""Facts about a request."""

from allauth.core.internal.httpkit import get_client_ip
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the address limits are counted by; proxies are believed as far as settings say."""
    try:
        return get_client_ip(request) or "unknown"
    except ImproperlyConfigured:
        return "unknown"
