"""Why a message cannot be processed: the closed set of reasons that a dead letter may carry."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Reasons of a dead letter (`dlq.reason`). Dashboards and replays select on them: never reuse a name."""

    UNDECODABLE = "undecodable"  # not UTF-8, or not JSON
    WRONG_SHAPE = "wrong_shape"  # JSON, but not an object with fields of the right types
    MISSING_SOURCE = "missing_source"
    MISSING_BODY = "missing_body"  # neither body nor html
    TOO_LARGE = "too_large"  # over MAX_RAW_BYTES, or an output that the broker refuses for its size
    EMPTY_TEXT = "empty_text"  # nothing left after cleaning
    UNEXPECTED = "unexpected"  # an exception that we did not foresee: our bug until shown otherwise


class Rejected(Exception):  # noqa: N818  (a verdict on data, not a failure of ours)
    """A message that this stage can never process; `reason` and `detail` go into its dead letter.

    `detail` is for people: it never holds text of the article.
    """

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason.value}: {detail}" if detail else reason.value)
        self.reason = reason
        self.detail = detail
