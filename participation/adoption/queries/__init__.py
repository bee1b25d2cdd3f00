"""Reading the result: what the public sees of it, and the state it is being worked on in."""

from participation.adoption.document import PointView
from participation.adoption.queries.checks import Warned, warnings_of
from participation.adoption.queries.figures import (
    Refusal,
    agreement,
    counted_figures,
    due_of,
    holds_of,
    kept_figures,
    refusals,
)
from participation.adoption.queries.points import live_points, unsorted_numbers
from participation.adoption.queries.result import (
    Result,
    bulletin,
    bulletin_mismatch,
    public_result,
)
from participation.adoption.queries.versions import (
    Version,
    document_of,
    latest_summary,
    point_of,
    versions,
)
from participation.adoption.queries.working import (
    OpinionRow,
    PointRow,
    Working,
    clause_choices,
    members_of,
    point_by_number,
    point_choices,
    points,
    unsorted,
    unsorted_campaigns,
    unsorted_of_campaigns,
    working,
)

__all__ = [
    "OpinionRow",
    "PointRow",
    "PointView",
    "Refusal",
    "Result",
    "Version",
    "Warned",
    "Working",
    "agreement",
    "bulletin",
    "bulletin_mismatch",
    "clause_choices",
    "counted_figures",
    "document_of",
    "due_of",
    "holds_of",
    "kept_figures",
    "latest_summary",
    "live_points",
    "members_of",
    "point_by_number",
    "point_choices",
    "point_of",
    "points",
    "public_result",
    "refusals",
    "unsorted",
    "unsorted_campaigns",
    "unsorted_numbers",
    "unsorted_of_campaigns",
    "versions",
    "warnings_of",
    "working",
]
