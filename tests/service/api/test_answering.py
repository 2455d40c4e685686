"""What waits to be sent comes out as it was put in, and whoever puts too much waits."""

import asyncio
from random import Random

from service.api.answering import Outbox


async def all_of(outbox, most=64):
    taken = []
    while data := await outbox.take(most):
        taken.append(data)
    return b"".join(taken)


def test_what_is_put_is_taken_in_order_however_the_two_take_turns():
    async def run(lots):
        outbox, put = Outbox(in_memory=128, most=512), []

        async def fill():
            for number in range(200):
                put.append(f"{number}\n".encode() * lots.randint(1, 12))
                await outbox.put(put[-1])
                if lots.random() < 0.3:
                    await asyncio.sleep(0)
            await outbox.end()

        taken, _ = await asyncio.gather(all_of(outbox), fill())
        outbox.close()
        assert taken == b"".join(put)

    for seed in range(20):
        asyncio.run(run(Random(seed)))


def test_whoever_puts_more_than_there_is_room_for_waits_until_it_is_taken():
    async def run():
        outbox = Outbox(in_memory=4, most=10)
        await outbox.put(b"x" * 10)
        waiting = asyncio.create_task(outbox.put(b"y"))
        await asyncio.sleep(0.01)
        assert not waiting.done()
        assert await outbox.take(9) == b"x" * 9
        await asyncio.sleep(0.01)
        assert not waiting.done()
        assert await outbox.take(9) == b"x"
        await waiting
        await outbox.end()
        assert await all_of(outbox) == b"y"
        outbox.close()

    asyncio.run(run())
