import asyncio


def in_worker_thread(config, run):
    asyncio.run(asyncio.to_thread(run))
