"""The pages of surveys: answering and results for everybody, preparing for staff."""

from participation.surveys.views import answering, own, preparing
from participation.surveys.views.entrance import bp

__all__ = ["answering", "bp", "own", "preparing"]
