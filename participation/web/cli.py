"""The command `worker`: runs what is due, apart from the web server."""

from __future__ import annotations

import signal
from types import FrameType

import click
from flask import current_app

from participation.kernel import jobs
from participation.kernel.db import db
from participation.kernel.schema import ensure_schema
from participation.kernel.sealing import unknown_keys


@click.command("worker")
@click.option("--once", is_flag=True, help="Run what is due now, then end.")
def worker(once: bool) -> None:
    """Run the jobs that are due, until stopped (Ctrl-C, SIGTERM)."""
    ensure_schema()
    _check_keys()
    if once:
        jobs.sign_of_life()
        jobs.make_rounds(now=True)
        click.echo(f"{jobs.run_due(limit=10_000)}")
        return
    queue = current_app.extensions["queue"]

    def end(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    queue.start()
    click.echo("worker ready")
    try:
        queue.wait()
    except KeyboardInterrupt:
        pass
    finally:
        queue.stop()


def _check_keys() -> None:
    unknown = unknown_keys()
    db.session.rollback()
    if unknown:
        raise click.ClickException(
            f"{unknown.total()} values are sealed by a key that is not in encryption_key "
            f"({', '.join(sorted(unknown))}) / 加密值的密钥不在设置 encryption_key 里"
        )


commands = [worker]
