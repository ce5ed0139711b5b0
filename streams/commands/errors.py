"""Errors that a user can do something about: one line on standard error and an exit code, no traceback."""

from __future__ import annotations

USAGE = 2
FAILED = 1


class CommandError(Exception):
    """A command that can't go on; the message is one line and says what to do where we know it."""

    def __init__(self, message: str, code: int = FAILED) -> None:
        super().__init__(message)
        self.code = code
