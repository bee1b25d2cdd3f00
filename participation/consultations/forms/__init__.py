"""The forms of the procedure: what is filled in, and how local days and hours become instants."""

from participation.consultations.forms.acts import (
    ActForm,
    DraftForm,
    ExplainForm,
    ExtendForm,
    PublishForm,
    ReviewForm,
)
from participation.consultations.forms.matter import ConsultationForm, filled_in
from participation.consultations.forms.package import (
    DecisionForm,
    DocumentForm,
    InterpretationForm,
    RemovalForm,
    decided,
    interpreted,
)
from participation.consultations.forms.parts import (
    closing_instant,
    closing_values,
    opening_instant,
)

__all__ = [
    "ActForm",
    "ConsultationForm",
    "DecisionForm",
    "DocumentForm",
    "DraftForm",
    "ExplainForm",
    "ExtendForm",
    "InterpretationForm",
    "PublishForm",
    "RemovalForm",
    "ReviewForm",
    "closing_instant",
    "closing_values",
    "decided",
    "filled_in",
    "interpreted",
    "opening_instant",
]
