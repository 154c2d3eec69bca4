"""What a search engine may read and list: the few pages that a stranger looks for, and nothing else."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from equipoise.core.languages import spoken
from equipoise.server.web.routes import LISTED_BY_SEARCH_ENGINES

_NAMED = re.compile(r"<[^>]+>")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django passes it
    """Say which addresses may be read; all else is refused at once, so nothing secret is named (RFC 9309)."""
    from equipoise.server.web.urls import ROUTES  # which has every page, and this is one

    lines = ["User-agent: *", "Allow: /$", "Allow: /static/"]
    for language in spoken():
        found = (route for route in ROUTES if route.name in LISTED_BY_SEARCH_ENGINES)
        lines += [f"Allow: /{language}/{_NAMED.sub('*', route.address)}$" for route in found]
        # A star goes over slashes too: below a study's page nothing follows from its permission.
        lines.append(f"Disallow: /{language}/studies/*/*/")
    return HttpResponse("\n".join([*lines, "Disallow: /", ""]), content_type="text/plain; charset=utf-8")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django passes it
    """Send whoever asks for the old name of the site's mark to where it lies."""
    return HttpResponse(status=301, headers={"Location": static("mark.svg"), "Cache-Control": "max-age=86400"})
