"""What happened, as values: recorded inside the transaction, heard by whoever subscribed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from typing import ClassVar, TypeVar

from participation.kernel.actor import SYSTEM, Actor


@dataclass(frozen=True, kw_only=True)
class DomainEvent:
    """Something that happened, in the past tense, with ids and not texts.

    `sentence` is the Chinese msgid the event is shown as, filled from its own fields.
    """

    sentence: ClassVar[str] = ""
    actor: Actor = SYSTEM
    consultation_id: int | None = None

    @property
    def name(self) -> str:
        return type(self).__name__

    def payload(self) -> dict[str, object]:
        """The event's own fields as plain values, without the actor."""
        fields = asdict(self)
        fields.pop("actor")
        return fields


E = TypeVar("E", bound=DomainEvent)
Handler = Callable[[DomainEvent], None]
_handlers: list[tuple[type[DomainEvent], Handler]] = []
_recorded: ContextVar[list[DomainEvent] | None] = ContextVar("recorded", default=None)


def subscribe(*types: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register a handler for event types, in the same transaction; a base type hears all below."""

    def register(handler: Callable[[E], None]) -> Callable[[E], None]:
        for each in types:
            if (each, handler) not in _handlers:
                _handlers.append((each, handler))  # type: ignore[arg-type]
        return handler

    return register


def record(event: DomainEvent) -> None:
    """Tell the subscribers, before the commit, what the running operation has done."""
    pending = _recorded.get()
    if pending is None:
        raise RuntimeError(f"{event.name} recorded outside a transaction")
    pending.append(event)


@contextmanager
def collecting() -> Iterator[list[DomainEvent]]:
    """Collect what is recorded; `kernel.db.transaction` opens it, nobody else."""
    recorded: list[DomainEvent] = []
    token = _recorded.set(recorded)
    try:
        yield recorded
    finally:
        _recorded.reset(token)


def dispatch(pending: list[DomainEvent]) -> None:
    """Run the subscribers of each event in the order of recording; they may record more."""
    position = 0
    while position < len(pending):
        event = pending[position]
        position += 1
        for wanted, handler in list(_handlers):
            if isinstance(event, wanted):
                handler(event)
