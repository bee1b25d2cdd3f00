"""Pages that explain: how it works, what happens with personal data, accessibility."""

from __future__ import annotations

from flask import render_template

from participation.portal.views.entrance import bp
from participation.rulebook.privacy import personal_data_notice
from participation.web.access import public


@bp.get("/about")
@public
def about() -> str:
    """How taking part works, and by which clock a deadline is kept."""
    return render_template("portal/about.html")


@bp.get("/privacy")
@public
def privacy() -> str:
    """What happens with personal data."""
    return render_template("portal/privacy.html", notice=personal_data_notice())


@bp.get("/accessibility")
@public
def accessibility() -> str:
    """What was done so that everybody can use the site, and whom to tell where it fails."""
    return render_template("portal/accessibility.html")
