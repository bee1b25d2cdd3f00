"""Following by mail: confirmed by a press, told once, at one's pace; ended by a press, for good."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, insert, select

from participation.comments.contacts import digest
from participation.consultations import operations as consultations
from participation.consultations.kinds import TagKind
from participation.consultations.models import Consultation
from participation.kernel import clock, erasures, jobs
from participation.kernel.db import db, transaction
from participation.kernel.jobs import Job
from participation.notifications import jobs as letters
from participation.notifications import operations, queries
from participation.notifications.models import Follower, FollowRequest, Notice, Subscription
from participation.notifications.operations import telling
from participation.notifications.rules import News, Pace, read_subject
from participation.privacy import jobs as privacy
from tests.conftest import NOON
from tests.factories.accounts import a_department, a_user, actor_of, sign_in
from tests.factories.adoption import a_point, run_worker
from tests.factories.comments import a_comment
from tests.factories.consultations import a_consultation
from tests.notifications.inbox import Inbox, html_of, path_in, text_of
from tests.portal.test_finding import tag

ADDRESS = "reader@example.cn"
MORNING = NOON + timedelta(hours=20)
"""8:00 in China on the day after NOON, a Tuesday."""


def follow(
    *subjects: str, address: str = ADDRESS, pace: Pace = Pace.EACH, locale: str = "zh"
) -> Follower:
    """An address that follows, asked for and confirmed half an hour before NOON."""
    wanted = [each for word in subjects if (each := read_subject(word))]
    with clock.fixed(NOON - timedelta(minutes=30)):
        with transaction():
            operations.ask_to_follow(address, wanted, pace, locale)
        nonce = db.session.scalar(select(FollowRequest.nonce).order_by(FollowRequest.id.desc()))
        assert nonce is not None
        with transaction():
            found = operations.confirm(nonce)
    # The letters of asking are another test's.
    with transaction():
        for job in db.session.scalars(select(Job).where(Job.kind == "notifications.request")):
            db.session.delete(job)
    return found


def publish(title: str = "云溪县校车管理办法", at=NOON, **fields: object) -> Consultation:
    """A consultation that becomes public at an instant, with its field `education`."""
    made = a_consultation("approved", title=title, opens_at=at, **fields)
    tag(made, TagKind.TOPIC, "education")
    with clock.fixed(at), transaction():
        consultations.publish(actor_of(made.author), made.slug)
    return made


def work(at=NOON, rounds: int = 6) -> None:
    """Let the worker make its rounds and do what is due."""
    with clock.fixed(at):
        letters.make_digests()
    run_worker(at, rounds)


@pytest.fixture
def browser_of(client: FlaskClient) -> Iterator[FlaskClient]:
    """A browser at NOON."""
    with clock.fixed(NOON):
        yield client


def _ask(client: FlaskClient, address: str = ADDRESS, **fields: object) -> None:
    form = {"address": address, "pace": "each", "topics": ["topic:education"], **fields}
    assert client.post("/follow", data=form).status_code == 303


def test_following_begins_with_a_press_on_the_page_of_the_letter(
    browser_of: FlaskClient, inbox: Inbox
) -> None:
    _ask(browser_of)
    run_worker(NOON)
    [mail] = inbox.mails
    path = path_in(mail, "/follow/confirm/")
    assert "教育" in text_of(mail)
    page = browser_of.get(path)
    assert "确认订阅" in page.text
    assert browser_of.head(path).status_code == 200
    assert db.session.scalar(select(func.count()).select_from(Subscription)) == 0
    assert "已经订阅" in browser_of.post(path).text
    assert "已经订阅" in browser_of.post(path).text
    [followed] = db.session.scalars(select(Subscription))
    assert followed.subject == "topic:education"
    publish()
    work()
    assert [each["Subject"] for each in inbox.mails[1:]] == ["开始征求意见：云溪县校车管理办法"]


def test_a_link_of_a_letter_is_worn_out_after_three_days_and_opens_nothing_else(
    browser_of: FlaskClient, inbox: Inbox
) -> None:
    _ask(browser_of)
    run_worker(NOON)
    path = path_in(inbox.mails[0], "/follow/confirm/")
    token = path.rpartition("/")[2]
    assert browser_of.get(f"/follow/mine/{token}").status_code == 404
    assert browser_of.get(f"/follow/confirm/{token[:-2]}").status_code == 404
    with clock.fixed(NOON + timedelta(days=3)):
        assert "失效" in browser_of.get(path).text
        assert browser_of.post(path).status_code == 403
    assert db.session.scalar(select(func.count()).select_from(Subscription)) == 0


def test_known_and_unknown_addresses_get_the_same_answer_and_three_letters_a_day(
    browser_of: FlaskClient, inbox: Inbox
) -> None:
    follow("topic:education")
    answers = set()
    for address in (ADDRESS, "stranger@example.cn"):
        for path in ("/follow", "/follow/mine"):
            form = {"address": address, "pace": "each", "topics": ["topic:housing"]}
            sent = browser_of.post(path, data=form)
            answers.add((sent.status_code, sent.headers["Location"]))
    assert len(answers) == 1
    for _ in range(5):
        _ask(browser_of, "victim@example.cn")
    run_worker(NOON, 20)
    assert len(inbox.to("victim@example.cn")) == 3


@pytest.mark.both_databases
def test_one_person_is_told_once_however_many_ways_and_rounds(inbox: Inbox) -> None:
    above = a_department("云溪县人民政府")
    below = a_department("云溪县教育局", above)
    author = a_user(department=below)
    follow("topic:education", f"department:{above.id}", f"department:{below.id}", "all")
    follow("all", address=ADDRESS.upper())
    follow("topic:housing", address="other@example.cn")
    made = publish(author=author, department=below)
    happening = select(queries.Happening.id)
    for _ in range(3):
        work()
        with clock.fixed(NOON), transaction():
            operations.note(News.PUBLISHED, made.id)
            operations.spread(db.session.scalars(happening).one(), 0)
    assert [mail["To"] for mail in inbox.mails] == [ADDRESS]
    assert db.session.scalar(select(func.count()).select_from(Notice)) == 1


@pytest.mark.both_databases
def test_an_author_who_follows_gets_the_authors_letter_alone(inbox: Inbox) -> None:
    made = a_consultation("closed", opens_at=NOON - timedelta(days=40))
    both = {ADDRESS: Pace.EACH, "daily@example.cn": Pace.DAILY}
    followers = {"f1@example.cn": Pace.EACH, "f2@example.cn": Pace.DAILY}
    for address, pace in (both | followers).items():
        follow(f"consultation:{made.id}", address=address, pace=pace)
    comments = [a_comment(made, contact=address) for address in both]
    run_worker(NOON - timedelta(hours=1))
    inbox.mails.clear()
    with clock.fixed(NOON):
        a_point(made, comments)
    for at in (NOON, MORNING, MORNING + timedelta(days=1)):
        work(at, 9)
    for address in both | followers:
        told = [text_of(mail) for mail in inbox.to(address)]
        assert sum("您提过意见" in text for text in told) == (address in both)
        assert sum("第 1 版" in text for text in told) == (address in followers)


@pytest.mark.both_databases
def test_a_digest_tells_all_of_a_day_in_one_letter(inbox: Inbox) -> None:
    follow("topic:education", pace=Pace.DAILY)
    follow("topic:education", address="weekly@example.cn", pace=Pace.WEEKLY)
    for number in range(3):
        publish(f"第{number}件办法", NOON + timedelta(hours=number))
    work(NOON + timedelta(hours=4))
    assert inbox.mails == []
    for _ in range(3):
        work(MORNING)
    [mail] = inbox.mails
    assert mail["Subject"] == "征求意见的新消息（3 条）"
    assert all(f"第{number}件办法" in text_of(mail) for number in range(3))
    work(MORNING + timedelta(days=1))
    assert len(inbox.mails) == 1
    work(MORNING + timedelta(days=6))
    assert [each["To"] for each in inbox.mails[1:]] == ["weekly@example.cn"]


@pytest.mark.both_databases
def test_workers_at_the_same_moment_tell_each_person_once(inbox: Inbox, app: Flask) -> None:
    for number in range(6):
        pace = Pace.DAILY if number % 2 else Pace.EACH
        follow("topic:education", "all", address=f"r{number}@example.cn", pace=pace)
    publish()
    _together(app, NOON)
    assert sorted(mail["To"] for mail in inbox.mails) == [f"r{n}@example.cn" for n in (0, 2, 4)]
    _together(app, MORNING)
    assert sorted(mail["To"] for mail in inbox.mails) == [f"r{n}@example.cn" for n in range(6)]


def _together(app: Flask, at: datetime, workers: int = 3) -> None:
    """Several workers make their rounds at once, as on several hosts."""

    def one() -> None:
        with app.app_context():
            work(at)
            db.session.remove()

    db.session.rollback()
    with ThreadPoolExecutor(workers) as pool:
        for each in [pool.submit(one) for _ in range(workers)]:
            each.result(timeout=60)
    # What another worker held at that moment is due still.
    work(at)


def test_a_platform_that_knows_no_person_again_is_found_out(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "once_key", lambda *_said: secrets.token_hex(8))
    made = a_consultation("closed", opens_at=NOON - timedelta(days=40))
    follow(f"consultation:{made.id}")
    comment = a_comment(made, contact=ADDRESS)
    with clock.fixed(NOON):
        a_point(made, [comment])
    work(NOON, 9)
    told = [mail for mail in inbox.to(ADDRESS) if mail["Subject"].startswith("采纳情况")]
    assert len(told) == 2


def test_a_letter_says_the_same_in_text_and_html_in_the_readers_language(inbox: Inbox) -> None:
    follow("topic:education", locale="en")
    follow("topic:education", address="zh@example.cn")
    publish("云溪县“校车”<管理>办法")
    work()
    for mail in inbox.mails:
        text, page = text_of(mail), html_of(mail)
        assert "云溪县“校车”<管理>办法" in text
        assert "云溪县“校车”&lt;管理&gt;办法" in page
        assert "<script" not in page
        assert "<img" not in page
        for line in re.findall(r"https?://\S+", text):
            assert f'href="{line}"'.replace("&", "&amp;") in page
    english, chinese = inbox.to(ADDRESS)[0], inbox.to("zh@example.cn")[0]
    assert 'lang="en"' in html_of(english)
    assert "June 2026" in text_of(english)
    assert 'lang="zh-CN"' in html_of(chinese)
    assert "2026年" in text_of(chinese)


@pytest.mark.settings(public_url="https://" + "a-department-of-some-county." * 2 + "example.cn")
def test_one_click_ends_it_without_cookie_key_or_redirect(
    browser_of: FlaskClient, inbox: Inbox, context: Flask
) -> None:
    context.config["WTF_CSRF_ENABLED"] = True
    follow("topic:education", "all")
    publish()
    work()
    [mail] = inbox.mails
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = re.fullmatch(r"<https?://[^/]+(/.*)>", mail["List-Unsubscribe"].replace(" ", ""))
    assert path is not None
    browser_of.get(path[1])
    assert db.session.scalar(select(func.count()).select_from(Subscription)) == 2
    for _ in range(2):
        done = browser_of.post(path[1], data={"List-Unsubscribe": "One-Click"})
        assert done.status_code == 200
        assert "Set-Cookie" not in done.headers
    assert db.session.scalars(select(Subscription.subject)).all() == ["all"]
    publish("另一件办法", NOON + timedelta(hours=1))
    work(NOON + timedelta(hours=1))
    assert len(inbox.mails) == 2


def test_the_key_of_a_letter_ends_subscriptions_and_does_nothing_else(
    browser_of: FlaskClient, inbox: Inbox, app: Flask
) -> None:
    follower = follow("topic:education")
    other = follow("topic:education", address="other@example.cn")
    key, foreign = follower.stop_key, other.subscriptions[0].id
    number = follower.subscriptions[0].id
    before = _kept()
    # Another's subscription, other fields and other pages: nothing moves.
    extra = {"of": str(foreign), "pace": "weekly", "address": "evil@example.cn", "subject": "all"}
    browser_of.post(f"/unsubscribe/{key}", data=extra)
    for rule in app.url_map.iter_rules():
        if len(rule.arguments) == 1 and rule.endpoint != "notifications.unsubscribe":
            path = re.sub(r"<[^>]+>", key, rule.rule)
            for method in {"GET", "POST"} & rule.methods:
                answer = browser_of.open(path, method=method)
                assert answer.status_code in {302, 303, 401, 403, 404, 405, 422}, (path, answer)
                assert ADDRESS not in answer.text
    assert _kept() == before
    page = browser_of.get(f"/unsubscribe/{key}?of={number}")
    assert ADDRESS not in page.text
    assert "other@example.cn" not in page.text
    browser_of.post(f"/unsubscribe/{key}?of={number}", data={"pace": "weekly"})
    assert _kept() == [row for row in before if row[0] != digest(ADDRESS)]
    assert db.session.scalar(select(Follower.id).where(Follower.stop_key == key)) is None


def _kept() -> list[tuple[str, str, str]]:
    db.session.rollback()
    rows = db.session.execute(
        select(Follower.digest, Follower.pace, Subscription.subject).join(Subscription)
    )
    return sorted((digest, pace.value, subject) for digest, pace, subject in rows)


def test_whoever_unsubscribes_before_a_letter_goes_out_gets_none_and_is_forgotten(
    inbox: Inbox,
) -> None:
    follower = follow("topic:education", pace=Pace.DAILY)
    publish()
    work()
    with clock.fixed(NOON), transaction():
        operations.stop(follower.stop_key, None)
    work(MORNING)
    assert inbox.mails == []
    for table in (Follower, Subscription, Notice, FollowRequest):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0


def test_ending_one_subscription_leaves_what_another_would_tell_too(inbox: Inbox) -> None:
    follower = follow("topic:education", "all", pace=Pace.DAILY)
    publish()
    work()
    by_topic = next(each for each in follower.subscriptions if each.subject != "all").id
    with clock.fixed(NOON), transaction():
        operations.stop(follower.stop_key, by_topic)
    work(MORNING)
    assert len(inbox.mails) == 1


def test_what_follows_one_matter_hears_of_its_course_and_a_field_only_of_the_main_steps(
    inbox: Inbox,
) -> None:
    made = publish()
    follow(f"consultation:{made.id}", address="near@example.cn")
    follow("topic:education", address="far@example.cn")
    assert made.closes_at is not None
    later = made.closes_at + timedelta(days=10)
    officer = actor_of(a_user("officer", made.department))
    with clock.fixed(NOON + timedelta(days=1)), transaction():
        consultations.extend_window(officer, made.slug, later, "多给一些时间。")
    work(made.closes_at - timedelta(days=1))
    work(later - timedelta(days=2))
    heads = {
        name: [each["Subject"].split("：")[0] for each in inbox.to(f"{name}@example.cn")]
        for name in ("near", "far")
    }
    assert heads == {
        "near": ["开始征求意见", "期限已延长", "即将截止"],
        "far": ["开始征求意见", "即将截止"],
    }


def test_the_link_to_ones_own_shows_and_changes_what_is_followed(
    browser_of: FlaskClient, inbox: Inbox
) -> None:
    follow("topic:education", "audience:students")
    browser_of.post("/follow/mine", data={"address": ADDRESS})
    run_worker(NOON)
    path = path_in(inbox.mails[-1], "/follow/mine/")
    page = browser_of.get(path)
    assert "教育" in page.text
    assert "学生" in page.text
    form = {"keep": ["audience:students"], "pace": "weekly", "locale": "en"}
    assert browser_of.post(path, data=form).status_code == 303
    assert _kept() == [(digest(ADDRESS), "weekly", "audience:students")]
    done = browser_of.post(path, data={"keep": [], "pace": "weekly", "locale": "en"})
    assert "已经退订" in done.text
    assert _kept() == []


def test_an_account_sees_what_its_address_follows(browser_of: FlaskClient, context: Flask) -> None:
    follow("topic:education")
    person = a_user("citizen")
    with transaction():
        person = db.session.merge(person)
        person.email_digest = digest(ADDRESS)
    sign_in(browser_of, person)
    assert "教育" in browser_of.get("/follow/own").text


def test_no_address_stands_in_a_table_or_a_job_as_it_is(inbox: Inbox) -> None:
    follow("topic:education")
    with clock.fixed(NOON), transaction():
        operations.ask_to_follow("asked@example.cn", [], Pace.EACH, "zh")
    publish()
    work()
    for table in (Follower, FollowRequest, Notice, Job):
        rows = db.session.execute(select(table.__table__)).all()
        assert rows
        assert "example.cn" not in str(rows)


@pytest.mark.both_databases
def test_a_restored_backup_writes_to_nobody_who_unsubscribed_since(inbox: Inbox) -> None:
    follower = follow("topic:education")
    other = follow("topic:education", address="other@example.cn").digest
    backup = {
        table: [dict(row._mapping) for row in db.session.execute(select(table.__table__))]
        for table in (Follower, Subscription)
    }
    with clock.fixed(NOON), transaction():
        operations.stop(follower.stop_key, None)
    kept = _kept()
    with transaction():
        for table in (Subscription, Follower):
            db.session.execute(delete(table))
        for table in (Follower, Subscription):
            db.session.execute(insert(table.__table__), backup[table])
    assert len(_kept()) == 2
    ledger = erasures.entries()
    assert privacy.replay(ledger)["erased"] == 1
    assert _kept() == kept
    assert kept == [(other, "each", "topic:education")]
    assert privacy.replay(ledger)["erased"] == 0


def test_what_is_not_public_is_told_to_nobody(inbox: Inbox) -> None:
    follow("all")
    a_consultation("approved", title="还没有公布的办法")
    work()
    assert inbox.mails == []


def test_requests_and_told_news_are_forgotten_in_time(inbox: Inbox) -> None:
    follow("topic:education")
    publish()
    work()
    with clock.fixed(NOON + timedelta(days=61)):
        letters.forget()
    for table in (FollowRequest, Notice):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0
    assert jobs.backlog().dead == 0
