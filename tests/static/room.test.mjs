import assert from "node:assert/strict";
import { test } from "node:test";
import { sessionAt } from "../../static/lib/episodes.js";
import { EMPTY_STATE, reduce } from "../../static/lib/state.js";
import { COURIER, event, ME, SHOP, snapshot, text } from "./fakes.mjs";

const WELCOME = { type: "welcome", epoch: "e1", you: ME, server_time_at: 1_000_000, limits: {} };
const fold = (state, ...frames) =>
  frames.reduce((before, frame) => reduce(before, { type: "frame", frame, now: 1_000_000 }), state);
const start = (...frames) => fold(EMPTY_STATE, WELCOME, ...frames);
const seqs = (state) => state.rooms.r1.events.map((envelope) => envelope.seq);
const history = (events, more) => ({ type: "history", room: "r1", ref: "h", events, more });
const AGENT = { id: "l1", name: "周岚", carrier: "sto", badge: "S2041" };
const offered = (seq, more = {}) =>
  event(seq, { role: "platform", id: "p", name: "" }, {
    kind: "invite_offered", invite: "i1", order: "o1", parcel: "p1", carrier: "sto", inviter: "platform", expires_at: 9, ...more,
  });
const accepted = (seq) => event(seq, ME, { kind: "invite_accepted", invite: "i1", session: "x1", terms: "1", locale: "en" });
const joined = (seq, agent = AGENT) => event(seq, COURIER, { kind: "agent_joined", session: "x1", agent });
const leftAgent = (seq, reason, agent = "l1") => event(seq, COURIER, { kind: "agent_left", session: "x1", agent, reason });
const ended = (seq, reason = "buyer", more = {}) => event(seq, ME, { kind: "session_ended", session: "x1", reason, ...more });

test("an event that was seen is not shown twice", () => {
  const state = start(snapshot(), text(1, ME, "a"), text(2, SHOP, "b"));
  assert.equal(fold(state, text(2, SHOP, "b"), text(1, ME, "a")), state);
  assert.deepEqual(seqs(state), [1, 2]);
});

test("a resume that continues keeps the log and the position", () => {
  const before = start(snapshot(), text(1, ME, "a"));
  const after = fold(before, snapshot({ seq: 3, after: 1 }), text(2, SHOP, "b"), text(3, ME, "c"));
  assert.deepEqual(seqs(after), [1, 2, 3]);
  assert.equal(after.rooms.r1.last, 3);
});

test("a reset drops the log and takes the server's position", () => {
  const before = start(snapshot(), text(1, ME, "a"));
  const { r1 } = fold(before, snapshot({ seq: 900, after: 900, reset: true })).rooms;
  assert.deepEqual([r1.events, r1.last, r1.more], [[], 900, true]);
});

test("a snapshot that skips something is taken as a reset", () => {
  const before = start(snapshot(), text(1, ME, "a"));
  assert.deepEqual(seqs(fold(before, snapshot({ seq: 8, after: 8 }))), []);
});

test("another epoch forgets every room", () => {
  const before = start(snapshot(), text(1, ME, "a"));
  assert.deepEqual(fold(before, { ...WELCOME, epoch: "e2" }).rooms, {});
});

test("pages of history go in front, overlap once, and end at the first event", () => {
  const state = start(snapshot({ seq: 4, after: 4 }), text(5, ME, "e"));
  const one = fold(state, history([text(3, ME, "c"), text(4, SHOP, "d"), text(5, ME, "e")], true));
  const all = fold(one, history([text(1, ME, "a"), text(2, SHOP, "b")], false));
  assert.deepEqual([seqs(one), one.rooms.r1.more], [[3, 4, 5], true]);
  assert.deepEqual([seqs(all), all.rooms.r1.more], [[1, 2, 3, 4, 5], false]);
});

test("a late page never says that older events are gone", () => {
  const state = fold(start(snapshot({ seq: 2, after: 2 })), history([text(1, ME, "a"), text(2, ME, "b")], false));
  assert.equal(fold(state, history([text(2, ME, "b")], true)).rooms.r1.more, false);
});

test("events up to the snapshot's head fill the log but do not move the state", () => {
  const { r1 } = start(snapshot({ seq: 4, after: 0, phase: "two_party" }), offered(1), accepted(2), joined(3), ended(4)).rooms;
  assert.deepEqual([r1.phase, r1.session, r1.invites.i1.state], ["two_party", undefined, "accepted"]);
  assert.equal(r1.sessions.x1.reason, "buyer");
});

test("a session lives from consent to its end, with its agent among the members", () => {
  const waiting = start(snapshot(), offered(1), accepted(2));
  assert.deepEqual([waiting.rooms.r1.phase, waiting.rooms.r1.session.state], ["three_party", "waiting"]);
  const active = fold(waiting, { type: "queue", room: "r1", session: "x1", place: 1, waiting: 1 }, joined(3));
  assert.deepEqual([active.rooms.r1.session.agent.badge, active.rooms.r1.queue], ["S2041", undefined]);
  assert.ok(active.rooms.r1.members.some((member) => member.role === "logistics"));
  const { r1 } = fold(active, leftAgent(4, "ended"), ended(5)).rooms;
  assert.deepEqual([r1.phase, r1.session, r1.members.length], ["two_party", undefined, 2]);
});

test("a hand-over keeps the new agent when the old one leaves after it", () => {
  const second = { id: "l2", name: "吴桐", carrier: "sto", badge: "S2042" };
  const { r1 } = start(snapshot(), offered(1), accepted(2), joined(3), joined(4, second), leftAgent(5, "transferred")).rooms;
  assert.equal(r1.session.agent.id, "l2");
  assert.deepEqual(r1.members.filter((member) => member.role === "logistics").map((member) => member.id), ["l2"]);
});

test("an agent who is lost leaves the session waiting again", () => {
  const { r1 } = start(snapshot(), offered(1), accepted(2), joined(3), leftAgent(4, "disconnected")).rooms;
  assert.deepEqual([r1.phase, r1.session.state, r1.session.agent], ["three_party", "waiting", undefined]);
});

for (const [kind, state] of [["invite_declined", "declined"], ["invite_expired", "expired"], ["invite_withdrawn", "withdrawn"]]) {
  test(`a card that is ${state} shows it for good and the room is two-party again`, () => {
    const { r1 } = start(snapshot(), offered(1), event(2, ME, { kind, invite: "i1", reason: "timeout" })).rooms;
    assert.deepEqual([r1.phase, r1.invites.i1.state, r1.invites.i1.ended_seq], ["two_party", state, 2]);
  });
}

test("a card's end is known even if its offer comes later with a page of history", () => {
  const state = start(snapshot({ seq: 2, after: 2 }));
  const page = fold(state, history([event(2, ME, { kind: "invite_declined", invite: "i1" })], true), history([offered(1)], false));
  const card = page.rooms.r1.invites.i1;
  assert.deepEqual([card.state, card.order, card.ended_seq], ["declined", "o1", 2]);
});

test("a replaced card leaves the newer one open", () => {
  const withdrawn = event(2, ME, { kind: "invite_withdrawn", invite: "i1", reason: "order_changed" });
  const { r1 } = start(snapshot(), offered(1), withdrawn, offered(3, { invite: "i2", order: "o2" })).rooms;
  assert.deepEqual([r1.phase, r1.invite.id, r1.invites.i1.state, r1.invites.i2.state], ["invite_pending", "i2", "withdrawn", "offered"]);
});

test("r22 a message is in session between consent and end only", () => {
  const { r1 } = start(snapshot(), text(1, ME, "a"), offered(2), accepted(3), text(4, ME, "b"), joined(5), ended(6), text(7, ME, "c")).rooms;
  assert.deepEqual([1, 4, 7].map((seq) => sessionAt(r1, seq)?.id), [undefined, "x1", undefined]);
});

test("a running session reaches back to the front of what is at hand", () => {
  const session = { id: "x9", state: "active", carrier: "sto", order: "o1", since_at: 1 };
  const { r1 } = start(snapshot({ seq: 80, after: 80, phase: "three_party", session }), text(81, ME, "hi")).rooms;
  assert.equal(sessionAt(r1, 81).id, "x9");
});

test("typing ends with the message and presence marks the member", () => {
  const typing = start(snapshot(), { type: "typing", room: "r1", who: { role: "merchant", id: "m1" } });
  assert.equal(Object.keys(typing.rooms.r1.typing).length, 1);
  const posted = fold(typing, text(1, SHOP, "hello"), { type: "presence", room: "r1", who: { role: "merchant", id: "m1" }, online: false });
  assert.deepEqual([posted.rooms.r1.typing, posted.rooms.r1.members[1].online], [{}, false]);
});

test("read marks only move forward", () => {
  const read = (seq) => ({ type: "read", room: "r1", who: { role: "merchant", id: "m1" }, seq });
  assert.equal(start(snapshot(), read(5), read(3)).rooms.r1.read.m1, 5);
});

test("the standing state follows its frames and another room's frame changes nothing here", () => {
  const state = start(snapshot(), { type: "timer", room: "r1", state: "running", due_at: 5 }, { type: "switch", shop: "s1", enabled: false });
  assert.deepEqual([state.rooms.r1.timer.due_at, state.switch.enabled], [5, false]);
  assert.equal(fold(state, { type: "timer", room: "elsewhere", state: "late" }), state);
  assert.equal(fold(state, { type: "from_a_later_server" }), state);
});

test("an event ahead of the clock shows that the server's clock moved on", () => {
  const ahead = text(1, SHOP, "later", { at: 1_600_000 });
  assert.equal(start(snapshot(), ahead).skew_ms, 600_000);
  assert.equal(fold(start(snapshot(), ahead), { type: "pong", server_time_at: 999_000 }).skew_ms, -1000);
});
