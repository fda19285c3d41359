"""Export of figures as SDMX-CSV 2.0 for statistical software, streamed from the stored rows in one query."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from zlib import crc32

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from relations.catalog import BY_SLUG
from relations.queries.record_query import RecordQuery
from relations.rows.public import public_names, public_rows
from relations.text.cell_syntax import guarded
from relations.values.period import Period
from relations.writers.file_names import file_name
from relations.writers.formats import LINES, PassThrough

from .parameters import openapi_parameters, refuse_errors
from .views import Api

STRUCTURE = ("dataflow", "RUCA:OBSERVATIONS(2.0.0)", "I")
#: "not applicable" in every code list of SDMX
NOT_APPLICABLE = "_Z"
QUARTERS = {"33": "Q1", "34": "Q2", "35": "Q3", "36": "Q4", "40": "S1", "41": "S2"}
POINT = re.compile(r"(\d{4})(?:-(\d\d))?(?:-\d\d)?")


def time_period(period: Period) -> str:
    """The period in the notation of SDMX, never more precise than it is; "" where SDMX has none, as for an open end."""
    plain = period.text.rstrip("~?%")
    match = POINT.fullmatch(plain)
    if match and match[2] in QUARTERS:
        return f"{match[1]}-{QUARTERS[match[2]]}"
    if match and (not match[2] or int(match[2]) <= 12):
        return plain
    if period.first_day and period.last_day:
        return f"{period.first_day}/P{(period.last_day - period.first_day).days + 1}D"
    return ""


def definition_code(text: str) -> str:
    """A code of a definition in words, the same for the same words; codes of SDMX contain no blanks."""
    return f"D{crc32(text.encode()):08X}" if text else NOT_APPLICABLE


#: heading → what a row of the register's own files gives for it
DIMENSIONS = {
    "REF_AREA": lambda row: row["area"] or NOT_APPLICABLE,
    "COUNTERPART_AREA": lambda row: row["counterpart"] or NOT_APPLICABLE,
    "ABOUT": lambda row: row["about"].replace(":", "@") or NOT_APPLICABLE,
    "DEFINITION": lambda row: definition_code(row["definition_en"] or row["definition_ru"]),
    "INDICATOR": lambda row: row["indicator"],
    "MEASURE": lambda row: row["measure"],
    "RECORD": lambda row: row["key"],  # sources that differ about one figure are several observations
    "TIME_PERIOD": lambda row: time_period(Period.parse(row["period"])),
}
#: how SDMX-CSV writes an observation without a number
NO_NUMBER = "NaN"
VALUES = {
    "OBS_VALUE": "value",
    "OBS_VALUE_TO": "value_to",
    "UNIT_MEASURE": "unit",
    "UNIT_MULT": "unit_mult",
    "OBS_STATUS": "obs_status",
    "QUALIFIER": "qualifier",
    "DIRECTION": "direction",
    "OBS_RANK": "rank",
    "TIME_PERIOD_EDTF": "period",
    "SOURCE": "source",
    "DEFINITION_RU": "definition_ru",
    "DEFINITION_EN": "definition_en",
    "WORDING_RU": "wording_ru",
    "WORDING_EN": "wording_en",
    "COMMENT_OBS_RU": "comment_ru",
    "COMMENT_OBS_EN": "comment_en",
}
HEADER = ("STRUCTURE", "STRUCTURE_ID", "ACTION", *DIMENSIONS, *VALUES)


def lines(names: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """The file, some lines at a time."""
    writer, kept = csv.writer(PassThrough), []
    kept.append(writer.writerow(HEADER))
    for cells in rows:
        row = dict(zip(names, cells, strict=True))
        row["value"] = row["value"] or NO_NUMBER
        own = [*(make(row) for make in DIMENSIONS.values()), *(row[name] for name in VALUES.values())]
        kept.append(writer.writerow([*STRUCTURE, *map(guarded, own)]))
        if len(kept) == LINES:
            yield "".join(kept).encode()
            kept = []
    yield "".join(kept).encode()


class SdmxCsv(Api):
    """The figures that the list of statistics finds for the same parameters, as SDMX-CSV 2.0."""

    record_type = BY_SLUG["statistics"]

    @extend_schema(operation_id="statistics_csv", responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, request: Request) -> StreamingHttpResponse:
        query = RecordQuery(self.record_type.slug, request.query_params)
        refuse_errors(query.parameter_errors)
        resource = self.record_type.resource
        body = lines(public_names(resource), public_rows(resource, query.results[self.record_type]))
        answer = StreamingHttpResponse(body, content_type="text/csv; charset=utf-8")
        name = file_name(self.record_type.slug, "sdmx.csv", query.given)
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    def known_parameters(self) -> tuple[str, ...]:
        return (*self.record_type.filterset.base_filters, "lang")

    def documented_parameters(self) -> list[OpenApiParameter]:
        return openapi_parameters(self.record_type.filterset)
