"""One of each: every client frame, server frame and kind of event, with every field set."""

from typing import Any, get_args

import msgspec

from server.core import bodies as b
from server.core import commands as c
from server.core import events as e
from server.core import model as m
from server.core.errors import Refused
from server.wire import frames as f
from server.wire.messages import CODES, LOCALES, message

AT = 1_690_300_800_000
BUYER = m.Author(role=m.Role.BUYER, id="b1", name="李雷")
SHOP_AGENT = m.Author(role=m.Role.MERCHANT, id="m1", name="小美")
COURIER = m.Author(role=m.Role.LOGISTICS, id="l1", name="王强", carrier=m.CarrierId("zto"))
AGENT = m.Agent(id=m.AgentId("l1"), name="王强", carrier=m.CarrierId("zto"), badge="8001")
ROOM = m.RoomId("r-1")
INVITE = m.InviteId("i-1")
SESSION = m.SessionId("s-1")
ORDER = m.OrderId("o-1")
WHO = f.Who(role="buyer", id="b1")


def envelope(event: e.AnyEvent, *, by: m.Author = BUYER, ref: str | None = "c-1") -> e.Envelope:
    """An event in the third place of the room."""
    return e.Envelope(room=ROOM, seq=3, at=AT, by=by, event=event, phase=m.Phase.TWO_PARTY, ref=ref)


BODIES: dict[str, Any] = {
    "text": b.Text("快递到哪了？ ¿dónde? 📦"),
    "image": b.Image(upload="u-1", width=640, height=480, alt="破损的包裹"),
    "order": b.OrderCard(ORDER),
    "parcel": b.ParcelCard(ORDER),
    "promotion": b.Promotion(title="秋日上新", text="全场包邮", url="https://shop.example/new"),
}

_IN_ROOM: dict[str, Any] = {"ref": "c-1", "room": ROOM}

CLIENT: dict[str, Any] = {
    "hello": f.Hello(
        token="aaa.bbb.ccc",
        client=f.ClientInfo(name="web", version="1.2.3", device=m.Device.MOBILE),
        resume={"r-1": 7},
        epoch="e1",
        locale="en",
    ),
    "open_room": c.OpenRoom(ref="c-1", shop=m.ShopId("shop-1"), order=ORDER),
    **{f"post_message.{name}": c.PostMessage(**_IN_ROOM, body=x) for name, x in BODIES.items()},
    "recall_message": c.RecallMessage(**_IN_ROOM, seq=3),
    "offer_invite": c.OfferInvite(**_IN_ROOM, order=ORDER),
    "withdraw_invite": c.WithdrawInvite(**_IN_ROOM, invite=INVITE),
    "answer_invite": c.AnswerInvite(**_IN_ROOM, invite=INVITE, accept=False, never_again=True),
    "change_invite_order": c.ChangeInviteOrder(**_IN_ROOM, invite=INVITE, order=ORDER),
    "reopen_invite": c.ReopenInvite(**_IN_ROOM, invite=INVITE),
    "check_invite": f.CheckInvite(**_IN_ROOM, order=ORDER),
    "end_session": c.EndSession(
        **_IN_ROOM,
        session=SESSION,
        resolution="follow_up",
        summary="已联系网点",
        promise_at=AT,
        ticket="T-9",
        note="内部备注",
    ),
    "keep_session": c.KeepSession(**_IN_ROOM, session=SESSION),
    "prioritize_session": c.PrioritizeSession(**_IN_ROOM, session=SESSION),
    "set_reception": c.SetReception(**_IN_ROOM, reception=m.Reception.BOT),
    "assign_room": c.AssignRoom(**_IN_ROOM, to=m.AgentId("m2")),
    "close_conversation": c.CloseConversation(**_IN_ROOM),
    "set_status": f.SetStatus(ref="c-1", status=m.Status.ONLINE, capacity=5),
    "set_switch": f.SetSwitch(
        ref="c-1", enabled=True, auto=False, entry=f.EntryChange(mobile=False)
    ),
    "fetch_history": f.FetchHistory(**_IN_ROOM, before=100, limit=20),
    "refresh_token": f.RefreshToken(ref="c-1", token="aaa.bbb.ddd"),
    "mark_read": f.MarkRead(room=ROOM, seq=3),
    "mark_delivered": f.MarkDelivered(room=ROOM, seq=3),
    "mark_invite": f.MarkInvite(**_IN_ROOM, invite=INVITE, intent="other"),
    "typing": f.Typing(room=ROOM),
    "ping": f.Ping(),
}

EVENTS: dict[str, Any] = {
    "room_opened": e.RoomOpened(shop=m.ShopId("shop-1"), buyer="b1"),
    **{f"message_posted.{name}": e.MessagePosted(body=body) for name, body in BODIES.items()},
    "message_posted.erased": e.MessagePosted(body=b.Erased()),
    "message_recalled": e.MessageRecalled(seq=2),
    "reception_changed": e.ReceptionChanged(reception=m.Reception.HUMAN),
    "room_assigned": e.RoomAssigned(agent="m2"),
    "invite_offered": e.InviteOffered(
        invite=INVITE,
        order=ORDER,
        parcel=m.ParcelId("p-1"),
        carrier=m.CarrierId("zto"),
        inviter=m.Inviter.PLATFORM,
        expires_at=AT + 600_000,
        intent="urge",
        trigger=2,
        evidence=("到哪了",),
        since_at=AT,
    ),
    "invite_accepted": e.InviteAccepted(
        invite=INVITE, session=SESSION, terms="1", locale="zh-CN", scope=("order", "trigger")
    ),
    "invite_declined": e.InviteDeclined(invite=INVITE, never_again=True),
    "invite_expired": e.InviteExpired(invite=INVITE, reason="timeout"),
    "invite_withdrawn": e.InviteWithdrawn(invite=INVITE, reason="inviter"),
    "agent_joined": e.AgentJoined(session=SESSION, agent=AGENT),
    "agent_left": e.AgentLeft(session=SESSION, agent=m.AgentId("l1"), reason="ended"),
    "session_kept": e.SessionKept(session=SESSION),
    "session_ended": e.SessionEnded(
        session=SESSION, reason="follow_up", summary="已联系网点", promise_at=AT, ticket="T-9"
    ),
    "conversation_closed": e.ConversationClosed(),
}

SERVER: dict[str, Any] = {
    "welcome": f.Welcome(
        connection="c0ffee",
        epoch="e1",
        you=f.You(
            role="logistics",
            id="l1",
            name="王强",
            shop=m.ShopId("shop-1"),
            carrier=m.CarrierId("zto"),
            lead=True,
            badge="8001",
        ),
        server_time_at=AT,
        heartbeat_ms=25_000,
        limits={"frame_bytes": 65_536},
        upgrade_advised=f.Upgrade(minimum="1.0.0", url="/"),
    ),
    "room": f.RoomFrame(
        room=ROOM,
        seq=9,
        after=3,
        phase=m.Phase.THREE_PARTY,
        shop=m.ShopId("shop-1"),
        buyer="b1",
        members=(
            f.Member(role="buyer", id="b1", name="李雷", online=True),
            f.Member(role="merchant", id="m1", name="小美", online=False),
        ),
        reception=m.Reception.HUMAN,
        read={"b1": 3},
        delivered={"b1": 4},
        visible_from=1,
        reset=False,
        held_by="m1",
        invite=f.InviteView(
            id="i-1",
            state="accepted",
            order="o-1",
            parcel="p-1",
            carrier="zto",
            inviter="platform",
            expires_at=AT,
            intent="urge",
            evidence=("到哪了",),
        ),
        session=f.SessionView(
            id="s-1",
            state="active",
            carrier="zto",
            order="o-1",
            since_at=AT,
            accepted_at=AT - 5,
            agent=AGENT,
        ),
        context=f.Context(
            order={"id": "o-1"},
            parcel={"id": "p-1"},
            intent="urge",
            evidence=("到哪了",),
            trigger=envelope(e.MessagePosted(body=b.Text("到哪了")), ref=None),
        ),
        marked={"i-1": "other"},
    ),
    "ready": f.Ready(),
    **{f"event.{name}": envelope(event) for name, event in EVENTS.items()},
    "event.of_a_courier": envelope(EVENTS["message_posted.text"], by=COURIER, ref=None),
    "ack": f.Ack(
        ref="c-1",
        duplicate=True,
        room=ROOM,
        seq=3,
        at=AT,
        invite=INVITE,
        session=SESSION,
        expires_at=AT,
    ),
    "ack.of_no_room": f.Ack(ref="c-1"),
    "error": f.ErrorFrame(
        code="rate_limited",
        message="操作太频繁，请稍后再试",
        retryable=True,
        ref="c-1",
        retry_after_ms=50,
        details={"path": "$.body.text"},
    ),
    "history": f.History(
        ref="c-1",
        room=ROOM,
        events=(envelope(EVENTS["message_posted.text"], by=SHOP_AGENT, ref=None),),
        more=False,
    ),
    "explanation": f.Explanation(
        ref="c-1",
        room=ROOM,
        possible=False,
        checks=(
            f.Check(rule="R15", passed=True),
            f.Check(rule="R4", passed=False, reason="outside_service_hours"),
            f.Check(rule="R7", passed=None),
        ),
        order=ORDER,
    ),
    "timer": f.Timer(
        room=ROOM,
        state="void",
        opened_at=AT,
        due_at=AT + 180_000,
        closed_at=AT + 9,
        rule="R31",
        reason="invite_accepted",
    ),
    "alert": f.Alert(room=ROOM, kind="session_ended", seq=9, silent=True),
    "hint": f.Hint(room=ROOM, seq=3, intent="urge", evidence=("到哪了",)),
    "invite_marked": f.InviteMarked(
        room=ROOM, invite=INVITE, intent="delayed_urge", who=f.Who(role="merchant", id="m1"), at=AT
    ),
    "queue": f.Queue(room=ROOM, session=SESSION, place=1, waiting=2, expected_ms=60_000),
    "desk": f.Desk(status=m.Status.ONLINE, capacity=5, active=0, waiting=0),
    "idle_warning": f.IdleWarning(room=ROOM, session=SESSION, ends_at=AT),
    "switch": f.SwitchFrame(
        shop=m.ShopId("shop-1"),
        enabled=True,
        auto=False,
        entry=m.Entry(mobile=True, desktop=False),
        changed_by="m1",
        changed_at=AT,
    ),
    "typing": f.TypingFrame(room=ROOM, who=WHO),
    "presence": f.Presence(room=ROOM, who=WHO, online=True),
    "read": f.Read(room=ROOM, who=WHO, seq=3),
    "delivered": f.Delivered(room=ROOM, who=WHO, seq=3),
    "left": f.Left(room=ROOM, reason="session_ended"),
    "token_expiring": f.TokenExpiring(expires_at=AT),
    "pong": f.Pong(server_time_at=AT, heads={"r-1": 9}),
    "bye": f.Bye(reason="restart", reconnect_after_ms=1_500),
}


def types_of(union: Any) -> set[str]:
    """The tags of a union of frames or events."""
    return {str(kind.__struct_config__.tag) for kind in get_args(union)}


def contents(frame: msgspec.Struct) -> Any:
    """What a client reads, without the types."""
    return msgspec.json.decode(msgspec.json.encode(frame))


# What each refusal is to people of both languages.
SERVER |= {
    f"error.{code}.{locale}": f.ErrorFrame(
        code=code, message=message(code, locale), retryable=Refused(code).retryable, ref="c-1"
    )
    for code in sorted(CODES)
    for locale in LOCALES
}
