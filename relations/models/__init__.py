"""The tables: places, sources, citations, and the record types with their rules and query sets.

Imports only values, text and search; everything above may import it.
"""

from . import lookups as lookups
from .agreements import Agreement as Agreement
from .citation_checks import CitationCheck as CitationCheck
from .citations import Citation as Citation
from .country_limits import CountryLimit as CountryLimit
from .data_changes import DataChange as DataChange
from .forums import EventType as EventType
from .forums import Forum as Forum
from .forums import ForumSeries as ForumSeries
from .heartbeats import WorkerHeartbeat as WorkerHeartbeat
from .id_reservations import IdReservation as IdReservation
from .imports import ImportBatch as ImportBatch
from .imports import ImportLine as ImportLine
from .imports import ImportRecipe as ImportRecipe
from .imports import KeptFile as KeptFile
from .key_history import FormerKey as FormerKey
from .link_checks import LinkCheck as LinkCheck
from .links import LinkKind as LinkKind
from .links import RecordLink as RecordLink
from .merges import Distinct as Distinct
from .merges import Merge as Merge
from .organizations import Organization as Organization
from .participations import Participation as Participation
from .participations import ParticipationStatus as ParticipationStatus
from .participations import Role as Role
from .people import Person as Person
from .places import Membership as Membership
from .places import Place as Place
from .projects import Project as Project
from .rechecks import Recheck as Recheck
from .records import BoundReason as BoundReason
from .records import Record as Record
from .reports import ErrorReport as ErrorReport
from .review_comments import FactCheck as FactCheck
from .review_comments import ReviewComment as ReviewComment
from .revisions import Approval as Approval
from .revisions import Revision as Revision
from .rule_exceptions import RuleException as RuleException
from .saved_filters import SavedFilter as SavedFilter
from .sources import Source as Source
from .stale_records import StaleRecords as StaleRecords
from .states import State as State
from .statistics import Indicator as Indicator
from .statistics import Observation as Observation
from .statistics import Unit as Unit
from .topics import Topic as Topic
from .traits import Trait as Trait
from .versions import Version as Version
from .visits import Visit as Visit
