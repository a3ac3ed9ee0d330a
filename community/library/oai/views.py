"""The one address harvesters ask. It reads no cookie, and says the same to everybody."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from community.library.oai.answers import answer
from portal.shared import ratelimit
from portal.shared.http import client_address

KEPT = 60  # seconds an answer may be kept by caches; a record that is withdrawn is gone by then


@csrf_exempt  # it changes nothing, and harvesters send questions by POST
@require_http_methods(["GET", "HEAD", "POST"])
def oai(request: HttpRequest) -> HttpResponse:
    """Answer one question of a harvester; 503 with ``Retry-After`` above the limit of an address.

    That status is the protocol's own way of asking for patience (section 3.1.2.2).
    """
    if wait := ratelimit.wait(client_address(request), "harvests"):
        return HttpResponse(status=503, headers={"Retry-After": str(wait)})
    given = request.POST if request.method == "POST" else request.GET
    pairs = [(name, value) for name, values in given.lists() for value in values]
    site = request.build_absolute_uri("/").rstrip("/")
    response = HttpResponse(
        answer(pairs, site=site, path=request.path), content_type="text/xml; charset=utf-8"
    )
    if request.method != "POST":
        response.headers["Cache-Control"] = f"public, max-age={KEPT}"
    return response
