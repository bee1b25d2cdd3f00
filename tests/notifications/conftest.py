"""The inbox of the tests of letters."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller
from flask import Flask

from participation.kernel.mailer import Mailer
from tests.conftest import free_port
from tests.notifications.inbox import Inbox


@pytest.fixture
def inbox(context: Flask) -> Iterator[Inbox]:
    """A real listener, to which the application sends."""
    box = Inbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    url = f"smtp://127.0.0.1:{controller.port}?from=office@example.cn"
    context.extensions["mailer"] = Mailer(url, "x@y")
    yield box
    controller.stop()
