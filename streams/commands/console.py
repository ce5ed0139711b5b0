"""The two consoles: data goes to standard output, talk to standard error. Text from articles is made safe first."""

from __future__ import annotations

import sys
import unicodedata

from rich.console import Console

output = Console(width=None if sys.stdout.isatty() else 160, emoji=False)  # a file or pipe has no width of its own
errors = Console(stderr=True, emoji=False)


def safe(text: str | None, limit: int = 200) -> str:
    """Return text from outside so that a terminal only shows it: no control or format characters, bounded length."""
    shown = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in (text or "")[: limit + 1])
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"
