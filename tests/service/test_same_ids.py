"""An identity is (role, shop or carrier, id): the same id elsewhere is somebody else."""

import pytest

from server.core.model import CarrierId
from tests.service.given import House

pytestmark = pytest.mark.anyio


async def test_r48_an_agent_recalls_nothing_of_a_namesake_at_another_carrier(
    house: House,
) -> None:
    buyer, merchant = await house.buyer(), await house.merchant()
    ours, theirs = await house.courier(), await house.courier("l-1", carrier=CarrierId("zto"))
    room = await house.opened(buyer)
    session = await house.accepted(buyer, merchant, room)
    said = {"kind": "text", "text": "已派送"}
    seq = (await house.do(ours, "post_message", room=room, body=said))["seq"]
    await house.do(ours, "end_session", room=room, session=session)
    await house.put_order("b-1", "b-1-zto", carrier=CarrierId("zto"))
    invite = (await house.do(merchant, "offer_invite", room=room, order="b-1-zto"))["invite"]
    await house.do(buyer, "answer_invite", room=room, invite=invite, accept=True)
    assert theirs.events(room)[-1] == "agent_joined"
    ref = theirs.ask("recall_message", room=room, seq=seq)
    await house.quiet()
    assert theirs.code(ref) == "forbidden"
