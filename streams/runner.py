"""Running a stage on one message so that nothing escapes: an agent that raises would lose the message.

(Faust acks a message whose agent raised; see README.md, "Guarantees".)
"""

from __future__ import annotations

import asyncio

from streams.contracts import Reason, Rejected
from streams.dead_letters import make_dead_letter
from streams.messages import Record, Result, Stage, StateError

CONSUMED_AT = "streams-consumed-at"
"""Header of the inner topics: when the raw message was consumed, Unix seconds. For the latency metric alone."""

CARRIED_HEADERS = frozenset({"traceparent", "tracestate"})
"""Headers that every output inherits from its input: W3C trace context."""

_OURS_TO_PASS_ON = (KeyboardInterrupt, SystemExit, GeneratorExit, asyncio.CancelledError)


def run(stage: Stage, record: Record, dead_topic: str) -> Result:
    """Process a message; what cannot be processed becomes a dead letter with its reason.

    Raises:
        StateError: the stage's state cannot be read back. That is no fault of the message, and must stop the worker.
    """
    try:
        result = stage.process(record)
    except Rejected as rejected:
        return dead(stage.name, record, dead_topic, rejected.reason, rejected.detail)
    except (StateError, *_OURS_TO_PASS_ON):
        raise
    except BaseException as error:  # noqa: BLE001  (that is the point; a panic in a Rust extension is no Exception)
        return dead(stage.name, record, dead_topic, Reason.UNEXPECTED, describe(error))
    carried = tuple(header for header in record.headers if header[0] in CARRIED_HEADERS)
    if not carried:
        return result
    return result.with_headers(carried)


def dead(stage: str, record: Record, topic: str, reason: Reason, exception: str) -> Result:
    """Return the result of a message that goes to the dead letters."""
    letter = make_dead_letter(record, topic=topic, stage=stage, reason=reason, exception=exception)
    return Result("dead", outputs=(letter,), dead=reason, detail=exception)


def describe(error: BaseException) -> str:
    """Say where an unforeseen exception came from, without its message: that could quote the article."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    code = trace.tb_frame.f_code
    return f"{type(error).__name__} in {code.co_qualname} ({code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno})"
