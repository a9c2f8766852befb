import assert from "node:assert/strict";
import { test } from "node:test";
import { attentionOf } from "../../static/lib/attention.js";
import { openImeGuard } from "../../static/lib/ime.js";
import { EMPTY_STATE, reduce } from "../../static/lib/state.js";
import { tickOf, timeline } from "../../static/lib/timeline.js";
import { event, ME, SHOP, snapshot, text } from "./fakes.mjs";

const WELCOME = { type: "welcome", epoch: "e1", you: ME, server_time_at: 1_000_000, limits: {} };
const fold = (...frames) =>
  [WELCOME, ...frames].reduce((state, frame) => reduce(state, { type: "frame", frame, now: 1_000_000 }), EMPTY_STATE);
const dayOf = (at) => String(Math.floor(at / 86_400_000));
const rowsOf = (state, more = {}) => timeline({ room: state.rooms.r1, me: ME, outbox: state.outbox, dayOf, ...more });
const types = (rows) => rows.map((row) => row.type);

test("neighbours of one author within five minutes stand together", () => {
  const late = text(4, SHOP, "d", { at: 1_000_000 + 10 * 60_000 });
  const rows = rowsOf(fold(snapshot(), text(1, ME, "a"), text(2, SHOP, "b"), text(3, SHOP, "c"), late));
  assert.deepEqual(rows.slice(1).map((row) => [row.first, row.last]), [[true, true], [true, false], [false, true], [true, true]]);
});

test("each day starts with its separator", () => {
  const next = text(2, ME, "b", { at: 1_000_000 + 86_400_000 });
  assert.deepEqual(types(rowsOf(fold(snapshot(), text(1, ME, "a"), next))), ["day", "message", "day", "message"]);
});

test("the divider stands before the first unread message of somebody else", () => {
  const state = fold(snapshot(), text(1, SHOP, "a"), text(2, ME, "b"), text(3, SHOP, "c"));
  assert.deepEqual(types(rowsOf(state, { unreadAfter: 1 })), ["day", "message", "message", "unread", "message"]);
  assert.ok(!types(rowsOf(state, { unreadAfter: 3 })).includes("unread"));
});

test("an own message keeps its key from the input to the log, and is there once", () => {
  const message = { ref: "k", room: "r1", body: { kind: "text", text: "a" }, at: 1_000_500 };
  const waiting = reduce(fold(snapshot()), { type: "posted", message });
  const [, pending] = rowsOf(waiting);
  const both = { ...reduce(waiting, { type: "frame", frame: text(1, ME, "a", { ref: "k" }), now: 1 }), outbox: waiting.outbox };
  const logged = rowsOf(both).filter((row) => row.type === "message");
  assert.deepEqual([pending.key, logged.map((row) => [row.key, row.state])], ["m:k", [["m:k", "posted"]]]);
});

test("a recalled message leaves a line and no text", () => {
  const rows = rowsOf(fold(snapshot(), text(1, SHOP, "secret"), event(2, SHOP, { kind: "message_recalled", seq: 1 })));
  assert.deepEqual(types(rows), ["day", "recall"]);
  assert.ok(!JSON.stringify(rows).includes("secret"));
});

test("r22 the phase of an event decides whether it stood in a session", () => {
  const session = { id: "x", state: "active", carrier: "sto", order: "o", since_at: 1 };
  const state = fold(snapshot({ phase: "three_party", session }), text(1, ME, "in", { phase: "three_party" }), text(2, ME, "out", { phase: "two_party" }));
  assert.deepEqual(rowsOf(state).slice(1).map((row) => row.session?.id), ["x", undefined]);
});

test("ticks go from sent over delivered to read, and count readers", () => {
  const state = fold(snapshot(), text(1, ME, "a"));
  const message = rowsOf(state)[1];
  const mark = (type) => ({ type, room: "r1", who: { role: "merchant", id: "m1" }, seq: 1 });
  const tick = (...frames) => tickOf(message, fold(snapshot(), text(1, ME, "a"), ...frames).rooms.r1, ME);
  assert.equal(tick().state, "sent");
  assert.equal(tick(mark("delivered")).state, "delivered");
  assert.deepEqual(tick(mark("read")), { state: "read", readers: 1 });
});

test("r25 a merchant's attention follows alert frames only", () => {
  const live = { ...fold(snapshot()), link: { phase: "live", attempt: 0 } };
  const message = text(1, ME, "in session");
  assert.equal(attentionOf(message, live, "merchant"), undefined);
  for (const kind of ["invite_answered", "session_ended"]) {
    assert.equal(attentionOf({ type: "alert", room: "r1", kind }, live, "merchant"), undefined);
  }
  assert.equal(attentionOf({ type: "alert", room: "r1", kind: "overdue" }, live, "merchant").room, "r1");
});

test("a buyer hears of others' new messages, not of own ones and not of a replay", () => {
  const live = { ...fold(snapshot()), link: { phase: "live", attempt: 0 } };
  assert.equal(attentionOf(text(1, SHOP, "hi"), live, "buyer").text, "hi");
  assert.equal(attentionOf(text(1, ME, "hi"), live, "buyer"), undefined);
  assert.equal(attentionOf(text(1, SHOP, "hi"), { ...live, link: { phase: "connecting" } }, "buyer"), undefined);
});

const ENTER = { key: "Enter", isComposing: false, keyCode: 13 };

test("Enter sends and Shift+Enter does not", () => {
  const ime = openImeGuard(() => 0);
  assert.equal(ime.sends(ENTER), true);
  assert.equal(ime.sends({ ...ENTER, shiftKey: true }), false);
  assert.equal(ime.sends({ ...ENTER, key: "a" }), false);
});

test("an Enter that an input method marks as its own never sends", () => {
  const ime = openImeGuard(() => 0);
  assert.equal(ime.sends({ ...ENTER, isComposing: true }), false);
  assert.equal(ime.sends({ ...ENTER, keyCode: 229 }), false);
  ime.onCompositionStart();
  assert.equal(ime.sends(ENTER), false);
});

test("an Enter right behind compositionend belongs to the composition, the next one sends", () => {
  let now = 0;
  const ime = openImeGuard(() => now);
  ime.onCompositionStart();
  ime.onCompositionEnd();
  assert.equal(ime.sends(ENTER), false);
  ime.onKeyUp();
  assert.equal(ime.sends(ENTER), true);
  ime.onCompositionEnd();
  now = 200;
  assert.equal(ime.sends(ENTER), true);
});
