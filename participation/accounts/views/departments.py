"""The administrator's pages of the department tree."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from participation.accounts import operations, queries
from participation.accounts.forms import DepartmentForm
from participation.accounts.rules import may_administer
from participation.accounts.views.blueprint import bp
from participation.kernel.db import transaction
from participation.kernel.errors import Refused
from participation.web.access import current_actor, guarded


@bp.route("/desk/departments", methods=["GET", "POST"])
@guarded(may_administer)
def departments() -> Any:
    """The tree, and a form for one more."""
    tree = queries.all_departments()
    form = DepartmentForm()
    form.offer(tree)
    if form.validate_on_submit():
        try:
            with transaction():
                operations.create_department(current_actor(), form.name.data, form.parent_id.data)
            flash(_("部门“%(name)s”已建立。", name=form.name.data))
            return redirect(url_for("accounts.departments"), code=303)
        except Refused as error:
            form.refuse(error)
    page = render_template(
        "accounts/departments.html", form=form, tree=tree, people=queries.people_of_departments()
    )
    return page, 422 if form.errors else 200


@bp.route("/desk/departments/<int:department_id>", methods=["GET", "POST"])
@guarded(may_administer)
def department(department_id: int) -> Any:
    """Rename a department or move it."""
    place = queries.department_by_id(department_id)
    below = queries.departments_below(department_id)
    form = DepartmentForm(name=place.name, parent_id=place.parent_id)
    form.offer([branch for branch in queries.all_departments() if branch.id not in below])
    if form.validate_on_submit():
        try:
            with transaction():
                operations.change_department(
                    current_actor(), department_id, form.name.data, form.parent_id.data
                )
            flash(_("部门已改。"))
            return redirect(url_for("accounts.departments"), code=303)
        except Refused as error:
            form.refuse(error)
    name = queries.department_by_id(department_id).name
    page = render_template("accounts/department.html", form=form, name=name)
    return page, 422 if form.errors else 200
