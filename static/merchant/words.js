// @ts-check
import { addWords } from "../lib/i18n.js";
import "../lib/words/desk.js";
import { en } from "./words/en.js";
import { zhCN } from "./words/zh-CN.js";

addWords({ "zh-CN": zhCN, en });
