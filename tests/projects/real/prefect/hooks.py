"""What the package does around its Alembic commands: it calls them from a worker thread of a running event loop."""

import anyio
import anyio.to_thread


def in_worker_thread(config, run):
    anyio.run(anyio.to_thread.run_sync, run)
