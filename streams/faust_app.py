"""Faust as we use it: its settings, each with a reason. The mends of its defects are in `streams.faust_mends`."""

from __future__ import annotations

import faust

from streams import faust_mends
from streams.settings import Settings


def make_faust_app(settings: Settings) -> faust.App:
    """Return an app without agents; installs the mends."""
    faust_mends.install()
    data_dir = settings.data_dir / settings.worker_name
    data_dir.mkdir(parents=True, exist_ok=True)  # Faust makes only the last folder
    return faust.App(
        settings.group_id,
        broker=[f"kafka://{server.strip()}" for server in settings.bootstrap_servers.split(",")],
        store="memory://",
        datadir=data_dir,
        autodiscover=False,
        web_enabled=False,  # /metrics must not share the event loop: streams.web has a thread of its own
        # An exception that escapes an agent would be acked and lost: it stops the worker instead.
        agent_supervisor="mode.supervisors.CrashingSupervisor",
        consumer_auto_offset_reset="earliest",
        # Static membership: a worker that comes back soon gets its partitions without a rebalance.
        consumer_group_instance_id=settings.worker_name,
        broker_session_timeout=settings.session_timeout,
        broker_heartbeat_interval=settings.session_timeout / 6,
        broker_rebalance_timeout=max(30.0, settings.session_timeout),
        broker_commit_interval=settings.commit_interval,
        stream_buffer_maxsize=max(1000, 2 * settings.batch_size),  # thrown away on a rebalance
        stream_wait_empty=True,  # a stop finishes what is in hand
        table_standby_replicas=0,  # with memory:// they cost traffic and give nothing
        topic_allow_declare=False,  # `streams topics apply` creates them, with the options of the catalogue
        topic_disable_leader=True,
        topic_replication_factor=settings.replication_factor,
    )
