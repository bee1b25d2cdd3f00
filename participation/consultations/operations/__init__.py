"""The steps of the procedure, from a new consultation to its sealed summary."""

from participation.consultations.operations.drafting import (
    accept_draft,
    read_draft,
    withhold_clauses,
)
from participation.consultations.operations.outages import (
    cancel_downtime,
    explain_outage,
    note_touched_windows,
    note_unavailable,
    plan_downtime,
    settle_downtime,
)
from participation.consultations.operations.preparing import (
    ConsultationFields,
    create_consultation,
    edit_consultation,
)
from participation.consultations.operations.publishing import (
    extend_window,
    mark_closed,
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
    "cancel_downtime",
    "create_consultation",
    "edit_consultation",
    "explain_outage",
    "extend_window",
    "mark_closed",
    "mark_sealed",
    "note_touched_windows",
    "note_unavailable",
    "plan_downtime",
    "publish",
    "read_draft",
    "recall",
    "request_review",
    "review",
    "settle_downtime",
    "touch",
    "touch_id",
    "withhold_clauses",
]
