"""Deciding about logistics sessions: joined, left, kept, ended (R13, R14, R44)."""

from server.core import commands as c
from server.core import events as e
from server.core.errors import Refused
from server.core.events import Draft
from server.core.model import PLATFORM, Author, Role, SessionId, Stage
from server.core.room import OpenSession, Room
from server.core.step import Ask, Step, answered, by_platform


def _named_open(room: Room, session: SessionId) -> OpenSession:
    if room.session is not None and room.session.id == session:
        return room.session
    if any(card.session == session for card in room.cards):
        raise Refused("session_not_open", state="ended")
    raise Refused("not_found", path="$.session")


def end(room: Room, command: c.EndSession, ask: Ask) -> Step:
    """Buyer, merchant or logistics agent end it; an agent leaves a result (R14, R53)."""
    session = _named_open(room, command.session)
    if ask.by.role is not Role.LOGISTICS:
        ended = e.SessionEnded(session=session.id, reason=ask.by.role)
    else:
        ended = e.SessionEnded(
            session=session.id,
            reason=command.resolution or "other",
            summary=command.summary,
            promise_at=command.promise_at,
            ticket=command.ticket,
        )
    return Step(drafts=_ending(session, ask.by.author, ended, command.ref))


def _ending(
    session: OpenSession, by: Author, ended: e.SessionEnded, ref: str | None
) -> tuple[Draft, ...]:
    last = Draft(by, ended, ref)
    if session.agent is None:
        return (last,)
    left = e.AgentLeft(session=session.id, agent=session.agent.id, reason="ended")
    return (Draft(by, left), last)


def keep(room: Room, command: c.KeepSession, ask: Ask) -> Step:
    """An idle session goes on (R14)."""
    session = _named_open(room, command.session)
    if room.stage is not Stage.ACTIVE:
        raise Refused("not_in_phase", phase=room.phase)
    return answered(ask.by.author, e.SessionKept(session=session.id), command.ref)


def join(room: Room, command: c.Join, ask: Ask) -> Step:
    """The desk found an agent for the wait (R44)."""
    session = room.session
    if session is None or room.stage is not Stage.WAITING:
        return Step()
    return Step(drafts=(by_platform(e.AgentJoined(session=session.id, agent=command.agent)),))


def leave(room: Room, command: c.Leave, ask: Ask) -> Step:
    """The agent loses the session, which waits again (R44, R45)."""
    session = room.session
    if session is None or session.agent is None:
        return Step()
    left = e.AgentLeft(session=session.id, agent=session.agent.id, reason=command.reason)
    return Step(drafts=(by_platform(left),))


def stop(room: Room, command: c.Stop, ask: Ask) -> Step:
    """The session ends by itself (R14)."""
    session = room.session
    if session is None:
        return Step()
    ended = e.SessionEnded(session=session.id, reason=command.reason)
    return Step(drafts=_ending(session, PLATFORM, ended, None))
