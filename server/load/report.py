"""What a load found: counts, times, and every expectation that failed."""

from collections import Counter
from time import perf_counter
from typing import Any

SHOWN = 10  # faults in the summary that people read; `--json` has all

# What may go wrong, in the order of the summary.
KINDS = {
    "order": "out of order",
    "lost": "lost",
    "duplicate": "twice",
    "alert": "alerts in a session",
    "access": "seen by the wrong",
    "missing": "did not come",
    "refused": "refused",
    "closed": "closed",
}

CLOSED = (
    "Invites are made in service hours only (R4): start the server with "
    "SANFANG_SERVICE_HOURS=00:00-24:00, or move the demo's clock."
)


class Flight:
    """A message on its way to so many sockets."""

    __slots__ = ("left", "sent_at")

    def __init__(self, left: int) -> None:
        self.left = left
        self.sent_at = perf_counter()


class Report:
    """Collected by all sockets of a load. Times in seconds."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.faults: list[tuple[str, str]] = []
        self.flights: dict[str, Flight] = {}
        self.acked_s: list[float] = []
        self.delivered_s: list[float] = []
        self.began = perf_counter()
        self.ended = self.began

    def fault(self, kind: str, text: str) -> None:
        """An expectation of this kind (of `KINDS`) failed."""
        self.faults.append((kind, text))

    def sent(self, ref: str, *, to: int) -> None:
        """A message leaves for so many sockets, its author's too."""
        self.counts["messages"] += 1
        self.flights[ref] = Flight(to)

    def acked(self, after_s: float) -> None:
        """Its author knows that it is durable; all may have it by then."""
        self.acked_s.append(after_s)

    def arrived(self, ref: str) -> None:
        """One socket has it; with the last it is done."""
        flight = self.flights.get(ref)
        if flight is None:
            return
        flight.left -= 1
        if flight.left == 0:
            self.delivered_s.append(perf_counter() - flight.sent_at)
            del self.flights[ref]

    def finish(self) -> None:
        """Nothing more will come: what is still on its way is lost."""
        self.ended = perf_counter()
        for ref, flight in self.flights.items():
            self.fault("lost", f"{ref} did not reach {flight.left}")
        self.flights.clear()

    @property
    def is_good(self) -> bool:
        return not self.faults

    def as_json(self) -> dict[str, Any]:
        """Everything, for a program."""
        seconds = max(self.ended - self.began, 1e-9)
        failed = Counter(kind for kind, _ in self.faults)
        return {
            "ok": self.is_good,
            "seconds": round(seconds, 3),
            **{name: self.counts[name] for name in ("rooms", "stories", "sockets")},
            **{name: self.counts[name] for name in ("messages", "throttled")},
            **{name: self.counts[name] for name in ("events", "alerts")},
            "messages_per_s": round(self.counts["messages"] / seconds, 1),
            "ack_ms": _percentiles(self.acked_s),
            "delivered_ms": _percentiles(self.delivered_s),
            "failed": {kind: failed[kind] for kind in KINDS},
            "faults": [{"kind": kind, "text": text} for kind, text in self.faults],
        }

    def as_text(self) -> str:
        """A summary for people."""
        found = self.as_json()
        durable, delivered = _shown(found["ack_ms"]), _shown(found["delivered_ms"])
        lines = [
            "{rooms} rooms, {stories} stories, {sockets} sockets, {seconds:.1f} s".format(**found),
            "{messages} messages, {messages_per_s:.1f}/s; {throttled} throttled".format(**found),
            "{events} events and {alerts} alerts seen".format(**found),
            f"durable after {durable}",
            f"with all who must have it after {delivered}",
            ", ".join(f"{KINDS[kind]}: {n}" for kind, n in found["failed"].items()),
            *(f"  {kind}: {text}" for kind, text in self.faults[:SHOWN]),
        ]
        if len(self.faults) > SHOWN:
            lines.append(f"  … and {len(self.faults) - SHOWN} more")
        if any("outside_service_hours" in text for _, text in self.faults):
            lines.append(CLOSED)
        lines.append("as expected" if self.is_good else "NOT as expected")
        return "\n".join(lines)


def _percentiles(times_s: list[float]) -> dict[str, float] | None:
    if not times_s:
        return None
    ordered = sorted(times_s)
    return {
        f"p{percent}": round(ordered[(len(ordered) - 1) * percent // 100] * 1e3, 2)
        for percent in (50, 99)
    }


def _shown(found: dict[str, float] | None) -> str:
    if found is None:
        return "–"
    return f"{found['p50']:.1f} ms (p50), {found['p99']:.1f} ms (p99)"
