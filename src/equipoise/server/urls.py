"""Every address of the site: below the language that it is read in, but for what a machine asks."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from equipoise.server.web.finder import api
from equipoise.server.web.health import health
from equipoise.server.web.robots import favicon, robots
from equipoise.server.web.routes import Public, guarded

# What a person reads where there is no page.
handler400 = "equipoise.server.web.refused.bad_request"
handler403 = "equipoise.server.web.refused.permission_denied"
handler404 = "equipoise.server.web.refused.page_not_found"
handler500 = "equipoise.server.web.refused.server_error"

urlpatterns = [
    path("health", guarded(health, Public()), name="health"),
    path("robots.txt", guarded(robots, Public()), name="robots"),
    path("favicon.ico", guarded(favicon, Public()), name="favicon"),
    path("api/studies", guarded(api.studies, Public()), name="api-studies"),
    path("api/studies/<str:number>", guarded(api.study, Public()), name="api-study"),
    path("api/openapi.json", guarded(api.openapi, Public()), name="api-description"),
    *i18n_patterns(
        path("account/", include("equipoise.server.accounts.urls")),
        path("", include("equipoise.server.web.urls")),
    ),
]
