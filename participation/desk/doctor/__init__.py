"""The doctor: looks over settings, database and surroundings, and says how to mend them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from participation.desk.doctor import database, deployed, recording, running, setting, surroundings
from participation.desk.doctor.finding import Finding, State
from participation.kernel.db import db
from participation.kernel.verdict import N_

__all__ = ["CHECKS", "Finding", "State", "examine", "is_well"]

log = logging.getLogger(__name__)

Check = Callable[[], Finding]

CHECKS: dict[str, Check] = {
    "settings.secret_key": setting.secret_key,
    "settings.encryption_key": setting.encryption_key,
    "settings.public_url": setting.public_url,
    "settings.exposure": setting.exposure,
    "settings.debug": deployed.debug,
    "settings.cookies": deployed.cookies,
    "settings.signing_keys": deployed.signing_keys,
    "settings.proxies": deployed.proxies,
    "settings.demo": setting.demo,
    "settings.rate_limits": setting.rate_limits,
    "database.engine": database.engine,
    "database.durability": database.durability,
    "database.schema": database.schema,
    "database.integrity": database.integrity,
    "database.clock": database.clock_skew,
    "database.keys": database.sealed_keys,
    "storage": surroundings.storage_writable,
    "folder": surroundings.folder,
    "disk": surroundings.disk,
    "mail": surroundings.mail,
    "scanner": surroundings.scanning,
    "redis": surroundings.redis,
    "queue": surroundings.queue,
    "worker": running.worker,
    "submit_path": deployed.submit_path,
    "backup": deployed.backup,
    "read_only": running.read_only,
    "audit": running.audit,
    "jobs.dead": running.dead_jobs,
    "jobs.late": running.late_jobs,
    "publications": running.publications,
    "record": recording.heads,
    "reveals": running.reveals,
    "questions": running.questions,
    "administrator": running.administrator,
    "calendar": running.calendar,
}
"""The checks by their stable names, in the order they are told."""


def examine() -> list[Finding]:
    """Make every check; one that breaks is itself a finding, and the others still run."""
    return [_made(name, check) for name, check in CHECKS.items()]


def _made(name: str, check: Check) -> Finding:
    try:
        found = check()
    except Exception as error:
        log.debug("doctor: %s", name, exc_info=True)
        found = Finding(
            State.FAIL,
            N_("无法检查：%(error)s"),
            N_("先排除这个错误，再运行一次 doctor。"),
            {"error": f"{type(error).__name__}: {error}".split("\n")[0][:200]},
        )
    finally:
        db.session.rollback()
    return found.named(name)


def is_well(findings: Sequence[Finding]) -> bool:
    """Whether nothing has failed; warnings do not count."""
    return all(each.state is not State.FAIL for each in findings)
