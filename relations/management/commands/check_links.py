"""Command: check the URLs of sources."""

import json
import time
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from relations.link_check.client import UrlChecker
from relations.link_check.rate_limit import HostRateLimit, answers
from relations.models import LinkCheck, Source
from relations.models.sources import SourceQuerySet

#: of the command line
Options = dict[str, Any]


class Command(BaseCommand):
    help = (
        "Checks whether the URLs of sources still work. Failures are recorded; they do not stop the command."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "keys", nargs="*", help="check only these sources, even if they were checked recently"
        )
        parser.add_argument(
            "--older-than",
            type=float,
            default=7,
            metavar="DAYS",
            help="check sources whose last check is at least DAYS days ago (default: %(default)s)",
        )
        parser.add_argument(
            "--all", action="store_true", help="check all sources, even recently checked ones"
        )
        parser.add_argument(
            "--timeout",
            type=float,
            default=15,
            metavar="SECONDS",
            help="seconds to wait for one response (default: %(default)s)",
        )
        parser.add_argument(
            "--pause",
            type=float,
            default=1,
            metavar="SECONDS",
            help="seconds between two requests to one host (default: %(default)s)",
        )
        parser.add_argument(
            "--at-once",
            type=int,
            default=4,
            help="number of hosts checked at the same time (default: %(default)s)",
        )
        parser.add_argument(
            "--allow-private",
            action="store_true",
            help="also check addresses in private networks (for tests)",
        )
        parser.add_argument("--report", default="", help="write the report to this JSON file")

    def handle(self, **options: Any) -> None:
        self.refuse_senseless(options)
        sources = self.sources_to_check(options)
        self.left, self.found = Source.objects.count() - sources.count(), list[dict[str, Any]]()
        self.keys = dict(sources.values_list("pk", "key"))
        is_whole = self.check_urls(list(sources.values_list("pk", "url")), options)
        if options["report"]:
            report = {**self.counts(), "whole": is_whole, "links": self.found}
            Path(options["report"]).write_text(
                json.dumps(report, ensure_ascii=False, indent=2), encoding="utf-8"
            )
        self.say(is_whole)

    def refuse_senseless(self, options: Options) -> None:
        if not 0 < options["timeout"] <= 600 or not 0 <= options["pause"] <= 600:
            raise CommandError("Seconds must be between 0 and 600.", returncode=2)
        if not 0 <= options["older_than"] <= 36500 or not 1 <= options["at_once"] <= 50:
            raise CommandError(
                "Days must be between 0 and 36500, hosts at once between 1 and 50.", returncode=2
            )
        place = Path(options["report"]).resolve()
        if options["report"] and (place.is_dir() or not place.parent.is_dir()):
            raise CommandError(f"The report cannot be written to {options['report']}.", returncode=2)

    def sources_to_check(self, options: Options) -> SourceQuerySet:
        """The sources to check. Refuses keys that no source has."""
        keys = options["keys"]
        known = set(Source.objects.filter(key__in=keys).values_list("key", flat=True))
        if unknown := sorted(set(keys) - known):
            raise CommandError(f"There is no source {', '.join(unknown)}.", returncode=2)
        if keys:
            return Source.objects.filter(key__in=keys).to_check()
        before = None if options["all"] else timezone.now() - timedelta(days=options["older_than"])
        return Source.objects.to_check(before)

    def check_urls(self, addresses: Sequence[tuple[int, str]], options: Options) -> bool:
        """Stores each result as it arrives; False if interrupted."""
        checker = UrlChecker(options["timeout"], HostRateLimit(options["pause"]), options["allow_private"])
        self.began = time.monotonic()
        try:
            for done, ((source, url), answer) in enumerate(
                answers(addresses, checker.check, options["at_once"]), 1
            ):
                if check := LinkCheck.objects.keep(source, url, answer):
                    self.take(check)
                self.show(done, len(addresses))
        except KeyboardInterrupt:
            return False
        return True

    def take(self, check: LinkCheck) -> None:
        about = {
            "key": self.keys[check.source_id],
            "url": check.url,
            "status": check.status,
            "outcome": check.outcome,
        }
        self.found.append(
            {**about, "reason": check.reason, "failures": check.failures, "dead": check.is_dead}
        )

    def show(self, done: int, total: int) -> None:
        """Shows the progress on a terminal."""
        if self.stderr.isatty():
            left = (time.monotonic() - self.began) * (total - done) / done
            self.stderr.write(
                f"\r{done} of {total} URLs, {left:.0f} s left   ", ending="" if done < total else "\n"
            )

    def counts(self) -> dict[str, int]:
        outcomes = Counter(one["outcome"] for one in self.found)
        return {
            "asked": len(self.found),
            **{outcome: outcomes[outcome] for outcome in LinkCheck.Outcome.values},
            "dead": sum(one["dead"] for one in self.found),
            "not_asked": self.left,
        }

    def say(self, is_whole: bool) -> None:
        for one in self.found:
            if one["failures"]:
                why = one["status"] or one["reason"]
                self.stdout.write(
                    f"{one['key']}: {one['outcome']} ({why}), failure {one['failures']}: {one['url']}"
                )
        counts = self.counts()
        if counts["asked"] > 1 and counts["asked"] == counts["unreachable"]:
            self.stderr.write(
                "None of the URLs could be reached. Check the network connection of this machine."
            )
        said = ", ".join(f"{counts[outcome]} {outcome}" for outcome in LinkCheck.Outcome.values)
        self.stdout.write(
            f"{'checked' if is_whole else 'interrupted'}; {counts['asked']} URLs: {said};"
            f" {counts['dead']} dead, {counts['not_asked']} sources not checked"
        )
