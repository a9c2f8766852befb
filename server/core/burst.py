"""What a buyer wrote in quick succession, which can be read as one message (R2).

Theory of operation. A room keeps the buyer's last burst outside a session. A text joins it while
nobody has answered and the whole of it lies within `burst_ms`; older parts fall out, and at most
`MOST` stay. Else the text begins a burst of its own. A recalled message was never said (R48).
"""

from msgspec import Struct
from msgspec.structs import replace

from server.core.model import Instant
from server.core.policy import Policy

MOST = 4  # messages that are read together


class Said(Struct, frozen=True, array_like=True):
    """A buyer's text in its place."""

    seq: int
    at: Instant
    text: str


class Burst(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The parts in their order; `ended` once anybody else wrote, or a session began."""

    said: tuple[Said, ...] = ()
    ended: bool = False

    @property
    def texts(self) -> tuple[str, ...]:
        """What was said, the last first."""
        return newest_first(self.said)

    def before(self, at: Instant, policy: Policy) -> tuple[Said, ...]:
        """The parts that a text of this instant follows in the same burst."""
        if self.ended:
            return ()
        # The clock may have been set back meanwhile.
        near = [part for part in self.said if abs(at - part.at) <= policy.burst_ms]
        return tuple(near[-(MOST - 1) :])

    def after(self, said: Said, policy: Policy) -> "Burst":
        """The burst once the buyer has said this too."""
        return Burst(said=(*self.before(said.at, policy), said))

    def without(self, seq: int) -> "Burst":
        """The burst without a recalled message."""
        return replace(self, said=tuple(part for part in self.said if part.seq != seq))

    def end(self) -> "Burst":
        """The burst once it was answered."""
        return self if self.ended else replace(self, ended=True)


def newest_first(said: tuple[Said, ...]) -> tuple[str, ...]:
    """The texts of some parts."""
    return tuple(part.text for part in reversed(said))


def joined(said: tuple[Said, ...], *more: str) -> str:
    """The texts of some parts, and what follows them, as one message."""
    return "\n".join([*(part.text for part in said), *more])
