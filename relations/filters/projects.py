"""Filter set of projects."""

from django.utils.translation import gettext_lazy as _

from relations.models import Project

from .parameters import ColumnFilter
from .record_filters import RecordFilter


class ProjectFilter(RecordFilter):
    type = ColumnFilter("project_type", _("kind of project"), Project.ProjectType.choices)
    status = ColumnFilter("status", _("status"), Project.Status.choices)

    class Meta(RecordFilter.Meta):
        model = Project
        fields = ()
