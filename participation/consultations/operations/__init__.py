"""The steps of the procedure, from a new consultation to its sealed summary."""

from participation.consultations.operations.deciding import DecisionFields, record_decision
from participation.consultations.operations.drafting import (
    accept_draft,
    read_draft,
    withhold_clauses,
)
from participation.consultations.operations.interpreting import (
    InterpretationFields,
    publish_interpretation,
    save_interpretation,
    withdraw_interpretation,
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
from participation.consultations.operations.supplying import add_document, remove_document

__all__ = [
    "ConsultationFields",
    "DecisionFields",
    "Findings",
    "InterpretationFields",
    "accept_draft",
    "add_document",
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
    "publish_interpretation",
    "read_draft",
    "recall",
    "record_decision",
    "remove_document",
    "request_review",
    "review",
    "save_interpretation",
    "settle_downtime",
    "touch",
    "touch_id",
    "withdraw_interpretation",
    "withhold_clauses",
]
