"""Reports that browsers send when a page breaks the content security policy."""

import json
import logging
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portal.shared import ratelimit
from portal.shared.http import client_address

logger = logging.getLogger("portal.policy")

MAX_BYTES = 8 * 1024
# Names of the older format (CSP level 2) and of the Reporting API (CSP level 3).
_FIELDS = {
    "document": ("document-uri", "documentURL"),
    "directive": ("effective-directive", "effectiveDirective", "violated-directive"),
    "blocked": ("blocked-uri", "blockedURL"),
    "source": ("source-file", "sourceFile"),
    "line": ("line-number", "lineNumber"),
}


def bare(value: object) -> str:
    """Return one value of a report fit for a log line: no query, no fragment, no line breaks."""
    text = str(value)[:500]
    if "://" in text:
        try:
            parts = urlsplit(text)
            text = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
        except ValueError:
            text = "unreadable address"
    else:
        text = text.split("?")[0].split("#")[0]
    return "".join(char if char.isprintable() else " " for char in text)[:200]


def _violations(body: bytes) -> list[dict[str, Any]]:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return []
    entries = data if isinstance(data, list) else [data]
    found = []
    for entry in entries[:10]:
        if isinstance(entry, dict):
            inner = entry.get("csp-report") or entry.get("body")
            if isinstance(inner, dict):
                found.append(inner)
    return found


@csrf_exempt
@require_POST
def content_policy(request: HttpRequest) -> HttpResponse:
    """Log what was blocked and answer 204; 413 above 8 KiB, 429 above the limit of an address."""
    wait = ratelimit.wait(client_address(request), "policy-reports")
    if wait:
        return HttpResponse(status=429, headers={"Retry-After": str(wait)})
    body = request.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        return HttpResponse(status=413)
    for report in _violations(body):
        values = {
            name: next((bare(report[key]) for key in keys if report.get(key) is not None), "-")
            for name, keys in _FIELDS.items()
        }
        logger.warning(
            "policy broken: %s", " ".join(f"{name}={value}" for name, value in values.items())
        )
    return HttpResponse(status=204)
