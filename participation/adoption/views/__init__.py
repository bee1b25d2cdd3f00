"""The staff pages of a result: the pile, what many sent, the points, the versions."""

from participation.adoption.views import campaigns, pile, points, publishing
from participation.adoption.views.entrance import bp

__all__ = ["bp", "campaigns", "pile", "points", "publishing"]
