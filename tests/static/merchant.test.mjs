import assert from "node:assert/strict";
import { test } from "node:test";
import { openWords } from "../../static/lib/i18n.js";
import { fromSnapshot, withEvent } from "../../static/lib/room.js";
import { arranged, conversationsOf, lastLine, matches } from "../../static/merchant/conversations.js";
import { exemptionOf, explained, resumesAfter } from "../../static/merchant/exemption.js";
import { entryOf, hintOf, sortedChecks } from "../../static/merchant/invites.js";
import { differenceOf, whoChanged } from "../../static/merchant/record.js";
import { TOPICS, markOf, topicName } from "../../static/merchant/topics.js";
import { basesOf, unreadOf } from "../../static/merchant/unread.js";
import { longestFirst, overdue, showsClockOff, waitOf } from "../../static/merchant/waiting.js";
import "../../static/merchant/words.js";
import { COURIER, event, ME as BUYER, SHOP, snapshot, text } from "./fakes.mjs";

const speech = openWords("zh-CN");
const NOW = 2_000_000;
const roomWith = (events = [], fields = {}) =>
  events.reduce(withEvent, { ...fromSnapshot(undefined, snapshot()), ...fields });
const running = (opened_at) => ({ state: "running", opened_at, due_at: opened_at + 180_000 });
const asked = (seq, more) => text(seq, BUYER, `问题 ${seq}`, more);
const THREE = { phase: "three_party" };

test("r26 what a buyer writes in a session adds nothing to the unread count", () => {
  const room = roomWith([asked(1), asked(2, THREE), text(3, COURIER, "在查", THREE), asked(4, THREE)]);
  assert.equal(unreadOf(room, SHOP.id), 1);
});

test("r26 only the buyer's messages count, neither colleagues' nor cards", () => {
  const room = roomWith([asked(1), text(2, SHOP, "您好"), event(3, BUYER, { kind: "invite_offered", invite: "i1" })]);
  assert.equal(unreadOf(room, "m2"), 1);
});

test("what this agent has read, or the buyer took back, is not unread", () => {
  const recalled = event(3, BUYER, { kind: "message_recalled", seq: 2 });
  assert.equal(unreadOf(roomWith([asked(1), asked(2), recalled]), SHOP.id), 1);
  assert.equal(unreadOf(roomWith([asked(1), asked(2)], { read: { m1: 1 } }), SHOP.id), 1);
});

test("the server's count holds for what came before it was asked, and live messages add to it", () => {
  const bases = basesOf([{ room: "r1", unread: 7, last_at: 5 }], { r1: 2 });
  const room = roomWith([asked(1), asked(2), asked(3)]);
  assert.equal(unreadOf(room, SHOP.id, bases.r1), 8);
  assert.equal(unreadOf({ ...room, read: { m1: 3 } }, SHOP.id, bases.r1), 0);
});

test("r36 a wait turns to its warning at 100 s and to late at its limit", () => {
  const at = (waited) => waitOf(roomWith([], { timer: running(NOW - waited) }), NOW);
  assert.deepEqual([at(99_999).tone, at(100_000).tone, at(180_000).tone], ["calm", "warn", "warn"]);
  assert.deepEqual([at(180_001).tone, at(180_001).kind, at(180_001).open], ["late", "late", true]);
});

test("r30 no countdown runs in a session, whatever timer came before", () => {
  const wait = waitOf(roomWith([], { phase: "three_party", timer: running(NOW - 50_000) }), NOW);
  assert.deepEqual([wait.kind, wait.open, wait.tone], ["exempt", false, "calm"]);
});

test("r33 a round that is not assessed waits without a colour", () => {
  const timer = { state: "not_assessed", opened_at: NOW - 500_000 };
  assert.deepEqual([waitOf(roomWith([], { timer }), NOW).tone, waitOf(roomWith([], { timer }), NOW).open], ["calm", true]);
});

test("a late reply ends the wait", () => {
  const timer = { state: "late", opened_at: 1, due_at: 180_001, closed_at: 200_000 };
  assert.deepEqual([waitOf(roomWith([], { timer }), NOW).kind, waitOf(roomWith([], { timer }), NOW).open], ["answered", false]);
});

test("r36 several late rooms are one warning, and rooms in a session are none", () => {
  const rooms = [
    roomWith([], { id: "a", timer: running(NOW - 120_000) }),
    roomWith([], { id: "b", timer: running(NOW - 150_000) }),
    roomWith([], { id: "c", timer: running(NOW - 10_000) }),
    roomWith([], { id: "d", timer: running(NOW - 170_000), phase: "three_party" }),
  ];
  assert.deepEqual(overdue(rooms, NOW).map(({ id }) => id), ["b", "a"]);
  assert.deepEqual(longestFirst(rooms, NOW).map(({ id }) => id), ["b", "a", "c"]);
});

test("a countdown that the server's frames contradict asks for the time", () => {
  const late = { ...running(NOW), state: "late" };
  assert.equal(showsClockOff({ type: "timer", ...late }, roomWith([], { timer: late }), NOW + 5_000), true);
  const fresh = running(NOW);
  assert.equal(showsClockOff({ type: "timer", ...fresh }, roomWith([], { timer: fresh }), NOW + 200), false);
  assert.equal(showsClockOff({ type: "alert", kind: "overdue_soon" }, roomWith([], { timer: fresh }), NOW + 100_100), false);
  assert.equal(showsClockOff({ type: "alert", kind: "overdue_soon" }, roomWith([], { timer: fresh }), NOW + 1_000), true);
});

const conversations = (rooms) => conversationsOf({ rooms, me: SHOP, bases: {}, speech, now: NOW });

test("the newest conversation is on top until the longest waiting is asked for", () => {
  const rooms = {
    old: roomWith([asked(1)], { id: "old", timer: running(NOW - 90_000) }),
    young: roomWith([asked(2)], { id: "young", timer: running(NOW - 9_000) }),
    quiet: roomWith([asked(3)], { id: "quiet" }),
    closed: { ...roomWith([asked(9)], { id: "closed" }), closed: true },
  };
  const order = (longest) => arranged(conversations(rooms), { query: "", longest }).map(({ id }) => id);
  assert.deepEqual(order(false), ["quiet", "young", "old", "closed"]);
  assert.deepEqual(order(true), ["old", "young", "quiet", "closed"]);
});

test("r26 the search finds buyers and words, but no courier agent and nothing recalled", () => {
  const events = [asked(1), text(2, COURIER, "周岚在此", THREE), text(3, BUYER, "秘密"), event(4, BUYER, { kind: "message_recalled", seq: 3 })];
  const [conversation] = conversations({ r1: roomWith(events) });
  assert.deepEqual(["林一", "问题", "", "周岚", "秘密"].map((query) => matches(conversation, query)), [true, true, true, false, false]);
});

test("the last line says who wrote it, and skips what says nothing", () => {
  const line = (...events) => lastLine(roomWith(events), SHOP, speech);
  assert.equal(line(asked(1)), "问题 1");
  assert.equal(line(asked(1), text(2, SHOP, "您好")), "[您] 您好");
  assert.equal(line(asked(1), text(2, COURIER, "在查", THREE)), "周岚：在查");
  assert.equal(line(asked(1), event(2, SHOP, { kind: "room_assigned", agent: "m1" })), "问题 1");
  assert.equal(line(event(1, SHOP, { kind: "message_posted", body: { kind: "order", order: "o1" } })), "[您] [订单卡片]");
});

test("r31 a voided round reads as a stopped timer, a late one stays late with its time", () => {
  const session = { id: "s1", accepted_at: 1_060_000 };
  const at = (timer) => exemptionOf(roomWith([], { phase: "three_party", session, timer }));
  assert.equal(at({ state: "void", reason: "session_opened", opened_at: 1, closed_at: 1_060_000 }).stopped, true);
  const late = at({ state: "late", opened_at: 760_000, closed_at: 1_060_000 });
  assert.deepEqual([late.stopped, late.waited_ms, late.since_at], [false, 300_000, 1_060_000]);
  assert.equal(at({ state: "late", opened_at: 1, closed_at: 500_000 }).waited_ms, undefined);
});

test("r30 a countdown that is shown in a session is told apart from one that counts", () => {
  const timer = { state: "not_assessed", rule: "R30", reason: "in_session", opened_at: 7 };
  assert.equal(exemptionOf(roomWith([], { phase: "three_party", session: { id: "s1" }, timer })).shown, 7);
});

test("after a session the bar says that counting resumes, until the buyer writes", () => {
  const ended = event(2, COURIER, { kind: "session_ended", session: "s1", reason: "solved" });
  assert.equal(resumesAfter(roomWith([asked(1, THREE), ended])), true);
  assert.equal(resumesAfter(roomWith([asked(1, THREE), ended, text(3, SHOP, "还有问题吗")])), true);
  assert.equal(resumesAfter(roomWith([asked(1, THREE), ended, asked(3)])), false);
});

test("r42 verdicts are shown message by message, newest first", () => {
  const verdict = (seq, counted) => ({ seq, measure: "alert", counted, rule: "R25", version: "2023.1", phase: "two_party" });
  const rows = explained(roomWith([asked(1), asked(2)]), [verdict(1, true), verdict(2, false), { ...verdict(2, true), measure: "marketing" }]);
  assert.deepEqual(rows.map(({ seq, counted, verdicts }) => [seq, counted, verdicts.length]), [[2, true, 2], [1, true, 1]]);
  assert.equal(rows[1].envelope.event.body.text, "问题 1");
});

const hint = { seq: 3, intent: "tracking_stale", evidence: ["没动"] };

test("r51 a hint stays until it is dismissed, a card follows, or a session begins", () => {
  assert.equal(hintOf(roomWith([], { hint }), 0), hint);
  assert.equal(hintOf(roomWith([], { hint }), 3), undefined);
  assert.equal(hintOf(roomWith([], { hint, phase: "invite_pending" }), 0), undefined);
  assert.equal(hintOf(roomWith([], { hint, invites: { i1: { offered_seq: 4 } } }), 0), undefined);
});

const entry = (fields, more = {}) => {
  const state = { enabled: true, entry: { mobile: true, desktop: true } };
  return entryOf({ room: roomWith([], fields), state, device: "desktop", outdated: false, me: SHOP, ...more });
};

test("r15 r17 r18 the invite button gives way to the reason that closes it", () => {
  assert.equal(entry({}).kind, "invite");
  const closed = { enabled: false, entry: { mobile: true, desktop: false } };
  assert.deepEqual(entry({}, { state: closed }), { kind: "closed", reason: "entry_closed" });
  assert.deepEqual(entry({}, { state: closed, device: "mobile" }), { kind: "closed", reason: "switched_off" });
  assert.deepEqual(entry({}, { outdated: true }), { kind: "closed", reason: "client_outdated" });
});

test("only its inviter may take a card back", () => {
  const card = { id: "i1", state: "offered", inviter: "merchant", by: SHOP };
  const pending = { phase: "invite_pending", invite: { id: "i1" }, invites: { i1: card } };
  assert.deepEqual(entry(pending), { kind: "withdraw", invite: "i1" });
  assert.equal(entry(pending, { me: { ...SHOP, id: "m2" } }).kind, "pending");
  assert.equal(entry({ ...pending, invites: { i1: { ...card, inviter: "platform", by: { role: "platform", id: "p" } } } }).kind, "pending");
  assert.equal(entry({ phase: "three_party" }).kind, "end");
});

test("r19 the checks that fail come first, one without an order is neither passed nor failed", () => {
  const checks = [{ rule: "R15", pass: true }, { rule: "R6", pass: false, reason: "no_order" }, { rule: "R7", pass: null }];
  const { failed, unasked, passed } = sortedChecks(checks);
  assert.deepEqual([failed, unasked, passed].map((list) => list.map(({ rule }) => rule)), [["R6"], ["R7"], ["R15"]]);
});

test("r15 the record says what each change changed, the first against the defaults", () => {
  const both = { mobile: true, desktop: true };
  const off = { enabled: false, auto: true, entry: both };
  assert.equal(differenceOf(off, undefined, speech.t), "停用");
  assert.equal(differenceOf({ enabled: true, auto: false, entry: { mobile: true, desktop: false } }, off, speech.t), "启用 · 关闭自动邀请 · 关闭电脑端入口");
  assert.equal(differenceOf(off, off, speech.t), "没有改变");
});

test("whoever changed the switch is named as far as a room knows the name", () => {
  const view = { rooms: { r1: roomWith() }, me: { id: "m9" }, t: speech.t };
  assert.deepEqual(["m1", "m9", "m3", undefined].map((id) => whoChanged(id, view)), ["小满", "您", "m3", "平台"]);
});

const card = { id: "i1", intent: "tracking_stale" };
const mark = (fields, live = true) => markOf(roomWith([], fields), card, live);

test("r2 a card is unmarked until somebody says otherwise, and again once its own topic is named", () => {
  assert.deepEqual(mark({}), { intent: "tracking_stale", state: "none" });
  assert.deepEqual(mark({ marked: { i1: "other" } }), { intent: "other", state: "marked" });
  assert.deepEqual(mark({ marked: { i1: "tracking_stale" } }), { intent: "tracking_stale", state: "none" });
  assert.equal(mark({ marked: { i2: "other" } }).state, "none");
});

test("r2 a mark on its way is shown as such, one that was refused leaves what stands", () => {
  const marking = { i1: { ref: "k", intent: "delivery_time" } };
  assert.deepEqual([mark({ marking }).state, mark({ marking }, false).state], ["sending", "waiting"]);
  assert.equal(mark({ marking }).intent, "delivery_time");
  const refused = { marked: { i1: "other" }, marking: { i1: { ...marking.i1, code: "overloaded" } } };
  assert.deepEqual(mark(refused), { intent: "other", state: "marked", code: "overloaded", wanted: "delivery_time" });
});

test("r9 each of the ten topics, and none of them, has a name in both languages", () => {
  for (const locale of ["zh-CN", "en"]) {
    const names = [...TOPICS, "other"].map((intent) => topicName(intent, openWords(locale)));
    assert.equal(new Set(names).size, 11);
    assert.ok(names.every((name) => !name.includes("_")), names.join());
  }
});
