"""What falls due in a room, and when (R10, R14, R44).

A due names itself by `key`, so that it is applied once: a new wait or a later word makes a new key.
"""

from server.core.due import Due
from server.core.model import Instant, Stage
from server.core.policy import Policy
from server.core.room import OpenSession, Room

EXPIRE, NO_AGENT, WAITED, SILENT = "expire", "no_agent", "waited", "silent"
IDLE_WARNING, IDLE = "idle_warning", "idle"


def dues(room: Room, policy: Policy) -> list[Due]:
    """All that is to come in this stage, in no order."""
    if room.stage is Stage.INVITE_PENDING:
        card = room.cards[-1]
        return [_due(card.expires_at, EXPIRE, card.id)]
    if room.session is None:
        return []
    if room.stage is Stage.WAITING:
        return _waiting(room.session, policy)
    return _active(room.session, policy)


def _waiting(session: OpenSession, policy: Policy) -> list[Due]:
    since = session.since_at
    key = f"{session.id}@{since}"
    return [
        _due(since + policy.no_agent_ms, NO_AGENT, key),
        _due(since + policy.wait_ms, WAITED, key),
    ]


def _active(session: OpenSession, policy: Policy) -> list[Due]:
    end_at = session.spoke_at + policy.idle_ms
    key = f"{session.id}@{session.spoke_at}"
    found = [_due(end_at - policy.idle_warning_ms, IDLE_WARNING, key), _due(end_at, IDLE, key)]
    agent = session.agent
    if agent is not None and not session.agent_wrote and agent.id not in session.silent:
        found.append(
            _due(session.since_at + policy.silent_ms, SILENT, f"{session.id}@{session.since_at}")
        )
    return found


def _due(at: Instant, kind: str, key: str) -> Due:
    return Due(at, f"{kind}:{key}", kind)
