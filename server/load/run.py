"""A load: the desk's agents come, then every room plays its story."""

import asyncio
from math import ceil
from time import monotonic

from msgspec import Struct
from websockets.exceptions import WebSocketException

from server.load.client import Client, Missing
from server.load.pace import Pace
from server.load.platform import NoServer, Platform
from server.load.progress import Progress
from server.load.report import Report
from server.load.story import Story

CAPACITY = 20  # sessions of one agent
AGENT_RATE = 10  # messages a second of one agent: half of what a connection may send
OUTSIDE = 5  # messages of a story outside its session
AT_ONCE = 25  # rooms that open side by side


class Plan(Struct, frozen=True, kw_only=True):
    """What is to be played. `rate` are messages a second in all rooms together."""

    url: str
    name: str  # ids begin with it, that two loads do not meet
    rooms: int
    rate: float
    messages: int  # in each session
    duration_s: float  # stories are begun anew until then; 0: one each
    carrier: str

    @property
    def expected(self) -> int:
        """How many messages there will be, about."""
        once = self.rooms * (self.messages + OUTSIDE)
        return max(once, round(self.rate * self.duration_s))


async def play(plan: Plan, platform: Platform, progress: Progress) -> Report:
    """Play it and report.

    Raises:
        NoServer: nobody can come in.
    """
    report = Report()
    pace = Pace(plan.rate)
    agents = await _desk(plan, platform, report)
    stories = [
        Story(
            f"{plan.name}.{n}",
            platform=platform,
            report=report,
            pace=pace,
            agents=agents,
            carrier=plan.carrier,
            messages=plan.messages,
            on_message=progress.step,
        )
        for n in range(plan.rooms)
    ]
    entering = asyncio.Semaphore(AT_ONCE)
    until = monotonic() + plan.duration_s
    try:
        await asyncio.gather(
            *(_tell(story, plan, report, entering=entering, until=until) for story in stories)
        )
    finally:
        leaving = [*(agent.leave() for agent in agents.values()), *(s.leave() for s in stories)]
        await asyncio.gather(*leaving)
        progress.close()
    report.finish()
    return report


async def _desk(plan: Plan, platform: Platform, report: Report) -> dict[str, Client]:
    """As many agents as the rooms need, online."""
    agents = {}
    # An agent writes a third of what is written in its sessions.
    wanted = max(ceil(plan.rooms / CAPACITY), ceil(plan.rate / 3 / AGENT_RATE))
    for n in range(min(wanted, plan.rooms)):
        name = f"{plan.name}.l{n}"
        agent = agents[name] = Client(name, report)
        token = await platform.token("logistics", name, carrier=plan.carrier, badge=f"L{n:04d}")
        await agent.enter(plan.url, token)
        await agent.ask("set_status", status="online", capacity=CAPACITY)
    return agents


async def _tell(
    story: Story, plan: Plan, report: Report, *, entering: asyncio.Semaphore, until: float
) -> None:
    """A room's stories, one after the other; a fault ends them."""
    try:
        async with entering:
            await story.enter(plan.url)
        report.counts["rooms"] += 1
        while True:
            await story.play()
            if monotonic() >= until:
                break
        await story.hold()
    except Missing as missing:
        kind = "refused" if "was refused" in str(missing) else "missing"
        report.fault(kind, str(missing))
    except NoServer as error:
        report.fault("refused", str(error))
    except (OSError, WebSocketException, TimeoutError) as error:
        report.fault("closed", f"{type(error).__name__}: {error}")
