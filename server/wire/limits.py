"""The numbers of a connection (⚙ of section 1 of docs/protocol.md)."""

from msgspec import Struct

KIB = 1024


class Limits(Struct, frozen=True, kw_only=True):
    """What a socket may do and how long it is waited for (machine's clock)."""

    frame_bytes: int = 64 * KIB  # a larger one closes with 1009
    rate_per_s: float = 20
    rate_burst: int = 60
    bad_frames: int = 20  # in a row close with 4400
    outbox_bytes: int = 1024 * KIB  # more waiting for a slow reader closes with 1013
    hello_s: float = 5
    ping_s: float = 25
    pong_s: float = 10
    token_warning_s: float = 60
    linger_s: float = 5  # for the peer to answer a close before the socket is cut
    hard_minimum_client: tuple[int, ...] = ()  # R18; empty: none

    @property
    def strikes(self) -> int:
        """Frames over the rate, less those within it, that are far too many (4429)."""
        return 5 * self.rate_burst

    @property
    def resume_bytes(self) -> int:
        """Waiting bytes above which a socket is congested and replay pauses."""
        return self.outbox_bytes // 4
