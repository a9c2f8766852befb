import assert from "node:assert/strict";
import { test } from "node:test";
import { fromSnapshot, withEvent } from "../../static/lib/room.js";
import { EMPTY_END, endFields, instantOf, localOf, problemOf, usualPromises } from "../../static/courier/ending.js";
import { consentAt, deskSessions, goneFrom } from "../../static/courier/sessions.js";
import { COURIER, ME as BUYER, SHOP, snapshot, text } from "./fakes.mjs";

const NOON = Date.UTC(2026, 10, 22, 4, 0); // 12:00 in Shanghai
const lineOf = (body) => body.text;
const roomWith = (id, events = [], fields = {}) =>
  events.reduce(withEvent, { ...fromSnapshot(undefined, snapshot({ session: { id: "s1", state: "active", order: "o1", since_at: 5 } })), id, ...fields });
const desk = (...rooms) => deskSessions(Object.fromEntries(rooms.map((room) => [room.id, room])), COURIER, lineOf);

test("whoever waits for an answer stands on top, the longest first", () => {
  const answered = roomWith("answered", [text(1, BUYER, "在吗"), text(9, COURIER, "在")]);
  const young = roomWith("young", [text(5, BUYER, "急")]);
  const old = roomWith("old", [text(2, BUYER, "急")]);
  assert.deepEqual(desk(answered, young, old).map(({ id, answers }) => [id, answers]), [["old", true], ["young", true], ["answered", false]]);
});

test("before the first word the row shows the message that led to the card", () => {
  const trigger = { event: { kind: "message_posted", body: { kind: "text", text: "三天没动" } } };
  const [session] = desk(roomWith("r1", [], { context: { intent: "tracking_stale", trigger } }));
  assert.deepEqual([session.line, session.intent, session.answers, session.at], ["三天没动", "tracking_stale", true, 5]);
});

test("unread are the others' messages after this agent's mark", () => {
  const events = [text(1, BUYER, "a"), text(2, SHOP, "b"), text(3, COURIER, "c"), text(4, BUYER, "d")];
  assert.equal(desk(roomWith("r1", events, { read: { l1: 1 } }))[0].unread, 2);
});

test("r46 a room that was left is gone from the desk", () => {
  const rooms = { a: roomWith("a"), b: roomWith("b", [], { left: "ended" }) };
  assert.deepEqual(deskSessions(rooms, COURIER, lineOf).map(({ id }) => id), ["a"]);
  assert.deepEqual(goneFrom(rooms), ["b"]);
});

test("the consent is the session's, from the snapshot or from the log", () => {
  assert.equal(consentAt(roomWith("r1", [], { session: { id: "s1", accepted_at: 7 } })), 7);
  assert.equal(consentAt(roomWith("r1", [], { sessions: { s1: { accepted_at: 8 } } })), 8);
});

test("r53 an end needs a resolution, and a follow-up a promise that is still to come", () => {
  assert.equal(problemOf(EMPTY_END, NOON), "choose");
  assert.equal(problemOf({ ...EMPTY_END, resolution: "solved" }, NOON), undefined);
  const follow = { ...EMPTY_END, resolution: "follow_up" };
  assert.equal(problemOf(follow, NOON), "promise");
  assert.equal(problemOf({ ...follow, promise: "2026-11-22T11:59" }, NOON), "past");
  assert.equal(problemOf({ ...follow, promise: "2026-11-22T12:01" }, NOON), undefined);
});

test("r53 only a follow-up carries a promise, and empty fields are left out", () => {
  const form = { resolution: "follow_up", summary: " 网点今晚出库 ", ticket: " GD-1 ", promise: "2026-11-22T20:00" };
  const fields = { resolution: "follow_up", summary: "网点今晚出库", ticket: "GD-1", promise_at: NOON + 8 * 3_600_000 };
  assert.deepEqual(endFields(form), fields);
  assert.deepEqual(endFields({ ...form, resolution: "solved", summary: " ", ticket: "" }), { resolution: "solved" });
});

test("a promised time is the platform's time of day, whoever looks", () => {
  assert.equal(instantOf("2026-11-22T12:00"), NOON);
  assert.equal(localOf(NOON), "2026-11-22T12:00");
  assert.equal(instantOf(""), undefined);
});

test("usual promises that have passed are not offered", () => {
  assert.deepEqual(usualPromises(NOON).map(({ key }) => key), ["hours", "tonight", "tomorrow"]);
  const night = NOON + 9 * 3_600_000; // 21:00
  assert.deepEqual(usualPromises(night).map(({ key, local }) => [key, local]), [["hours", "2026-11-22T23:00"], ["tomorrow", "2026-11-23T12:00"]]);
});
