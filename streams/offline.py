"""The pipeline without Kafka: the same stages, wired by function calls. For `streams batch` and for tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from streams.contracts import Reason
from streams.dead_letters import DeadLetterLimit
from streams.messages import MemoryState, Output, Record, Result, Stage
from streams.runner import run
from streams.settings import Settings
from streams.stages import build_stages
from streams.topics import Catalogue, build_catalogue


@dataclass(frozen=True, slots=True)
class _Step:
    stage: Stage
    state: MemoryState


class OfflinePipeline:
    """One article at a time through all three stages, state in memory.

    Args:
        settings: countries and windows; nothing of Kafka is used.
        on_output: called with every message that leaves the pipeline, in order.
    """

    def __init__(self, settings: Settings, on_output: Callable[[Output], None]) -> None:
        self.catalogue: Catalogue = build_catalogue(settings)
        seen, live = MemoryState(), MemoryState()
        stages = build_stages(settings, self.catalogue, seen, live)
        self._steps = {
            self.catalogue.raw.name: _Step(stages.normalise, MemoryState()),
            self.catalogue.normalised.name: _Step(stages.extract, seen),
            self.catalogue.mentions.name: _Step(stages.publish, live),
        }
        self._offsets = dict.fromkeys(self._steps, 0)
        self._on_output = on_output
        self._limits = {topic: DeadLetterLimit.of(settings) for topic in self._steps}

    def feed(self, value: bytes, at: datetime | None = None) -> list[Result]:
        """Put one raw message through; return what each stage made of it, in order of processing.

        Args:
            value: the message.
            at: when it arrived, as a broker would say; drives the windows, which stand still without it.

        Raises:
            DeadLetterLimitError: too many messages went wrong.
        """
        return self._process(Output(self.catalogue.raw.name, None, value), at)

    def _process(self, message: Output, at: datetime | None = None) -> list[Result]:
        step = self._steps[message.topic]
        offset = self._offsets[message.topic]
        self._offsets[message.topic] += 1
        record = Record(message.topic, 0, offset, message.key, message.value, message.headers, at)
        result = run(step.stage, record, self.catalogue.dead.name)
        self._limits[message.topic].record(dead=result.dead is not None, stage=step.stage.name)
        for write in result.writes:
            step.state.apply(write)
        if result.dead is Reason.UNEXPECTED:
            step.stage.reset()  # it may have stopped half-way through a change of its state
        results = [result]
        for output in result.outputs:
            if output.topic in self._steps:
                results += self._process(output)
            else:
                self._on_output(output)
        return results
