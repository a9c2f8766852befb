import assert from "node:assert/strict";
import { test } from "node:test";
import { Connection } from "../../static/lib/connection.js";
import { FakeClock, FakeServer, settle } from "./fakes.mjs";

function world(options = {}) {
  const clock = new FakeClock();
  const server = new FakeServer();
  const links = [];
  const frames = [];
  const asked = [];
  const resume = { r1: 4 };
  const connection = new Connection({
    url: "ws://test/ws",
    tokens: (why) => (asked.push(why), `token-${asked.length}`),
    client: { name: "test", version: "1.0.0", device: "mobile" },
    locale: "en",
    positions: () => ({ epoch: "e1", resume }),
    onServerFrame: (frame) => frames.push(frame),
    onLink: (link) => links.push(link),
    socket: server.socket,
    clock,
    random: () => 0.5,
    ...options,
  });
  return { clock, server, links, frames, asked, resume, connection };
}

test("the first frame is a hello with token, client, positions and language", async () => {
  const { connection, server } = world();
  connection.start();
  await settle();
  server.last.open();
  assert.equal(server.last.protocol, "sanfang.v1.json");
  assert.deepEqual(server.last.sent, [
    {
      type: "hello", token: "token-1", client: { name: "test", version: "1.0.0", device: "mobile" },
      resume: { r1: 4 }, epoch: "e1", locale: "en",
    },
  ]);
});

test("nothing is asked before the server is ready, then in the order of asking", async () => {
  const { connection, server } = world();
  connection.start();
  await settle();
  server.last.open();
  connection.request({ type: "open_room", ref: "one" });
  connection.request({ type: "post_message", ref: "two" });
  assert.deepEqual(server.last.types(), ["hello"]);
  await server.greet();
  assert.deepEqual(server.last.sent.slice(-2).map((frame) => frame.ref), ["one", "two"]);
});

test("a reply settles its request and an event with the same ref does not", async () => {
  const { connection, server } = world();
  connection.start();
  await server.greet();
  const reply = connection.request({ type: "post_message", ref: "a" });
  server.last.say({ type: "event", room: "r1", ref: "a", seq: 5 });
  assert.ok(connection.pending.has("a"));
  server.last.say({ type: "ack", ref: "a", seq: 5 });
  assert.equal((await reply).seq, 5);
});

test("an error rejects with its code and whether a retry helps", async () => {
  const { connection, server } = world();
  connection.start();
  await server.greet();
  const reply = connection.request({ type: "post_message", ref: "a" });
  server.last.say({ type: "error", ref: "a", code: "rate_limited", message: "slow", retryable: true, retry_after_ms: 700 });
  await assert.rejects(reply, { code: "rate_limited", retryable: true, retryAfterMs: 700 });
});

test("what was not acknowledged is sent again after a reconnect with the same ref, and only that", async () => {
  const { connection, server, clock } = world();
  connection.start();
  await server.greet();
  const first = connection.request({ type: "post_message", ref: "a" });
  connection.request({ type: "post_message", ref: "b" });
  server.last.say({ type: "ack", ref: "a", seq: 5 });
  await first;
  server.last.fall(1006);
  await clock.advance(1000);
  await server.greet();
  assert.equal(server.sockets.length, 2);
  assert.deepEqual(server.last.sent.filter((frame) => frame.ref).map((frame) => frame.ref), ["b"]);
});

test("waits grow from half a second to twenty seconds", async () => {
  const { connection, server, clock, links } = world({ random: () => 0.999 });
  connection.start();
  const waits = [];
  for (let i = 0; i < 8; i += 1) {
    await settle();
    server.last.fall(1006);
    waits.push(links.at(-1).retry_at - clock.now());
    await clock.advance(waits.at(-1));
  }
  assert.ok(waits[0] >= 500 && waits[0] <= 501, String(waits));
  assert.ok(waits.at(-1) > 19_000 && waits.at(-1) <= 20_000, String(waits));
  assert.deepEqual([...waits].sort((a, b) => a - b), waits);
});

test("jitter spreads the wait but never below half a second", async () => {
  const low = world({ random: () => 0 });
  low.connection.start();
  await settle();
  low.server.last.fall(1006);
  assert.equal(low.links.at(-1).retry_at - low.clock.now(), 500);
});

test("a countdown can be cut short", async () => {
  const { connection, server } = world();
  connection.start();
  await server.greet();
  server.last.fall(1006);
  connection.reconnectNow();
  await settle();
  assert.equal(server.sockets.length, 2);
});

for (const code of [1007, 1009, 4400, 4403, 4426]) {
  test(`a close with ${code} stops until a person tries again`, async () => {
    const { connection, server, clock, links } = world();
    connection.start();
    await server.greet();
    server.last.fall(code);
    await clock.advance(60_000);
    assert.equal(server.sockets.length, 1);
    assert.deepEqual([links.at(-1).phase, links.at(-1).code], ["stopped", code]);
  });
}

for (const code of [1006, 1011, 1013, 4408]) {
  test(`a close with ${code} reconnects with back-off`, async () => {
    const { connection, server, clock } = world();
    connection.start();
    await server.greet();
    server.last.fall(code);
    await clock.advance(500);
    assert.equal(server.sockets.length, 2);
  });
}

test("a restart is waited out as long as bye hints", async () => {
  const { connection, server, clock } = world();
  connection.start();
  await server.greet();
  server.last.say({ type: "bye", reason: "restart", reconnect_after_ms: 3200 });
  server.last.fall(1012);
  await clock.advance(3100);
  assert.equal(server.sockets.length, 1);
  await clock.advance(200);
  assert.equal(server.sockets.length, 2);
});

test("4401 asks for a new token, and gives up on a provider that has no good one", async () => {
  const { connection, server, clock, asked, links } = world();
  connection.start();
  for (let i = 0; i < 3; i += 1) {
    await settle();
    server.last.open();
    server.last.fall(4401);
    await clock.advance(2_000);
  }
  assert.deepEqual(asked, ["first", "rejected", "rejected"]);
  assert.deepEqual(server.sockets.map((socket) => socket.sent[0].token), ["token-1", "token-2", "token-3"]);
  assert.equal(links.at(-1).phase, "stopped");
});

test("4429 backs off for seconds even the first time", async () => {
  const { connection, server, clock, links } = world();
  connection.start();
  await server.greet();
  server.last.fall(4429);
  assert.ok(links.at(-1).retry_at - clock.now() >= 4000);
});

test("an expiring token is renewed in place", async () => {
  const { connection, server, asked } = world();
  connection.start();
  await server.greet();
  server.last.say({ type: "token_expiring", expires_at: 1 });
  await settle();
  const renewal = server.last.sent.at(-1);
  assert.deepEqual([renewal.type, renewal.token], ["refresh_token", "token-2"]);
  server.last.say({ type: "ack", ref: renewal.ref });
  await settle();
  assert.deepEqual([connection.token, asked, server.sockets.length], ["token-2", ["first", "expiring"], 1]);
});

test("a pong that does not come drops the line without waiting for its handshake", async () => {
  const { connection, server, clock } = world();
  connection.start();
  await server.greet();
  await clock.advance(25_000);
  assert.equal(server.last.sent.at(-1).type, "ping");
  await clock.advance(10_000);
  assert.equal(server.sockets[0].closedWith, 1000);
  await clock.advance(500);
  assert.equal(server.sockets.length, 2);
});

test("a head that was never seen is fetched by a resume, once for each head", async () => {
  const { connection, server, clock } = world();
  connection.start();
  await server.greet();
  const pong = { type: "pong", server_time_at: 1, heads: { r1: 5 } };
  server.last.say(pong);
  await clock.advance(1_400);
  assert.equal(server.sockets.length, 1, "an event may still be on its way");
  await clock.advance(700);
  assert.equal(server.sockets.length, 2);
  await server.greet();
  server.last.say(pong);
  await clock.advance(3_000);
  assert.equal(server.sockets.length, 2, "a head that one may not see is no loop");
});

test("an event that arrives just after its pong is no gap", async () => {
  const { connection, server, clock, resume } = world();
  connection.start();
  await server.greet();
  server.last.say({ type: "pong", server_time_at: 1, heads: { r1: 5 } });
  resume.r1 = 5;
  await clock.advance(3_000);
  assert.equal(server.sockets.length, 1);
});

test("offline is offline until somebody goes online, and keeps what was asked", async () => {
  const { connection, server, clock } = world();
  connection.start();
  await server.greet();
  connection.goOffline();
  connection.request({ type: "post_message", ref: "later" });
  await clock.advance(120_000);
  assert.equal(server.sockets.length, 1);
  connection.goOnline();
  await server.greet();
  assert.equal(server.last.sent.at(-1).ref, "later");
});

test("a socket that was given up is not listened to any more", async () => {
  const { connection, server, frames } = world();
  connection.start();
  await server.greet();
  const old = server.last;
  connection.goOffline();
  const before = frames.length;
  old.say({ type: "event", room: "r1", seq: 9 });
  old.fall(1006);
  assert.deepEqual([frames.length, connection.link.phase], [before, "offline"]);
});

test("typing and marks are dropped while there is no line", async () => {
  const { connection, server } = world();
  connection.notify({ type: "typing", room: "r1" });
  connection.start();
  await server.greet();
  assert.deepEqual(server.last.types(), ["hello"]);
});

test("an inspector sees every frame of both directions and no token", async () => {
  const seen = [];
  const { connection, server } = world({ onFrame: (direction, frame) => seen.push([direction, frame.type, frame.token]) });
  connection.start();
  await server.greet();
  assert.deepEqual(seen, [["out", "hello", "…"], ["in", "welcome", undefined], ["in", "ready", undefined]]);
});

test("a provider that fails leaves a wait, not a dead end", async () => {
  let tries = 0;
  const tokens = () => (++tries === 1 ? Promise.reject(new Error("down")) : "good");
  const { connection, server, clock, links } = world({ tokens });
  connection.start();
  await settle();
  assert.deepEqual([links.at(-1).phase, links.at(-1).code], ["waiting", 0]);
  await clock.advance(600);
  assert.equal(server.sockets.length, 1);
});
