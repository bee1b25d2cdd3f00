"""The command `doctor`: what is wrong with this instance, and how to mend it."""

from __future__ import annotations

from collections.abc import Sequence

import click
from flask.cli import with_appcontext
from flask_babel import force_locale
from flask_babel import gettext as _

from participation.desk.doctor import Finding, State, examine, is_well
from participation.kernel.verdict import N_
from participation.web.console import emit, json_option
from participation.web.locale import LANGUAGES

STATE_WORDS = {State.OK: N_("正常"), State.WARN: N_("留意"), State.FAIL: N_("故障")}
MEND = N_("办法：")


@click.command("doctor")
@json_option
@with_appcontext
@click.pass_context
def doctor(context: click.Context, json_mode: bool) -> None:
    """Check settings, database, worker and surroundings; exit 1 where something fails."""
    findings = examine()
    emit(json_mode, _data(findings), "\n".join(_lines(findings)))
    context.exit(0 if is_well(findings) else 1)


def _data(findings: Sequence[Finding]) -> dict[str, object]:
    return {
        "ok": is_well(findings),
        "checks": [
            {
                "name": each.name,
                "state": each.state.value,
                "message": _said(each.message, each),
                "mend": _said(each.mend, each),
            }
            for each in findings
        ],
    }


def _said(words: str, finding: Finding) -> str:
    return str(_(words, **finding.params)) if words else ""


def _lines(findings: Sequence[Finding]) -> list[str]:
    """For people: Chinese first, below it English wherever the catalogue has it."""
    lines: list[str] = []
    for each in findings:
        chinese = _told(each)
        with force_locale(LANGUAGES["en"]):
            english = _told(each)
        lines += chinese
        lines += [f"    {line.strip()}" for line in english if line not in chinese]
    bad = sum(each.state is State.FAIL for each in findings)
    odd = sum(each.state is State.WARN for each in findings)
    return [*lines, "", _("%(bad)s 项故障，%(odd)s 项留意。", bad=bad, odd=odd)]


def _told(finding: Finding) -> list[str]:
    words = _(STATE_WORDS[finding.state])
    lines = [f"[{words}] {finding.name}  {_said(finding.message, finding)}"]
    if finding.mend:
        lines.append(f"    {_(MEND)}{_said(finding.mend, finding)}")
    return lines


commands = [doctor]
