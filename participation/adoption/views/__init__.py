"""The staff pages of a result: the unsorted pile, the points with their answers, the versions."""

from participation.adoption.views import pile, points, publishing
from participation.adoption.views.entrance import bp

__all__ = ["bp", "pile", "points", "publishing"]
