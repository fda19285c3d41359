from .agreements import Agreement
from .forums import EventType, Forum, ForumSeries
from .imports import ImportBatch, ImportLine, KeptFile, Version
from .organizations import Organization
from .participations import LinkKind, Participation, RecordLink, Role
from .people import Person
from .places import Place
from .querysets import State
from .records import Record
from .sources import Citation, Source
from .statistics import Indicator, Observation, Unit
from .topics import Topic
from .visits import Visit

__all__ = [
    "Agreement", "Citation", "EventType", "Forum", "ForumSeries", "ImportBatch", "ImportLine", "Indicator", "KeptFile", "LinkKind", "Observation", "Organization",
    "Participation", "Person", "Place", "Record", "RecordLink", "Role", "Source", "State", "Topic", "Unit", "Version", "Visit",
]  # fmt: skip
