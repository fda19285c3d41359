from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RelationsConfig(AppConfig):
    name = "relations"
    verbose_name = _("Register of relations")

    def ready(self) -> None:
        """Registers the row schemas, which models look up."""
        from . import catalog  # noqa: F401
