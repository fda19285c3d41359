"""The tables: places, sources, citations, and the record types with their rules and query sets.

Imports only values, text and search; everything above may import it.
"""

from .agreements import Agreement
from .citations import Citation
from .forums import EventType, Forum, ForumSeries
from .imports import ImportBatch, ImportLine, KeptFile
from .key_history import FormerKey
from .link_checks import LinkCheck
from .links import LinkKind, RecordLink
from .organizations import Organization
from .participations import Participation, Role
from .people import Person
from .places import Place
from .records import Record
from .sources import Source
from .states import State
from .statistics import Indicator, Observation, Unit
from .topics import Topic
from .versions import Version
from .visits import Visit

__all__ = [
    "Agreement",
    "Citation",
    "EventType",
    "FormerKey",
    "Forum",
    "ForumSeries",
    "ImportBatch",
    "ImportLine",
    "Indicator",
    "KeptFile",
    "LinkCheck",
    "LinkKind",
    "Observation",
    "Organization",
    "Participation",
    "Person",
    "Place",
    "Record",
    "RecordLink",
    "Role",
    "Source",
    "State",
    "Topic",
    "Unit",
    "Version",
    "Visit",
]
