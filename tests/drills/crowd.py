"""A crowd: threads that send opinions through the API and write down what they were told."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.drills.asking import Answer, Caller
from tests.drills.harness import PATIENCE, Place


@dataclass
class Sent:
    """One opinion as its sender knows it: what was sent, and every answer that came back."""

    key: str
    body: str
    answers: list[Answer] = field(default_factory=list)

    @property
    def acknowledged(self) -> list[Answer]:
        """The answers that gave a receipt."""
        return [each for each in self.answers if each.status in (200, 201)]

    @property
    def refused(self) -> list[Answer]:
        """The answers that said the window is closed."""
        return [each for each in self.answers if each.status == 403]


class Crowd:
    """`size` people who send one opinion after the other until they are told to stop.

    With `insist`, what was not answered is sent again with the same key until it is, through
    kills and restarts of the server.
    """

    def __init__(self, place: Place, slug: str, size: int, *, insist: bool = True) -> None:
        self.place, self.slug, self.insist = place, slug, insist
        self._sent: list[list[Sent]] = [[] for _ in range(size)]
        self._receipts = [0] * size
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._send_on, args=(number,), daemon=True)
            for number in range(size)
        ]

    @property
    def sent(self) -> list[Sent]:
        """Everything that was sent so far."""
        return [each for pile in self._sent for each in pile]

    @property
    def acknowledged(self) -> int:
        """How many have their receipt."""
        return sum(self._receipts)

    def start(self) -> None:
        """Let all begin."""
        for thread in self._threads:
            thread.start()

    def finish(self) -> list[Sent]:
        """Let each finish the opinion it is at; all that was sent."""
        self._stop.set()
        for thread in self._threads:
            thread.join(PATIENCE)
            assert not thread.is_alive(), "a sender got no answer in time"
        return self.sent

    def _send_on(self, number: int) -> None:
        caller, pile = Caller(self.place.port), self._sent[number]
        while not self._stop.is_set():
            key = uuid.uuid4().hex
            sent = Sent(key, f"桥头的灯太暗，请换亮一些。来信编号 {key}。")
            pile.append(sent)
            while not self._try(caller, sent) and self.insist:
                time.sleep(0.02)
            self._receipts[number] += bool(sent.acknowledged)
        caller.close()

    def _try(self, caller: Caller, sent: Sent) -> bool:
        try:
            sent.answers.append(send(caller, self.slug, sent.key, sent.body))
        except OSError:
            return False
        return sent.answers[-1].status != 503


def send(caller: Caller, slug: str, key: str, body: str) -> Answer:
    """Send one opinion through the API."""
    words = {
        "stance": "suggest",
        "body": body,
        "respondent_kind": "person",
        "submission_key": key,
    }
    return caller.post_json(f"/api/v1/consultations/{slug}/comments", words)


def at_once(acts: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """Do all acts at the same moment, each in a thread of its own; their answers in order.

    Whoever is told that the server is far behind (503) does the same again a little later.
    """
    barrier = threading.Barrier(len(acts))
    answers: list[Answer | None] = [None] * len(acts)

    def act(place: int) -> None:
        barrier.wait(PATIENCE)
        until = time.monotonic() + PATIENCE
        while (answer := acts[place]()).status == 503 and time.monotonic() < until:
            time.sleep(0.2)
        answers[place] = answer

    threads = [threading.Thread(target=act, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    found = [each for each in answers if each is not None]
    assert len(found) == len(acts), "some got no answer"
    return found
