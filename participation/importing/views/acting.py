"""The buttons of an import: begin or go on, stop, let go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from participation.consultations.rules import may_see_desk
from participation.importing import operations
from participation.importing.views.entrance import DESK, bp, entered_import, to_import
from participation.kernel.db import transaction
from participation.kernel.errors import Refused
from participation.web.access import current_actor, guarded
from participation.web.filters import sentence
from participation.web.forms import Form


@bp.post(f"{DESK}/<int:import_id>/start")
@guarded(may_see_desk)
def start(slug: str, import_id: int) -> Any:
    """Enter the rows, from the beginning or from where it was stopped."""
    return _pressed(slug, import_id, operations.start_import, _("已开始导入，可以离开这一页。"))


@bp.post(f"{DESK}/<int:import_id>/stop")
@guarded(may_see_desk)
def stop(slug: str, import_id: int) -> Any:
    """Stop after the piece that is being entered."""
    return _pressed(slug, import_id, operations.stop_import, _("已停下，导入的都保留。"))


@bp.post(f"{DESK}/<int:import_id>/drop")
@guarded(may_see_desk)
def drop(slug: str, import_id: int) -> Any:
    """Let go of the table."""
    return _pressed(slug, import_id, operations.drop_import, _("表格已删除。"))


def _pressed(slug: str, import_id: int, act: Callable[..., Any], message: str) -> Any:
    entered_import(slug, import_id)
    if not Form().validate_on_submit():
        return to_import(slug, import_id, _("请再试一次。"), "error")
    try:
        with transaction():
            act(current_actor(), slug, import_id)
    except Refused as error:
        return to_import(slug, import_id, sentence(error), "error")
    return to_import(slug, import_id, message)
