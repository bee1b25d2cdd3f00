"""The steps of the procedure, from a new consultation to its sealed summary."""

from participation.consultations.operations.drafting import (
    accept_draft,
    read_draft,
    withhold_clauses,
)
from participation.consultations.operations.preparing import (
    ConsultationFields,
    create_consultation,
    edit_consultation,
)
from participation.consultations.operations.publishing import (
    extend_window,
    mark_sealed,
    publish,
    touch,
    touch_id,
)
from participation.consultations.operations.reviewing import (
    Findings,
    recall,
    request_review,
    review,
)

__all__ = [
    "ConsultationFields",
    "Findings",
    "accept_draft",
    "create_consultation",
    "edit_consultation",
    "extend_window",
    "mark_sealed",
    "publish",
    "read_draft",
    "recall",
    "request_review",
    "review",
    "touch",
    "touch_id",
    "withhold_clauses",
]
