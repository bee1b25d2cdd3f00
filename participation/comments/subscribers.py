"""Reactions of opinions to the procedure: contacts are forgotten some time after the result."""

from __future__ import annotations

from datetime import timedelta

from participation.consultations.events import ConsultationSealed
from participation.kernel import clock, jobs
from participation.kernel.events import subscribe
from participation.rulebook.statutes import rule


@subscribe(ConsultationSealed)
def plan_to_forget(event: ConsultationSealed) -> None:
    """Keep the promise of the personal-information notice (rule R1) from the first version on."""
    assert event.consultation_id is not None
    jobs.enqueue(
        "comments.forget_contacts",
        {"consultation_id": event.consultation_id},
        run_at=clock.now() + timedelta(days=rule("R1").numbers["days"]),
        unique_key=f"forget:{event.consultation_id}",
    )
