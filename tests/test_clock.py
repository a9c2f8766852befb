"""Clocks: the machine's does not go back, the demo's goes where it is told."""

from server.clock import DemoClock, SystemClock


class Machine:
    def __init__(self) -> None:
        self.at = 1_000_000

    def now(self) -> int:
        return self.at


def test_the_machines_clock_does_not_go_back():
    clock = SystemClock()
    readings = [clock.now() for _ in range(1_000)]
    assert readings == sorted(readings)


def test_the_demo_clock_runs_on_from_where_it_was_set():
    machine = Machine()
    clock = DemoClock(machine=machine)
    clock.set(5)
    assert clock.now() == 5
    machine.at += 10
    assert clock.now() == 15


def test_the_demo_clock_moves_in_both_directions():
    machine = Machine()
    clock = DemoClock(500, machine=machine)
    clock.advance(-700)
    assert clock.now() == machine.at - 200
    assert clock.offset_ms == -200
