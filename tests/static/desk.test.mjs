import assert from "node:assert/strict";
import { test } from "node:test";
import { addressFields, onceToken, subjectOf } from "../../static/lib/address.js";
import { longest, marked, oneLine, traces } from "../../static/lib/evidence.js";
import { openWords } from "../../static/lib/i18n.js";
import { chordOf, keysOf } from "../../static/lib/keys.js";
import { placeBeside } from "../../static/lib/place.js";
import { choiceAfter, found, quickReplies } from "../../static/lib/quick.js";
import { fromSnapshot, withEvent } from "../../static/lib/room.js";
import "../../static/merchant/words.js";
import { event, ME, SHOP, snapshot, text } from "./fakes.mjs";

const REPLIES = [
  { code: "hi", title: "问候", text: "您好，请稍等" },
  { code: "wait", title: "稍等", text: "好的" },
  { code: "ship", title: "发货", text: "48 小时内" },
];
const codes = (query) => found(REPLIES, query).map(({ code }) => code);

test("quick replies that begin with what was typed come before those that hold it", () => {
  assert.deepEqual(codes(""), ["hi", "wait", "ship"]);
  assert.deepEqual(codes("稍等"), ["wait", "hi"]);
  assert.deepEqual(codes("HI"), ["hi", "ship"]);
  assert.deepEqual(codes("不存在"), []);
});

test("the arrows go round the quick replies", () => {
  assert.deepEqual([choiceAfter(0, "ArrowUp", 3), choiceAfter(2, "ArrowDown", 3), choiceAfter(0, "ArrowDown", 0)], [2, 0, 0]);
});

test("a page's quick replies are in its language", () => {
  const texts = ["zh-CN", "en"].map((locale) => quickReplies(["hi"], "merchant.quick", openWords(locale).t)[0].title);
  assert.deepEqual(texts, ["问候", "Greeting"]);
});

const key = (code, held = {}) => ({ altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, code, ...held });

test("a chord needs a modifier, so that no letter of a text is a shortcut", () => {
  assert.equal(chordOf(key("KeyI")), "");
  assert.equal(chordOf(key("KeyI", { shiftKey: true })), "");
  assert.equal(chordOf(key("KeyI", { altKey: true })), "alt+KeyI");
  assert.equal(chordOf(key("Slash", { metaKey: true, shiftKey: true })), "mod+shift+Slash");
});

test("a chord is shown as the keyboard has it", () => {
  assert.deepEqual(keysOf("alt+ArrowDown", false), ["Alt", "↓"]);
  assert.deepEqual(keysOf("alt+KeyI", true), ["⌥", "I"]);
});

test("the words that led to a card are set off where they stand, overlapping ones as one", () => {
  assert.deepEqual(marked("快递三天没动了", ["三天没动", "没动"]), [
    { text: "快递", hit: false }, { text: "三天没动", hit: true }, { text: "了", hit: false },
  ]);
  assert.deepEqual(marked("没有", []), [{ text: "没有", hit: false }]);
  assert.deepEqual(marked("a", [""]), [{ text: "a", hit: false }]);
});

test("words inside other words are not said twice", () => {
  assert.deepEqual(longest(["快递三天没动", "三天没动", "停在", "停在"]), ["快递三天没动", "停在"]);
});

test("words over several messages are one line", () => {
  assert.equal(oneLine("快递\n三天 \n 没动"), "快递 / 三天 / 没动");
  assert.equal(oneLine("没动"), "没动");
});

const offered = (trigger, evidence) => event(trigger + 1, { role: "platform", id: "p" }, { kind: "invite_offered", invite: `i${trigger}`, trigger, evidence });
const hits = (...events) => {
  const lines = traces(events.reduce(withEvent, fromSnapshot(undefined, snapshot())));
  return Object.fromEntries([...lines].map(([seq, line]) => [seq, line.filter(({ hit }) => hit).map((piece) => piece.text)]));
};

test("r9 the words that led to a card are found in every message of the burst", () => {
  const burst = [text(1, ME, "我的快递"), text(2, ME, "三天"), text(3, ME, "没动了")];
  assert.deepEqual(hits(...burst, offered(3, ["快递\n三天\n没动"])), { 1: ["快递"], 2: ["三天"], 3: ["没动"] });
  assert.deepEqual(hits(...burst, offered(3, ["没动"])), { 3: ["没动"] });
  assert.deepEqual(hits(...burst, offered(3, [])), {});
});

test("a line keeps its whole text, whatever is set off in it", () => {
  const events = [text(1, ME, "a快b"), text(2, ME, "c递d"), offered(2, ["快", "递"])];
  const lines = traces(events.reduce(withEvent, fromSnapshot(undefined, snapshot())));
  assert.deepEqual([...lines.values()].map((line) => line.map((piece) => piece.text).join("")), ["a快b", "c递d"]);
});

test("an answer, a card and a recalled message end the burst, and four messages are the most", () => {
  const word = (seq) => text(seq, ME, "没动");
  assert.deepEqual(Object.keys(hits(word(1), text(2, SHOP, "您好"), word(3), offered(3, ["没动"]))), ["3"]);
  const order = event(2, ME, { kind: "message_posted", body: { kind: "order", order: "o1" } });
  assert.deepEqual(Object.keys(hits(word(1), order, word(3), offered(3, ["没动"]))), ["3"]);
  const recalled = event(3, ME, { kind: "message_recalled", seq: 1 });
  assert.deepEqual(Object.keys(hits(word(1), word(2), recalled, word(4), offered(4, ["没动"]))), ["2", "4"]);
  assert.deepEqual(Object.keys(hits(...[1, 2, 3, 4, 5].map(word), offered(5, ["没动"]))), ["2", "3", "4", "5"]);
});

const WINDOW = { innerWidth: 400, innerHeight: 800 };
const at = (left, top, view = WINDOW) => placeBeside({ left, right: left + 40, top, bottom: top + 20 }, 300, 200, view);

test("a list opens below its button, above where there is no room, and scrolls where there is none", () => {
  assert.deepEqual([at(0, 100).top, at(0, 100).bottom], ["126px", "auto"]);
  assert.deepEqual([at(0, 700).top, at(0, 700).bottom], ["auto", "106px"]);
  assert.equal(at(0, 100, { innerWidth: 400, innerHeight: 300 }).maxHeight, "166px");
  assert.equal(at(0, 180, { innerWidth: 400, innerHeight: 300 }).maxHeight, "166px");
});

test("a list stands at the nearer side of its button and within the window", () => {
  assert.deepEqual([at(20, 0).left, at(300, 0).left, at(0, 0).left, at(370, 0).left], ["20px", "140px", "8px", "192px"]);
});

test("the fragment wins over the query, and an empty field is none", () => {
  const field = addressFields({ search: "?id=a&shop=s1&lang=", hash: "#token=t&id=b" });
  assert.deepEqual(["id", "shop", "token", "lang", "room"].map(field), ["b", "s1", "t", undefined, undefined]);
});

test("a given token serves once: a page cannot make another", async () => {
  const tokens = onceToken("t");
  assert.equal(tokens("first"), "t");
  await assert.rejects(Promise.resolve(tokens("rejected")));
});

test("a token tells whose it is, a broken one nobody's", () => {
  const payload = Buffer.from(JSON.stringify({ sub: "小满" })).toString("base64url");
  assert.equal(subjectOf(`x.${payload}.y`), "小满");
  assert.equal(subjectOf("nonsense"), "unknown");
});
