import assert from "node:assert/strict";
import { test } from "node:test";
import { asJson, FrameLog, KEPT, matching } from "../../static/demo/frame-log.js";

const PANES = { buyer: "demo-buyer-1", merchant: "demo-agent-1", courier: "demo-sto-1" };

/** Lets frames pass, a millisecond apart: [pane, direction, frame]. */
function passed(...steps) {
  const log = new FrameLog();
  steps.forEach(([pane, direction, frame, exempt = false], i) =>
    log.record({ at: 1_000 + i, mono: i, pane, who: PANES[pane], direction, frame, exempt }),
  );
  return log;
}

const post = (ref) => ({ type: "post_message", ref, room: "r1", body: { kind: "text", text: "a" } });
const posted = (seq, ref) => ({ type: "event", room: "r1", seq, ...(ref ? { ref } : {}), event: { kind: "message_posted" } });
const story = () =>
  passed(
    ["buyer", "out", post("x")],
    ["buyer", "in", posted(5, "x")],
    ["merchant", "in", posted(5), true],
    ["courier", "in", posted(5)],
    ["buyer", "in", { type: "ack", ref: "x", room: "r1", seq: 5 }],
    ["merchant", "in", posted(6)],
    ["merchant", "in", { type: "room", room: "r1", seq: 5 }],
  );

test("a command, its answer and the event on every side belong together", () => {
  const log = story();
  for (const start of [0, 2, 4]) assert.deepEqual([...log.related(log.rows[start])].sort(), [1, 2, 3, 4, 5], `from row ${start}`);
});

test("a snapshot's head is no message", () => {
  const log = story();
  assert.deepEqual([...log.related(log.rows[6])], [7]);
});

test("every frame that a command caused tells how long it took", () => {
  const log = story();
  assert.deepEqual(log.rows.map((row) => log.latencyOf(row)), [undefined, 1, 2, 3, 4, undefined, undefined]);
});

test("an alert about an exempt message is found out (R25)", () => {
  const log = passed(["merchant", "in", posted(5), true], ["merchant", "in", posted(6), true], ["merchant", "in", { type: "alert", room: "r1", seq: 6 }]);
  assert.deepEqual(log.rows.slice(0, 2).map((row) => log.alerted.has(row.place)), [false, true]);
});

test("memory is bounded, and what is forgotten leaves no index behind", () => {
  const log = new FrameLog();
  for (let i = 0; i < KEPT + 500; i += 1) {
    const common = { at: i, mono: i, pane: "buyer", who: "b", exempt: false };
    log.record({ ...common, direction: "out", frame: post(`ref-${i}`) });
    log.record({ ...common, direction: "in", frame: posted(i, `ref-${i}`) });
  }
  assert.equal(log.rows.length, KEPT);
  assert.ok(log.sentByRef.size <= KEPT && log.sentByPlace.size <= KEPT);
  assert.equal(log.rows.at(-1).n, log.count);
});

test("filters choose by kind of frame and by a part of the type", () => {
  const log = passed(
    ["buyer", "out", { type: "ping" }],
    ["buyer", "in", posted(1)],
    ["merchant", "in", { type: "timer", room: "r1", state: "running" }],
    ["merchant", "in", { type: "read", room: "r1", seq: 1 }],
  );
  const types = (filter, text = "") => matching(log.rows, { filter, text }).map((row) => row.type);
  assert.deepEqual(types("main"), ["event", "timer"]);
  assert.deepEqual(types("all"), ["ping", "event", "timer", "read"]);
  assert.deepEqual(types("events"), ["event"]);
  assert.deepEqual(types("timers"), ["timer"]);
  assert.deepEqual(types("all", " POSTED "), ["event"]);
});

test("a copy holds whole frames with where and when they passed", () => {
  const [first] = JSON.parse(asJson(story().rows));
  assert.deepEqual(first, { at: 1_000, pane: "buyer", who: "demo-buyer-1", direction: "out", frame: post("x") });
});
