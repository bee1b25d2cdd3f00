"""Zhongyan 众言: public comment and participation for government departments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from participation.factory import create_app

__all__ = ["create_app"]


def __getattr__(name: str) -> Any:
    # Late, so that the reader's limited child process can use its few modules without Flask.
    if name == "create_app":
        from participation.factory import create_app

        return create_app
    raise AttributeError(name)
