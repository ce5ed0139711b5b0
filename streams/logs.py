"""Logging: one line an event on standard error, for people or as JSON. Never text of an article, never a secret."""

from __future__ import annotations

import logging
import sys

import structlog

from streams.settings import Settings


class Repetitions(logging.Filter):
    """Lets a library say the same thing once in a while only: a broker that is away gives a hundred lines a second."""

    def __init__(self, seconds: float = 5.0) -> None:
        super().__init__()
        self._seconds = seconds
        self._last: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether to print the record; our own always are."""
        if record.name.startswith("streams"):
            return True
        if len(self._last) > 1000:  # noqa: PLR2004  (bounds memory; any number would do)
            self._last.clear()
        key = (record.name, str(record.msg))
        if record.created - self._last.get(key, 0.0) < self._seconds:
            return False
        self._last[key] = record.created
        return True


def configure_logging(settings: Settings) -> None:
    """Send our log and that of the libraries to standard error in the same form."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: list[structlog.typing.Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if settings.log_format == "json"
        else [
            structlog.dev.ConsoleRenderer(
                # Plain: the pretty one prints local variables, and with them the text of articles.
                colors=sys.stderr.isatty(),
                exception_formatter=structlog.dev.plain_traceback,
            )
        ]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(Repetitions())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    for library in ("aiokafka", "faust", "mode"):
        logging.getLogger(library).setLevel(max(logging.WARNING, root.level))
