"""What happens by itself: is the worker there, has anything been given up or held back."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app
from sqlalchemy import func, select

from participation.accounts.queries import has_administrator
from participation.adoption.queries import refusals
from participation.audit.queries import has_unsequenced, newest_head
from participation.comments.queries import many_reveals
from participation.comments.rules import MOST_REVEALS
from participation.consultations.place import working_calendar, zone
from participation.desk.doctor.finding import Finding, fail, ok, warn
from participation.inquiries.queries import overdue_anywhere
from participation.kernel import clock, readonly
from participation.kernel.db import db
from participation.kernel.jobs import WORKER_ALIVE, Job, JobState, last_sign
from participation.kernel.verdict import N_
from participation.rulebook.days import local

LATE = timedelta(minutes=5)
AUDIT_LATE = timedelta(hours=2)
NOTICE_MONTH = 11
"""The State Council's notice on the next year's holidays comes in October or November."""


def worker() -> Finding:
    """Somebody publishes bulletins and summaries and sends the mails."""
    seen = last_sign()
    mend = N_(
        "启动 python app.py（设置 worker 不要关），"
        "或者另外运行 flask --app app worker，并设为开机自启。"
    )
    if seen is None:
        return fail(N_("后台任务从未运行过，到期的公报和采纳情况不会公布。"), mend)
    minutes = int((clock.now() - seen).total_seconds() // 60)
    if clock.now() - seen > WORKER_ALIVE:
        return fail(
            N_("后台任务已有 %(minutes)s 分钟没有运行，到期的公报和采纳情况不会公布。"),
            mend,
            minutes=minutes,
        )
    return ok(N_("后台任务在运行。"))


def dead_jobs() -> Finding:
    """Nothing was tried in vain and given up."""
    query = (
        select(Job.kind, func.count().label("number"))
        .where(Job.state == JobState.DEAD)
        .group_by(Job.kind)
    )
    rows = db.session.execute(query.order_by(Job.kind)).all()
    found = {row.kind: row.number for row in rows}
    if not found:
        return ok(N_("没有停止的后台任务。"))
    last = db.session.scalar(
        select(Job.last_error).where(Job.state == JobState.DEAD).order_by(Job.id.desc()).limit(1)
    )
    return fail(
        N_("%(count)s 个后台任务多次失败后停止（%(kinds)s）。最近的原因：%(error)s"),
        N_("排除原因后，管理员在工作台上按“全部重新安排”。"),
        count=sum(found.values()),
        kinds="，".join(f"{kind} × {count}" for kind, count in found.items()),
        error=last or "—",
    )


def late_jobs() -> Finding:
    """What is due is done within minutes."""
    late = db.session.scalar(
        select(func.count()).where(Job.state == JobState.READY, Job.run_at < clock.now() - LATE)
    )
    if late:
        return warn(
            N_("%(count)s 个后台任务到期超过 5 分钟还没有做。"),
            N_("检查后台任务是否在运行；积压很多时再开一个 flask --app app worker。"),
            count=late,
        )
    return ok(N_("到期的后台任务都已做完。"))


def read_only() -> Finding:
    """Opinions are taken in: nobody has forgotten to end a maintenance."""
    mode = readonly.ask(db.session())
    if mode is None:
        return ok(N_("可以读写。"))
    if mode.cause is readonly.Cause.DISK:
        return fail(
            N_("磁盘空间低于 least_free_bytes，现在只能查看，不接收意见。"),
            N_("清理磁盘，或者把数据目录移到更大的盘上；空间够了自动恢复。"),
        )
    return warn(
        N_("系统处于只读维护，不接收意见（原因：%(reason)s）。"),
        N_("维护结束后运行 flask --app app upkeep read-only off。"),
        reason=mode.reason or "—",
    )


def audit() -> Finding:
    """The audit's log goes on, and its heads are kept where the database's owner cannot reach."""
    head = newest_head()
    if head is None or (has_unsequenced() and clock.now() - head.signed_at > AUDIT_LATE):
        return warn(
            N_("操作记录近两小时没有签名，被人改动不会马上看出来。"),
            N_("检查后台任务是否在运行；可以用 flask --app app audit head 立即签名。"),
        )
    if not current_app.config["SETTINGS"].audit_mail:
        return warn(
            N_("操作记录的签名只保存在本系统里，能改数据库的人可以连签名一起重做。"),
            N_("把 audit_mail 设为本系统以外的一个邮箱，每天寄一份签名。"),
        )
    return ok(N_("操作记录有签名，每天寄出。"))


def publications() -> Finding:
    """No publication is held back because its figures do not add up."""
    found = refusals()
    if not found:
        return ok(N_("没有受阻的公布。"))
    return fail(
        N_("%(count)s 项公布因数字对不上而受阻（%(slugs)s）：%(reason)s"),
        N_("不要手工改数。核对最近的备份和办理记录，找出多出或缺少的意见；相符以后自动公布。"),
        count=len(found),
        slugs="，".join(sorted({each.slug for each in found})),
        reason=found[0].verdict.reason % dict(found[0].verdict.params),
    )


def administrator() -> Finding:
    """Somebody can make accounts."""
    if has_administrator():
        return ok(N_("有在用的管理员。"))
    return warn(
        N_("没有在用的管理员，没有人能建立部门和账号。"),
        N_("运行 flask --app app accounts setup-link，在 24 小时内打开它给出的链接。"),
    )


def reveals() -> Finding:
    """Nobody is shown contacts by the dozen."""
    found = many_reveals(clock.now())
    if not found:
        return ok(N_("没有人集中查看联系方式。"))
    return warn(
        N_("%(names)s 一小时内查看联系方式超过 %(most)s 次。"),
        N_("向本人核实用途；不能说明的，停用账号并报告。理由逐条记在各事项的办理记录里。"),
        names="、".join(each.name for each in found),
        most=MOST_REVEALS,
    )


def questions() -> Finding:
    """People's questions are answered in time; months of silence cost a government site its name.

    国办秘函〔2019〕19号: a message unanswered for three months fails the site (shared rules, G2).
    """
    late = overdue_anywhere(clock.now())
    if not late:
        return ok(N_("没有逾期未答复的群众提问。"))
    return warn(
        N_("%(count)s 个群众提问逾期没有答复。"),
        N_("请各部门经办人在工作台“群众提问”里答复；超过三个月不答复的，政府网站检查单项否决。"),
        count=late,
    )


def calendar() -> Finding:
    """Working days are counted by the official list, not by an estimate."""
    known, today = working_calendar(), local(clock.now(), zone()).date()
    wanted = [today.year]
    if today.month >= NOTICE_MONTH:
        wanted.append(today.year + 1)
    missing = [year for year in wanted if not known.is_announced(year)]
    if missing:
        return warn(
            N_("没有 %(years)s 年的放假安排，涉及的期限只是暂定。"),
            N_(
                "国务院办公厅公布放假通知后，升级 holidays（pip install -U holidays），"
                "或者在 config.toml 的 [calendar] 里填写这一年的放假和调休日。"
            ),
            years="、".join(map(str, missing)),
        )
    return ok(N_("%(years)s 年的放假安排已知。"), years="、".join(map(str, wanted)))
