from .agreements import Agreement
from .citations import Citation
from .former_keys import FormerKey
from .forums import EventType, Forum, ForumSeries
from .imports import ImportBatch, ImportLine, KeptFile, Version
from .link_checks import LinkCheck
from .organizations import Organization
from .participations import LinkKind, Participation, RecordLink, Role
from .people import Person
from .places import Place
from .records import Record
from .sources import Source
from .states import State
from .statistics import Indicator, Observation, Unit
from .topics import Topic
from .visits import Visit

__all__ = [
    "Agreement", "Citation", "EventType", "FormerKey", "Forum", "ForumSeries", "ImportBatch", "ImportLine", "Indicator", "KeptFile", "LinkCheck", "LinkKind", "Observation", "Organization",
    "Participation", "Person", "Place", "Record", "RecordLink", "Role", "Source", "State", "Topic", "Unit", "Version", "Visit",
]  # fmt: skip
