"""A TCP proxy that makes a line bad: slow, narrow, cut in the middle, half closed, or dead.

It listens on a port of its own and passes everything on to another; what is wrong with the line
may be changed at any moment, which breaks the connections that there are. Runs in a thread.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from dataclasses import dataclass

HOST = "127.0.0.1"
CHUNK = 4096


@dataclass(frozen=True)
class Fault:
    """What is wrong with the line; nothing by default.

    `latency`: seconds before each chunk; `bytes_per_second`: how narrow it is; `cut_after`: bytes
    sent after which both directions break; `cut_answer_after`: the same for bytes that come back;
    `half_close_after`: bytes sent after which nothing more is passed on while the answer still may
    come; `mute`: connections are taken and nothing is passed on; `refuse`: they are broken at once.
    """

    latency: float = 0.0
    bytes_per_second: float = 0.0
    cut_after: int | None = None
    cut_answer_after: int | None = None
    half_close_after: int | None = None
    mute: bool = False
    refuse: bool = False


class FaultProxy:
    """Stands in front of a port; `port` is its own."""

    def __init__(self, target: int) -> None:
        self._fault = Fault()
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        starting = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._take, HOST, 0), self._loop
        )
        self._server = starting.result(30)
        self.port: int = self._server.sockets[0].getsockname()[1]

    @property
    def fault(self) -> Fault:
        """What is wrong with the line."""
        return self._fault

    @fault.setter
    def fault(self, fault: Fault) -> None:
        self._fault = fault
        asyncio.run_coroutine_threadsafe(self._break_all(), self._loop).result(30)

    def close(self) -> None:
        """Break all lines and stop listening."""
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(30)
        self._loop.close()

    async def _stop(self) -> None:
        self._server.close()
        await self._break_all()

    async def _break_all(self) -> None:
        broken = set(self._tasks)
        for task in broken:
            task.cancel()
        await asyncio.gather(*broken, return_exceptions=True)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        fault, far_writer = self._fault, None
        try:
            if fault.refuse:
                return
            if fault.mute:
                await asyncio.sleep(3600)
            far_reader, far_writer = await asyncio.open_connection(HOST, self._target)
            there = asyncio.create_task(_pass(reader, far_writer, fault, is_sending=True))
            back = asyncio.create_task(_pass(far_reader, writer, fault, is_sending=False))
            await asyncio.wait({there, back}, return_when=asyncio.FIRST_COMPLETED)
            if there.done() and there.result():
                # Half closed: the answer, if there will be one, still comes back.
                await asyncio.wait({back}, timeout=30)
            for each in (there, back):
                each.cancel()
            await asyncio.gather(there, back, return_exceptions=True)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            _break(writer)
            if far_writer is not None:
                _break(far_writer)


async def _pass(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, fault: Fault, *, is_sending: bool
) -> bool:
    """Pass bytes on until the line ends; whether it ended half closed."""
    cut = fault.cut_after if is_sending else fault.cut_answer_after
    half = fault.half_close_after if is_sending else None
    limit = min((each for each in (cut, half) if each is not None), default=None)
    passed = 0
    while chunk := await reader.read(CHUNK):
        await asyncio.sleep(fault.latency)
        if fault.bytes_per_second:
            await asyncio.sleep(len(chunk) / fault.bytes_per_second)
        if limit is not None and passed + len(chunk) > limit:
            writer.write(chunk[: limit - passed])
            with suppress(OSError):
                await writer.drain()
            if half is not None and half == limit:
                writer.write_eof()
                return True
            return False
        writer.write(chunk)
        await writer.drain()
        passed += len(chunk)
    return False


def _break(writer: asyncio.StreamWriter) -> None:
    with suppress(OSError, RuntimeError):
        writer.transport.abort()
