"""What every command shares: errors as one line and exit 1, answers as text or one line of JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _
from sqlalchemy.exc import DBAPIError

from participation.kernel.errors import NotFound, Refused, Unavailable
from participation.kernel.schema import ensure_schema
from participation.web.filters import sentence

Command = TypeVar("Command", bound=Callable[..., Any])


def json_option(command: Command) -> Command:
    """Give a command `--json`, passed to it as `json_mode`."""
    return click.option("--json", "json_mode", is_flag=True, help="Answer with one line of JSON.")(
        command
    )


def plain_errors(command: Command) -> Command:
    """Run a command inside the application; what it refuses is one line on stderr and exit 1."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        # A command may be the first thing ever done with an instance.
        ensure_schema()
        return command(*args, **kwargs)

    return plain_errors_alone(run)  # type: ignore[return-value]


def plain_errors_alone(command: Command) -> Command:
    """The same for a command that must not touch the database before it says so itself."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except Refused as error:
            raise _failure(sentence(error)) from error
        except NotFound as error:
            raise _failure(str(error) or _("没有找到。")) from error
        except Unavailable as error:
            raise _failure(_(error.reason)) from error
        except DBAPIError as error:
            raise _failure(_("数据库出错：%(cause)s", cause=error.orig)) from error
        except OSError as error:
            raise _failure(str(error)) from error

    return with_appcontext(run)  # type: ignore[return-value]


def _failure(message: str) -> click.ClickException:
    return click.ClickException(" ".join(message.split()))


def emit(json_mode: bool, data: Mapping[str, Any], text: str) -> None:
    """Print the answer: `data` (plain values) as exactly one line of JSON, else the text."""
    click.echo(json.dumps(data, ensure_ascii=False) if json_mode else text)
