"""Staff pages of the procedure."""

from flask import Blueprint, Flask
from participation.config import BadSettings
from participation.consultations.place import read_calendar

bp = Blueprint("consultations", __name__, url_prefix="/desk/consultations")


def connect(app: Flask) -> None:
    """Build the working calendar from the settings, once."""
    try:
        app.extensions["working_calendar"] = read_calendar(app.config["SETTINGS"].calendar)
    except (ValueError, TypeError) as error:
        raise BadSettings(f"calendar: {error}") from error
