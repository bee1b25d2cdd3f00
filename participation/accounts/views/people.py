"""The administrator's pages of people: the list, a new account, an account and its password."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from participation.accounts import operations, passwords, queries, rules
from participation.accounts.forms import NewUserForm, UserForm
from participation.accounts.views.blueprint import bp
from participation.kernel import clock
from participation.kernel.actor import Role
from participation.kernel.db import transaction
from participation.kernel.errors import NotFound, Refused
from participation.kernel.paging import parse_cursor
from participation.web.access import current_actor, guarded


@bp.get("/desk/people")
@guarded(rules.may_administer)
def people() -> Any:
    """Staff, or citizens where asked for, the newest first."""
    asked = request.args
    role = Role(asked["role"]) if asked.get("role") in list(rules.ROLE_WORDS) else None
    place = asked.get("department", type=int)
    words = asked.get("words", "")[: rules.LONGEST_NAME]
    after = parse_cursor(asked.get("after"))
    found = queries.users(after, role=role, department_id=place, words=words)
    return render_template(
        "accounts/people.html",
        found=found,
        departments=queries.all_departments(),
        role_words=rules.ROLE_WORDS,
        role=role,
        department_id=place,
        words=words,
        is_first=after is None,
        now=clock.now(),
    )


@bp.route("/desk/people/new", methods=["GET", "POST"])
@guarded(rules.may_administer)
def new_user() -> Any:
    """Make an account; its one-time password is the answer itself and is never shown again."""
    form = NewUserForm()
    departments = queries.all_departments()
    form.offer(departments)
    if form.validate_on_submit():
        password = passwords.one_time()
        try:
            with transaction():
                user, _words = operations.create_user(
                    current_actor(),
                    form.username.data,
                    form.display_name.data,
                    form.chosen_role,
                    form.department_id.data,
                    password,
                )
            return _told_once(user.id, password.words, is_new=True)
        except Refused as error:
            form.refuse(error)
    page = render_template("accounts/new_user.html", form=form, departments=departments)
    return page, 422 if form.errors else 200


@bp.route("/desk/people/<int:user_id>", methods=["GET", "POST"])
@guarded(rules.may_administer)
def user(user_id: int) -> Any:
    """Somebody's account: what it is, what may be changed."""
    person = queries.user_by_id(user_id)
    form = UserForm(
        display_name=person.display_name, role=person.role.value, department_id=person.department_id
    )
    form.offer(queries.all_departments(), citizens=True)
    if form.validate_on_submit():
        try:
            with transaction():
                operations.update_user(
                    current_actor(),
                    user_id,
                    form.display_name.data,
                    form.chosen_role,
                    form.department_id.data,
                )
            flash(_("账号已改，从对方的下一次操作起生效。"))
            return redirect(url_for("accounts.user", user_id=user_id), code=303)
        except Refused as error:
            form.refuse(error)
    page = render_template(
        "accounts/user.html",
        form=form,
        person=queries.user_by_id(user_id),
        has_factor=queries.has_factor(user_id),
        role_words=rules.ROLE_WORDS,
        now=clock.now(),
    )
    return page, 422 if form.errors else 200


@bp.post("/desk/people/<int:user_id>/password")
@guarded(rules.may_administer)
def reset_password(user_id: int) -> Any:
    """Replace a password by a one-time one, shown in this answer only."""
    password = passwords.one_time()
    with transaction():
        operations.reset_password(current_actor(), user_id, password)
    return _told_once(user_id, password.words, is_new=False)


@bp.post("/desk/people/<int:user_id>/state")
@guarded(rules.may_administer)
def set_state(user_id: int) -> Any:
    """Stop an account, or let it sign in again."""
    acts = {"deactivate": operations.deactivate_user, "reactivate": operations.reactivate_user}
    act = acts.get(request.form.get("action", ""))
    if act is None:
        raise NotFound
    with transaction():
        is_active = act(current_actor(), user_id).is_active
    flash(_("账号已恢复。") if is_active else _("账号已停用，对方的登录已退出。"))
    return redirect(url_for("accounts.user", user_id=user_id), code=303)


def _told_once(user_id: int, words: str, *, is_new: bool) -> Any:
    # No redirect: what is told once is in no address, no cookie and no cache.
    page = render_template(
        "accounts/one_time_password.html",
        person=queries.user_by_id(user_id),
        words=words,
        is_new=is_new,
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response
