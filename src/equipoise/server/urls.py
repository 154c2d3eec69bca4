"""Every address of the site: below the language that it is read in, but for what a machine asks."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

urlpatterns = [
    *i18n_patterns(
        path("account/", include("equipoise.server.accounts.urls")),
        path("", include("equipoise.server.web.urls")),
    ),
]
