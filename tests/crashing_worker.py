"""A worker that dies like kill -9 at a chosen point of delivery: crashing_worker.py STAGE POINT NUMBER.

POINT: `outputs`: the outputs of the NUMBER-th batch are acknowledged, its state is not written.
       `changelog`: half of that batch's writes are in the changelog.
       `table`: all its writes are, and the offsets are not acked.
       `none`: it only runs.
"""

import os
import signal
import sys

from streams.cli import main
from streams.delivery import Delivery

stage_name, point, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
batches: list[int] = []
send_outputs, write_state = Delivery._send_outputs, Delivery._write_state


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def crashing_outputs(self, done):
    await send_outputs(self, done)
    topic = {"extract": "articles.normalised", "publish": "mentions"}[stage_name]
    if done[0][0].topic.endswith(topic) and any(result.writes for _, result in done):
        batches.append(len(done))
        if len(batches) == number and point == "outputs":
            die()


async def crashing_state(self, done, table):
    ours = {"extract": "fingerprints", "publish": "regions"}[stage_name] == table.name
    if ours and len(batches) == number and point == "changelog":
        writes = [(record.partition, write) for record, result in done for write in result.writes]
        for partition, write in writes[: (len(writes) + 1) // 2]:
            await (await self._write(table, partition, write))
        die()
    await write_state(self, done, table)
    if ours and len(batches) == number and point == "table":
        die()


Delivery._send_outputs, Delivery._write_state = crashing_outputs, crashing_state
sys.argv = ["streams", "worker"]
main()
