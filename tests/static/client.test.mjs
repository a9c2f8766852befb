import assert from "node:assert/strict";
import { test } from "node:test";
import { Client } from "../../static/lib/client.js";
import { event, FakeClock, FakeServer, FakeStorage, ME, settle, SHOP, snapshot, text } from "./fakes.mjs";

async function online({ storage = new FakeStorage(), identity = "buyer:b1", rooms = [snapshot()] } = {}) {
  const clock = new FakeClock();
  const server = new FakeServer();
  const client = new Client({ identity, tokens: () => "t", device: "mobile", origin: "http://test", storage, clock, socket: server.socket });
  client.start();
  await server.greet(rooms);
  return { client, server, clock, storage };
}

const TEXT = { kind: "text", text: "快递三天没动了" };
const sent = (server, type) => server.last.sent.filter((frame) => frame.type === type);

test("a message shows at once and gives way to the server's own copy", async () => {
  const { client, server } = await online();
  client.post("r1", TEXT);
  const { ref, body } = sent(server, "post_message")[0];
  assert.deepEqual([client.state.outbox[0].state, body], ["pending", TEXT]);
  server.last.say({ type: "ack", ref, room: "r1", seq: 1, at: 5 });
  await settle();
  assert.deepEqual([client.state.outbox[0].state, client.state.outbox[0].seq], ["sent", 1]);
  server.last.say(text(1, ME, TEXT.text, { ref }));
  assert.deepEqual([client.state.outbox, client.state.rooms.r1.events.length], [[], 1]);
});

test("an event that overtakes its ack leaves nothing behind", async () => {
  const { client, server } = await online();
  client.post("r1", TEXT);
  const { ref } = sent(server, "post_message")[0];
  server.last.say(text(1, ME, TEXT.text, { ref }));
  server.last.say({ type: "ack", ref, room: "r1", seq: 1, at: 5 });
  await settle();
  assert.deepEqual(client.state.outbox, []);
});

test("r29 a refused text goes back to the input with its reason, before what was typed since", async () => {
  const { client, server } = await online();
  client.post("r1", TEXT);
  client.setDraft("r1", "next");
  server.last.say({ type: "error", ref: sent(server, "post_message")[0].ref, code: "message_limit", message: "", retryable: false });
  await settle();
  assert.deepEqual(client.state.drafts.r1, { text: "快递三天没动了\nnext", refusal: { code: "message_limit", details: undefined } });
  assert.deepEqual(client.state.outbox, []);
});

test("r29 a refused card stays as a failed bubble with its reason", async () => {
  const { client, server } = await online();
  client.post("r1", { kind: "order", order: "o1" });
  server.last.say({ type: "error", ref: sent(server, "post_message")[0].ref, code: "forbidden", message: "", retryable: false });
  await settle();
  assert.deepEqual([client.state.outbox[0].state, client.state.outbox[0].code], ["failed", "forbidden"]);
});

test("a transient refusal is tried again by itself, then offered, and a retry keeps its ref", async () => {
  const { client, server, clock } = await online();
  client.post("r1", TEXT);
  const { ref } = sent(server, "post_message")[0];
  for (let i = 0; i < 3; i += 1) {
    server.last.say({ type: "error", ref, code: "store_unavailable", message: "", retryable: true });
    await settle();
    await clock.advance(5_000);
  }
  assert.equal(client.state.outbox[0].state, "failed");
  client.retry(ref);
  assert.deepEqual(sent(server, "post_message").map((frame) => frame.ref), [ref, ref, ref, ref]);
  assert.equal(client.state.outbox[0].state, "pending");
});

test("unsent messages and drafts survive a reload, with the same ref, and only for the same person", async () => {
  const storage = new FakeStorage();
  const before = await online({ storage });
  before.client.post("r1", TEXT);
  before.client.setDraft("r1", "half a sen");
  const { ref } = sent(before.server, "post_message")[0];
  before.client.stop();
  await settle();
  const after = await online({ storage });
  assert.deepEqual(sent(after.server, "post_message").map((frame) => frame.ref), [ref]);
  assert.equal(after.client.state.drafts.r1.text, "half a sen");
  const stranger = await online({ storage, identity: "buyer:b2" });
  assert.deepEqual([stranger.client.state.outbox, stranger.client.state.drafts], [[], {}]);
});

test("two tabs of one person keep each other's unsent messages and share the draft", async () => {
  const storage = new FakeStorage();
  const one = await online({ storage });
  const two = await online({ storage });
  one.client.post("r1", TEXT);
  two.client.post("r1", { kind: "text", text: "还有" });
  two.client.setDraft("r1", "und");
  one.client.adopt("sanfang:draft:buyer:b1:r1");
  assert.equal(one.client.state.drafts.r1.text, "und");
  const later = await online({ storage });
  assert.deepEqual(sent(later.server, "post_message").map((frame) => frame.body.text), [TEXT.text, "还有"]);
});

test("an unreadable memory is no reason not to start", async () => {
  const storage = new FakeStorage();
  storage.setItem("sanfang:draft:buyer:b1:r1", "{broken");
  storage.setItem("sanfang:outbox:buyer:b1:x", "17");
  const { client } = await online({ storage });
  assert.deepEqual([client.state.drafts.r1?.text, client.state.outbox], [undefined, []]);
});

test("a message of before a reload that the log already has disappears with its ack", async () => {
  const { client, server } = await online({ rooms: [snapshot({ seq: 7, after: 7 })] });
  client.post("r1", TEXT);
  server.last.say({ type: "ack", ref: sent(server, "post_message")[0].ref, room: "r1", seq: 3, at: 5, duplicate: true });
  await settle();
  assert.deepEqual(client.state.outbox, []);
});

test("typing is told at most every three seconds", async () => {
  const { client, server, clock } = await online();
  for (const wait of [0, 1000, 1999, 1]) {
    await clock.advance(wait);
    client.typing("r1");
  }
  assert.equal(sent(server, "typing").length, 2);
});

test("a message of somebody else is marked as delivered, an own one is not", async () => {
  const { server } = await online();
  server.last.say(text(1, SHOP, "hi"));
  server.last.say(text(2, ME, "ho"));
  assert.deepEqual(sent(server, "mark_delivered").map((frame) => frame.seq), [1]);
});

test("a read mark is sent once for each step forward", async () => {
  const { client, server } = await online({ rooms: [snapshot({ seq: 5, after: 5 })] });
  for (const seq of [4, 4, 3, 5]) client.markRead("r1", seq);
  assert.deepEqual(sent(server, "mark_read").map((frame) => frame.seq), [4, 5]);
});

test("history is asked for page by page, one at a time, until there is no more", async () => {
  const { client, server } = await online({ rooms: [snapshot({ seq: 60, after: 60 })] });
  client.ensureHistory("r1");
  client.fetchOlder("r1");
  const asked = sent(server, "fetch_history");
  assert.deepEqual(asked.map(({ before, limit }) => [before, limit]), [[61, 50]]);
  server.last.say({ type: "history", ref: asked[0].ref, room: "r1", events: [text(60, ME, "z")], more: false });
  await settle();
  client.fetchOlder("r1");
  assert.equal(sent(server, "fetch_history").length, 1);
});

test("a warning that counts down asks for the server's time first", async () => {
  const { client, server } = await online();
  server.last.say({ type: "idle_warning", room: "r1", session: "x", ends_at: 2_000_000 });
  assert.equal(sent(server, "ping").length, 1);
  server.last.say({ type: "pong", server_time_at: 1_880_000, heads: {} });
  assert.equal(client.state.rooms.r1.idle.ends_at - client.now(), 120_000);
});

test("positions name the last event seen, or the snapshot's, and no room that was left", async () => {
  const rooms = [snapshot({ seq: 9, after: 9 }), snapshot({ room: "r2", seq: 4, after: 4 }), snapshot({ room: "r3" })];
  const { client, server } = await online({ rooms });
  server.last.say(text(10, SHOP, "hi"));
  server.last.say({ type: "left", room: "r3", reason: "ended" });
  assert.deepEqual(client.positions(), { epoch: "e1", resume: { r1: 10, r2: 4 } });
});

const OFFERED = event(1, { role: "platform", id: "p" }, { kind: "invite_offered", invite: "i1", inviter: "platform", intent: "tracking_stale" });

test("r2 a mark on a card is on its way until the server has it, and the room keeps what it says", async () => {
  const { client, server } = await online();
  server.last.say(OFFERED);
  client.markInvite("r1", "i1", "other");
  const [{ ref, ...asked }] = sent(server, "mark_invite");
  assert.deepEqual(asked, { type: "mark_invite", room: "r1", invite: "i1", intent: "other" });
  assert.deepEqual(client.state.rooms.r1.marking, { i1: { ref, intent: "other" } });
  server.last.say({ type: "invite_marked", room: "r1", invite: "i1", intent: "other", who: { role: "merchant", id: "m1" }, at: 5 });
  server.last.say({ type: "ack", ref, room: "r1", invite: "i1", at: 5 });
  await settle();
  assert.deepEqual([client.state.rooms.r1.marking, client.state.rooms.r1.marked], [{}, { i1: "other" }]);
});

test("r2 a refused mark stays with its reason until it is tried again or given up", async () => {
  const { client, server } = await online();
  client.markInvite("r1", "i1", "other");
  const [{ ref }] = sent(server, "mark_invite");
  server.last.say({ type: "error", ref, code: "store_unavailable", message: "", retryable: true });
  await settle();
  assert.deepEqual(client.state.rooms.r1.marking.i1, { ref, intent: "other", code: "store_unavailable" });
  client.markInvite("r1", "i1", "other");
  assert.equal(client.state.rooms.r1.marking.i1.code, undefined);
  client.forgetMark("r1", "i1");
  assert.deepEqual(client.state.rooms.r1.marking, {});
});

test("r2 a mark that is made without a line is sent after the reconnect, and the last word counts", async () => {
  const { client, server, clock } = await online();
  server.last.fall(1006);
  client.markInvite("r1", "i1", "other");
  client.markInvite("r1", "i1", "delivery_time");
  await clock.advance(1_000);
  await server.greet([snapshot()]);
  const [first, last] = sent(server, "mark_invite");
  assert.deepEqual([first.intent, last.intent], ["other", "delivery_time"]);
  server.last.say({ type: "ack", ref: first.ref, room: "r1", invite: "i1", at: 5 });
  await settle();
  assert.equal(client.state.rooms.r1.marking.i1.intent, "delivery_time", "an older answer settles no later word");
  server.last.say({ type: "ack", ref: last.ref, room: "r1", invite: "i1", at: 6 });
  await settle();
  assert.deepEqual(client.state.rooms.r1.marking, {});
});

test("r2 the marks of a room come with its snapshot, which is right", async () => {
  const { client, server } = await online({ rooms: [snapshot({ marked: { i1: "other" } })] });
  assert.deepEqual(client.state.rooms.r1.marked, { i1: "other" });
  server.last.say(snapshot());
  assert.deepEqual(client.state.rooms.r1.marked, {});
});
