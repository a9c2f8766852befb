import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { DICTIONARIES, localeFor, openWords } from "../../static/lib/i18n.js";
import { noticeOf } from "../../static/lib/notices.js";
import { countdown, openTimes } from "../../static/lib/times.js";
import { COURIER, event, ME, SHOP } from "./fakes.mjs";

const STATIC = fileURLToPath(new URL("../../static/", import.meta.url));
const files = readdirSync(STATIC, { recursive: true }).filter((name) => name.endsWith(".js") && !name.startsWith("vendor/"));
const isWords = (name) => name.split("/").some((part) => part === "words" || part === "words.js");
// Pages bring words of their own, which join the dictionaries when their module is loaded.
for (const name of files.filter(isWords)) await import(`../../static/${name}`);
const zh = DICTIONARIES["zh-CN"];
const { en } = DICTIONARIES;
const sources = new Map(files.filter((name) => !isWords(name)).map((name) => [name, readFileSync(STATIC + name, "utf8")]));

test("both dictionaries have the same keys and no empty text", () => {
  assert.deepEqual(Object.keys(zh).sort(), Object.keys(en).sort());
  for (const [key, entry] of [...Object.entries(zh), ...Object.entries(en)]) assert.ok(entry, key);
});

test("both languages of a text use the same parameters", () => {
  const names = (entry) => {
    if (typeof entry !== "function") return [...new Set([...entry.matchAll(/\{(\w+)\}/g)].map((match) => match[1]))].sort();
    const used = [];
    entry(new Proxy({}, { get: (_target, name) => (used.push(name), 1) }));
    return [...new Set(used)].sort();
  };
  const apart = Object.keys(zh).filter((key) => String(names(zh[key])) !== String(names(en[key])));
  assert.deepEqual(apart, []);
});

test("every key that the code names is in the dictionaries", () => {
  const missing = [];
  for (const [name, source] of sources) {
    for (const [, key] of source.matchAll(/\b(?:t|parts|plain|aboutBuyer)\(\s*"([^"]+)"/g)) if (!(key in zh)) missing.push(`${name}: ${key}`);
    for (const [, prefix] of source.matchAll(/\b(?:t|parts)\(\s*`([\w.]+\.)\$\{/g)) {
      if (!Object.keys(zh).some((key) => key.startsWith(prefix))) missing.push(`${name}: ${prefix}*`);
    }
  }
  assert.deepEqual(missing, []);
});

test("a key chosen by a condition is there for both outcomes", () => {
  const missing = [];
  for (const [name, source] of sources) {
    for (const [, one, other] of source.matchAll(/\?\s*"([a-z]+\.[\w.]+)"\s*:\s*"([a-z]+\.[\w.]+)"/g)) {
      for (const key of [one, other]) if (!(key in zh)) missing.push(`${name}: ${key}`);
    }
  }
  assert.deepEqual(missing, []);
});

const CODES = `forbidden invite_not_open session_not_open client_outdated entry_closed switched_off auto_off not_rolled_out invite_pending
not_in_phase outside_service_hours no_order order_not_shipped order_finished no_parcel several_parcels carrier_not_supported
carrier_desk_closed carrier_desk_busy cooldown human_not_receiving merchant_client_outdated bad_frame unknown_type unauthorized not_found
too_long rate_limited message_limit marketing_limit recall_too_late already_rated rating_expired not_asked conflict store_unavailable overloaded`;

test("every error code of the protocol has words of its own in both languages", () => {
  for (const code of CODES.split(/\s+/)) {
    for (const words of [zh, en]) assert.ok(words[`error.${code}`], code);
  }
  assert.equal(openWords("en").error("from_a_later_server"), en["error.default"]);
});

const view = (role, locale = "en") => ({
  speech: openWords(locale), me: { ...ME, role },
  room: { members: [SHOP], sessions: {}, shop: { id: "s1", name: "Bamboo" } },
});
const AGENT = { id: "l1", name: "Lan", carrier: "sto", badge: "S2041" };
const KINDS = [
  { kind: "room_opened" }, { kind: "reception_changed", reception: "bot" }, { kind: "room_assigned", agent: "m1" },
  { kind: "invite_offered", inviter: "platform" }, { kind: "invite_accepted" }, { kind: "invite_declined" },
  { kind: "invite_expired", reason: "timeout" }, { kind: "invite_expired", reason: "outside_service_hours" },
  { kind: "invite_withdrawn", reason: "switched_off" }, { kind: "messages_shared", seqs: [1, 2] },
  { kind: "agent_joined", agent: AGENT }, { kind: "agent_left", agent: "l1", reason: "disconnected" },
  { kind: "session_held", checking: true }, { kind: "session_ended", reason: "idle" }, { kind: "session_ended", reason: "no_agent" },
  { kind: "session_ended", reason: "solved" }, { kind: "rating_submitted" }, { kind: "conversation_closed" },
];

test("r12 every step has a line in both languages, for everybody who is present", () => {
  for (const kind of KINDS) {
    for (const role of ["buyer", "merchant", "logistics"]) {
      for (const locale of ["zh-CN", "en"]) {
        const said = noticeOf(event(1, COURIER, kind), view(role, locale))?.parts.map((part) => part.text).join("") ?? "";
        assert.ok(said.length > 2 && !/\{|undefined|notice\.|error\.|end\./.test(said), `${kind.kind} ${role} ${locale}: ${said}`);
      }
    }
  }
});

test("r1 the line of a join names courier, agent and badge, and warns the buyer of fraud", () => {
  const notice = noticeOf(event(1, COURIER, { kind: "agent_joined", agent: AGENT }), view("buyer"));
  assert.equal(notice.parts.map((part) => part.text).join(""), "STO agent Lan (ID S2041) joined, verified");
  assert.match(notice.extra, /scams/);
  assert.equal(noticeOf(event(1, COURIER, { kind: "agent_joined", agent: AGENT }), view("merchant")).extra, undefined);
});

test("the end says who ended it, and to the buyer that it was you", () => {
  const end = (role) => noticeOf(event(1, ME, { kind: "session_ended", reason: "buyer" }), view(role)).parts.map((part) => part.text).join("");
  assert.match(end("buyer"), /by you/);
  assert.match(end("merchant"), /by the buyer/);
});

test("english counts one message and two messages", () => {
  const { t } = openWords("en");
  assert.deepEqual([t("chat.newMessages", { n: 1 }), t("chat.newMessages", { n: 2 })], ["1 new message", "2 new messages"]);
});

test("an unknown language falls back to Chinese and regions are ignored", () => {
  assert.deepEqual(["en-GB", "zh", "fr", undefined].map(localeFor), ["en", "zh-CN", "zh-CN", "zh-CN"]);
});

test("times are the platform's, whoever looks", () => {
  const times = openTimes(openWords("zh-CN"));
  const at = Date.UTC(2026, 10, 22, 6, 2, 9); // 14:02:09 in Shanghai
  assert.equal(times.clock(at), "14:02");
  assert.equal(times.relative(at, at + 30_000), "刚刚");
  assert.equal(times.relative(at, at + 5 * 60_000), "5 分钟前");
  assert.equal(times.relative(at, at + 3 * 3_600_000), "14:02");
  assert.equal(times.day(at, at + 11 * 3_600_000), "昨天");
  assert.match(times.exact(at), /14:02:09/);
});

test("a countdown has two digits for seconds and never goes below zero", () => {
  assert.deepEqual([61_000, 599_001, 3_661_000, -5].map(countdown), ["1:01", "10:00", "1:01:01", "0:00"]);
});
