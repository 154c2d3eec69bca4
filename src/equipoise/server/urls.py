"""Every address of the site, below the language that it is read in."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns

urlpatterns = [*i18n_patterns()]
