from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps.views import index, sitemap
from django.urls import include, path

from relations.admin import guide, logins
from relations.admin.coverage import coverage
from relations.admin.on_site import on_site
from relations.admin.unsaved import unsaved_texts
from relations.sitemaps import SITEMAPS
from relations.views import health, home

urlpatterns = [
    path("", home.door, name="door"),
    path("admin/coverage/", admin.site.admin_view(coverage), name="admin-coverage"),
    path("admin/unsaved/", admin.site.admin_view(unsaved_texts), name="unsaved-texts"),
    path("admin/guide/", include(guide)),
    path("admin/login/", logins.log_in, name="log-in"),
    path("admin/login/code/", logins.Code.as_view(), name="login-code"),
    path("admin/two-steps/", admin.site.admin_view(logins.two_steps_page), name="two-steps"),
    path("admin/two-steps/key.svg", admin.site.admin_view(logins.key_picture), name="two-steps-picture"),
    path("admin/r/<path:content_type_id>/<path:object_id>/", admin.site.admin_view(on_site)),
    path("admin/", admin.site.urls),
    path("api/v1/", include("relations.api.urls")),
    path("reconcile/", include("relations.api.reconciliation.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("favicon.ico", health.favicon),
    path("robots.txt", health.robots, name="robots"),
    path(
        "sitemap.xml",
        index,
        {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemap-section"},
        name="sitemap",
    ),
    path("sitemap-<section>.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap-section"),
]
urlpatterns += i18n_patterns(path("", include("relations.urls")))

handler400 = "relations.limits.bad_request"
handler403 = "relations.views.error_pages.forbidden"
handler404 = "relations.views.error_pages.not_found"
handler500 = "relations.views.error_pages.server_error"
