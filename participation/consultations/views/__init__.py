"""The staff pages of the procedure."""

from flask import Flask

from participation.config import BadSettings
from participation.consultations.asked import pairs
from participation.consultations.place import read_calendar
from participation.consultations.views import (
    answering,
    deciding,
    drafts,
    editing,
    interpreting,
    matter,
    publishing,
    reviewing,
    supplying,
)
from participation.consultations.views.entrance import bp

__all__ = [
    "answering",
    "bp",
    "connect",
    "deciding",
    "drafts",
    "editing",
    "interpreting",
    "matter",
    "publishing",
    "reviewing",
    "supplying",
]


def connect(app: Flask) -> None:
    """Build the working calendar from the settings, once; an unreadable one stops the start."""
    app.jinja_env.filters["asked"] = pairs
    try:
        app.extensions["working_calendar"] = read_calendar(app.config["SETTINGS"].calendar)
    except (ValueError, TypeError) as error:
        raise BadSettings(f"calendar: {error}") from error
