"""The watch over a running site: quiet where all is right, one sentence where something is not."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from participation.kernel import clock
from participation.kernel.db import db, transaction
from participation.record import operations, queries
from participation.record.rules import Cause
from participation.record.verifier.command import main
from participation.record.verifier.monitor import Unreachable, visit
from tests.browser import chromium
from tests.conftest import NOON
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation
from tests.record.attacks import rewritten
from tests.record.reference import Record, a_record
from tests.record.serving import Site, served

STATE = "state.json"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """An honest site with a whole consultation; the state file is in an empty folder."""
    monkeypatch.chdir(tmp_path)
    with served(Site(a_record(24))) as honest:
        yield honest


def codes(site: Site) -> set[str]:
    """What a visit finds."""
    return {fault.code for fault in visit(site.url, STATE).faults}


def test_it_is_quiet_over_an_honest_site_that_goes_on(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        assert main(["monitor", site.url, "--state", STATE]) == 0
        assert capsys.readouterr().out.startswith("相符：")
    kept = Path(STATE).read_text()
    site.record.comment("又一份")
    site.record.rotate()
    assert codes(site) == set(), "leaves that no head covers yet are left alone"
    assert Path(STATE).read_text() == kept.replace(
        '"\n ]', f'",\n  "{site.record.signers[-1].key}"\n ]'
    )
    site.record.head()
    assert codes(site) == set()
    assert json.loads(Path(STATE).read_text())["head"] == site.record.heads[-1][1]


def test_what_arrives_and_is_decided_during_a_visit_is_no_fault(site: Site) -> None:
    def meanwhile() -> None:
        number = site.record.comment("刚刚收到")
        site.record.decide(number, number, "published")
        site.record.decide(12, 12, "withheld")
        site.record.remove(13)

    site.meanwhile = meanwhile
    assert codes(site) == set()
    site.record.head()
    assert codes(site) == set()


def _edit(site: Site) -> None:
    site.entries = site.record.entries()
    one = next(one for one in site.entries if one["state"] == "published")
    one["words"] = {**one["words"], "body": "完全赞成"}


def _drop_from_list(site: Site) -> None:
    site.entries = site.record.entries()[:-1]


def _drop_leaf(site: Site) -> None:
    leaves = list(site.record.leaves)
    site.leaves = leaves[:4] + leaves[5:]


def _hide(site: Site) -> None:
    site.entries = site.record.entries()
    one = next(one for one in site.entries if one["state"] == "published")
    one["state"] = "withheld"
    del one["words"], one["salt"]


def _swap(site: Site) -> None:
    site.entries = site.record.entries()
    one, other = [one for one in site.entries if one["state"] == "published"][-2:]
    one["words"], other["words"] = other["words"], one["words"]


def _append(site: Site) -> None:
    site.entries = [*site.record.entries(), {"number": 25, "index": 1, "state": "waiting"}]


@pytest.mark.parametrize(
    ("attack", "code"),
    [
        *((_edit, "words_differ"), (_drop_from_list, "entry_missing")),
        *((_drop_leaf, "leaves_missing"), (_hide, "state_differs")),
        *((_swap, "words_differ"), (_append, "entry_misplaced")),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_an_insiders_attack_is_an_alarm_again_and_again(
    site: Site,
    attack: Callable[[Site], None],
    code: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert codes(site) == set()
    kept = Path(STATE).read_text()
    attack(site)
    for _ in range(2):
        assert code in codes(site)
        assert Path(STATE).read_text() == kept
    assert main(["monitor", site.url, "--state", STATE]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("发现")
    assert any(" found wrong: " in line for line in said)


def test_rewritten_history_is_told_by_the_head_that_was_kept(site: Site) -> None:
    assert codes(site) == set()
    honest = site.record
    site.record = rewritten(honest, 9)
    assert codes(site) == {"forked"}, "of the same size"
    site.record.comment("续写")
    site.record.head()
    assert codes(site) >= {"forked", "inconsistent"}
    site.proof = [one.hex() for one in honest.tree.path(0, 0, 4)]
    assert codes(site) >= {"forked", "inconsistent"}
    Path(STATE).unlink()
    site.proof = None
    assert codes(site) == set(), "without what was kept nobody can tell: keep it"


def test_a_record_that_became_shorter_or_is_gone_is_an_alarm(site: Site) -> None:
    assert codes(site) == set()
    shorter = copy.deepcopy(site.record)
    del shorter.leaves[-1]
    shorter.heads[-1] = (len(shorter.leaves), "")
    shorter.resign()
    site.record = shorter
    assert "log_shrunk" in codes(site)
    site.record = Record()
    site.record.heads.clear()
    assert codes(site) == {"log_gone"}


def test_a_key_that_changes_without_a_rotation_is_an_alarm(site: Site) -> None:
    assert codes(site) == set()
    stranger = Record(77)
    site.keys = [stranger.signers[0].key, *(one.key for one in site.record.signers[1:])]
    assert codes(site) >= {"key_changed", "key_without_rotation"}
    site.keys = [*(one.key for one in site.record.signers), stranger.signers[0].key]
    assert codes(site) == {"key_without_rotation"}


def test_a_site_that_cannot_be_reached_is_no_alarm_and_no_assent(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    assert codes(site) == set()
    site.status = 503
    with pytest.raises(Unreachable):
        visit(site.url, STATE)
    assert main(["monitor", site.url, "--state", STATE, "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["code"] == "unchecked"
    assert main(["monitor", "http://127.0.0.1:9/consultations/x", "--state", "new.json"]) == 2
    assert main(["monitor", "file:///etc/passwd", "--state", "new.json"]) == 2
    site.status = 200
    Path(STATE).write_text("{")
    assert main(["monitor", site.url, "--state", STATE]) == 2
    assert not Path("new.json").exists()


def test_the_drill_finds_out_a_monitor_that_keeps_nothing(site: Site) -> None:
    assert codes(site) == set()
    site.record = rewritten(site.record, 9)
    Path(STATE).unlink()
    assert codes(site) == set(), "the broken twin: it sees no fork"


@pytest.fixture
def platform(app: Flask) -> Iterator[str]:
    """The platform on loopback; its address."""
    with chromium.served(app) as address:
        yield address


def test_it_watches_the_platform_itself(app: Flask, platform: str, tmp_path: Path) -> None:
    state = str(tmp_path / STATE)

    def sign(days: int) -> None:
        with clock.fixed(NOON + timedelta(days=days)), transaction():
            operations.sign_head(found.id, Cause.COMMAND)
        db.session.rollback()

    with app.app_context():
        found = a_consultation("open")
        url = f"{platform}/consultations/{found.slug}"
        for _ in range(3):
            a_comment(found, released=True)
        with pytest.raises(Unreachable):
            visit(url, state)
        sign(1)
        assert visit(url, state).faults == []
        a_comment(found)
        a_comment(found, released=True, withdrawn=True)
        assert visit(url, state).faults == [], "the window is open and leaves wait for a head"
        sign(2)
        with transaction():
            operations.rotate_key()
        runner = app.test_cli_runner()
        assert runner.invoke(args=["record", "monitor", url, "--state", state]).exit_code == 0
        assert len(queries.heads(found.id)) == 3
        db.session.execute(text("UPDATE comment SET published_at = NULL, visibility = 'withheld',"
                                " reason_code = 'insult' WHERE number = 2"))  # fmt: skip
        db.session.commit()
        ended = runner.invoke(args=["record", "monitor", url, "--state", state, "--json"])
        assert (ended.exit_code, json.loads(ended.output)["faults"]) == (
            1,
            [[6, "state_differs", "2"]],
        )
