import asyncio


async def serve(config, run):
    config.attributes["event_loop"] = asyncio.get_running_loop()
    await asyncio.to_thread(run)


def beside_the_event_loop(config, run):
    asyncio.run(serve(config, run))
