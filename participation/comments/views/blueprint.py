"""The blueprint of the pages of opinions."""

from flask import Blueprint

bp = Blueprint("comments", __name__)
