"""A flood: requests that arrive at their own pace, whatever becomes of those before (open model).

A crowd of threads that wait for their answers slows down with the server and never overloads it;
people who come to a page do not know how long the line is.
"""

from __future__ import annotations

import asyncio
import http.client
import io
import json
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.drills.asking import HOST, Answer
from tests.drills.crowd import Sent

LONGEST = 60.0
"""Seconds after which whoever asked gives up."""


@dataclass
class Flood:
    """What became of a flood: opinions with their answers, pages, and who got no answer."""

    sent: list[Sent] = field(default_factory=list)
    pages: list[Answer] = field(default_factory=list)
    unanswered: int = 0

    @property
    def answers(self) -> list[Answer]:
        """The answers to opinions."""
        return [answer for each in self.sent for answer in each.answers]

    @property
    def acknowledged(self) -> list[Answer]:
        """The answers that gave a receipt."""
        return [answer for each in self.sent for answer in each.acknowledged]

    @property
    def refused(self) -> list[Answer]:
        """The answers to opinions that gave none."""
        return [each for each in self.answers if each.status not in (200, 201)]


def seconds_of(answer: Answer) -> float:
    """How long an answer was waited for."""
    return (answer.ended_at - answer.began_at).total_seconds()


def flood(port: int, slug: str, seconds: float, *, posts: float, reads: float) -> Flood:
    """Send `posts` opinions and ask for `reads` pages a second, evenly, for so many seconds."""
    return asyncio.run(_flood(port, slug, seconds, posts, reads))


async def _flood(port: int, slug: str, seconds: float, posts: float, reads: float) -> Flood:
    found = Flood()
    pages = (f"/consultations/{slug}", f"/consultations/{slug}/comments", f"/consultations/{slug}")

    async def post(_number: int) -> None:
        key = uuid.uuid4().hex
        sent = Sent(key, f"桥头的灯太暗，请换亮一些。来信编号 {key}。")
        found.sent.append(sent)
        words = {
            "stance": "suggest",
            "body": sent.body,
            "respondent_kind": "person",
            "submission_key": key,
        }
        path = f"/api/v1/consultations/{slug}/comments"
        sent.answers.append(await _ask(port, "POST", path, json.dumps(words).encode()))

    async def read(number: int) -> None:
        found.pages.append(await _ask(port, "GET", pages[number % len(pages)]))

    async def guarded(act: Awaitable[None]) -> None:
        try:
            await asyncio.wait_for(act, LONGEST)
        except (OSError, TimeoutError, EOFError, ValueError):
            found.unanswered += 1

    async def arrive(act: Callable[[int], Awaitable[None]], rate: float) -> None:
        loop, tasks = asyncio.get_running_loop(), []
        began = loop.time()
        for number in range(int(rate * seconds)):
            # By the clock, not one after the other: whoever was late does not make others so.
            await asyncio.sleep(max(0.0, began + number / rate - loop.time()))
            tasks.append(loop.create_task(guarded(act(number))))
        await asyncio.gather(*tasks)

    await asyncio.gather(arrive(post, posts), arrive(read, reads))
    return found


async def _ask(port: int, method: str, path: str, body: bytes = b"") -> Answer:
    began_at = datetime.now(UTC)
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        head = f"{method} {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nConnection: close\r\n"
        if body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        writer.write(head.encode() + b"\r\n" + body)
        said = await reader.read()
    finally:
        writer.close()
    first, _, rest = said.partition(b"\r\n")
    if not first:
        raise EOFError("no answer")
    head_bytes, _, content = rest.partition(b"\r\n\r\n")
    headers = http.client.parse_headers(io.BytesIO(head_bytes + b"\r\n\r\n"))
    wanted = headers.get("Content-Length")
    if wanted is not None and len(content) < int(wanted):
        raise EOFError("half an answer")
    return Answer(int(first.split()[1]), headers, content, began_at, datetime.now(UTC))
