"""Each message in each measure: counted or exempt, by which rule (R22, R42).

Theory of operation. A message in session is exempt from every measure, by the rows of
`EXEMPTIONS`. Outside, the first row that holds in the measure's own list decides. What became of
a message's round is known only at the log's end, so the log is folded first, without the messages
that were taken back: that is what the tracker's own recalls come to.
"""

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from server.core import tracker
from server.core.allowance import SHOP, promotes
from server.core.events import Envelope, MessagePosted, MessageRecalled
from server.core.exemptions import EXEMPTIONS, exempt
from server.core.model import Phase, Role
from server.core.policy import Policy
from server.core.records import Round
from server.core.rulesets import RuleSet
from server.core.standing import NOT_ASSESSED, VOID


class Verdict(Struct, frozen=True, kw_only=True):
    """Whether one message counts in one measure; `version` is the rule set's."""

    seq: int
    measure: str
    counted: bool
    rule: str
    version: str
    phase: Phase


class Facts(Struct, frozen=True):
    """What the rows ask of a message: author, body, round and its end."""

    role: Role
    written: bool
    promotes: bool
    recalled: bool
    round: Round | None


class Row(Struct, frozen=True):
    """A verdict and when it is the one."""

    rule: str
    counted: bool
    holds: Callable[[Facts], bool]


def _is_unheard(facts: Facts) -> bool:
    return facts.role == Role.BUYER and facts.round is None


def _is_void(facts: Facts) -> bool:
    return facts.round is not None and facts.round.state == VOID


def _is_not_assessed(facts: Facts) -> bool:
    return facts.round is not None and facts.round.state == NOT_ASSESSED


def _always(facts: Facts) -> bool:
    return True


def _of_rounds(counting: str) -> tuple[Row, ...]:
    """The rows of a measure of rounds; `counting` is the rule that counts them."""
    return (
        Row("R32", False, lambda facts: facts.recalled),
        Row("R32", False, lambda facts: facts.role not in {Role.BUYER, Role.MERCHANT}),
        Row("R24", False, lambda facts: not facts.written),
        Row("R32", False, _is_unheard),
        Row("R31", False, _is_void),
        Row("R33", False, _is_not_assessed),
        Row("R32", True, lambda facts: facts.role == Role.MERCHANT),
        Row(counting, True, _always),
    )


# Of each measure the first row that holds; the last one always does.
OUTSIDE: dict[str, tuple[Row, ...]] = {
    "three_minute_rate": _of_rounds("R34"),
    "average_response": _of_rounds("R35"),
    "alert": (
        Row("R25", True, lambda facts: facts.role == Role.BUYER),
        Row("R25", False, _always),
    ),
    "marketing": (
        Row("R27", True, lambda facts: facts.role in SHOP and facts.promotes),
        Row("R27", False, _always),
    ),
    "message_limit": (
        Row("R28", True, lambda facts: facts.role in SHOP),
        Row("R28", False, _always),
    ),
    "assessment": (Row("R22", True, _always),),
}


def verdicts(log: Sequence[Envelope], *, rules: RuleSet, policy: Policy) -> list[Verdict]:
    """Six verdicts for each message of a room's log, in order."""
    recalled = _recalled(log)
    rounds = _rounds(log, recalled=recalled, rules=rules, policy=policy)
    found: list[Verdict] = []
    for envelope in log:
        event = envelope.event
        if not isinstance(event, MessagePosted):
            continue
        is_buyer = envelope.by.role == Role.BUYER
        facts = Facts(
            role=envelope.by.role,
            written=rules.asks(event.body) if is_buyer else rules.answers(event.body),
            promotes=promotes(event.body, policy),
            recalled=envelope.seq in recalled,
            round=rounds.get(envelope.seq),
        )
        found += _of_message(envelope, facts, version=rules.version)
    return found


def _of_message(envelope: Envelope, facts: Facts, *, version: str) -> Iterable[Verdict]:
    for measure, exemption in EXEMPTIONS.items():
        if exemption.holds(envelope.phase):
            rule, counted = exemption.rule, False
        else:
            row = next(row for row in OUTSIDE[measure] if row.holds(facts))
            rule, counted = row.rule, row.counted
        yield Verdict(
            seq=envelope.seq,
            measure=measure,
            counted=counted,
            rule=rule,
            version=version,
            phase=envelope.phase,
        )


def _recalled(log: Iterable[Envelope]) -> frozenset[int]:
    return frozenset(
        envelope.event.seq for envelope in log if isinstance(envelope.event, MessageRecalled)
    )


def _rounds(
    log: Sequence[Envelope], *, recalled: frozenset[int], rules: RuleSet, policy: Policy
) -> dict[int, Round]:
    """The round of each out-of-session message that had one, as it was at last."""
    if not log:
        return {}
    tracking = tracker.Tracking(log[0].room)
    last: dict[int, Round] = {}
    belongs: dict[int, int] = {}
    for envelope in log:
        in_session = exempt("assessment", envelope.phase)
        if not in_session and envelope.seq in recalled:
            continue
        seen = tracker.observe(tracking, envelope, rules=rules, policy=policy)
        tracking = seen.tracking
        last |= {changed.id: changed for changed in seen.rounds}
        if in_session or not isinstance(envelope.event, MessagePosted):
            continue
        wait = tracking.now.wait
        if envelope.by.role == Role.BUYER and wait is not None:
            belongs[envelope.seq] = wait.id
        for changed in seen.rounds:
            if changed.answer == envelope.seq:
                belongs[envelope.seq] = changed.id
    return {seq: last[id_] for seq, id_ in belongs.items()}
