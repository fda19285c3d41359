"""Settings of an installation whose translations are not compiled: a fresh clone."""

import os
from pathlib import Path

from config.settings import *  # noqa: F403

LOCALE_PATHS = [Path(os.environ["UNTRANSLATED"])]
