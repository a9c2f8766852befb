import assert from "node:assert/strict";
import { test } from "node:test";
import { addressFields, onceToken, subjectOf } from "../../static/lib/address.js";
import { longest, marked } from "../../static/lib/evidence.js";
import { openWords } from "../../static/lib/i18n.js";
import { chordOf, keysOf } from "../../static/lib/keys.js";
import { choiceAfter, found, quickReplies } from "../../static/lib/quick.js";
import "../../static/merchant/words.js";

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
