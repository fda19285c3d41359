"""App configuration: loads the catalogue and registers its system checks when Django starts."""

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class RelationsConfig(AppConfig):
    name = "relations"
    verbose_name = _("Register of relations")

    def ready(self) -> None:
        """The catalogue registers the row schemas, which models look up, and the tasks what they hand over; the checks
        look at all of it.
        """
        from . import tasks
        from .accounts import logins
        from .checks import check_record_types, check_translations
        from .logs import statements
        from .models.shown_alone import say_changes
        from .rules import publication
        from .workers import turns

        publication.register()
        say_changes()
        tasks.register()
        turns.register()
        statements.start()
        logins.listen()
        checks.register(check_record_types)
        checks.register(check_translations)
