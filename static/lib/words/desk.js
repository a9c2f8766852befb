// @ts-check
/** Words that the two desks share. */
import { addWords } from "../i18n.js";

const zh = {
  "line.image": "[图片]", "line.order": "[订单卡片]", "line.parcel": "[包裹卡片]", "line.promotion": "[活动卡片]",
  "quick.title": "快捷回复", "quick.button": "快捷回复", "quick.none": "没有匹配的快捷回复", "quick.hint": "↑↓ 选择 · Enter 填入 · Esc 关闭",
  "keys.title": "快捷键", "keys.help": "快捷键列表", "keys.send": "发送消息", "keys.break": "换行", "keys.quick": "快捷回复", "keys.close": "关闭弹窗",
  "desk.list": "会话列表", "desk.back": "返回列表", "desk.noToken": "无法登录", "desk.noTokenHint": "请从平台重新进入，或稍后再试。",
  "desk.connecting": "正在连接工作台…", "desk.offlineHint": "恢复后会自动继续，未发出的消息不会丢失。", "desk.details": "订单与包裹",
  "desk.evidence": "依据", "desk.platformSuggests": "平台建议", "desk.unread": "{n} 条未读",
  "outcome.title": "处理结果", "outcome.promise": "{time} 前答复", "outcome.ticket": "工单 {no}", "desk.more": "展开更多", "desk.stay": "先不结束",
};

/** @type {Record<keyof typeof zh, string | ((p: any) => string)>} */
const en = {
  "line.image": "[Image]", "line.order": "[Order]", "line.parcel": "[Parcel]", "line.promotion": "[Promotion]",
  "quick.title": "Quick replies", "quick.button": "Quick reply", "quick.none": "No such quick reply", "quick.hint": "↑↓ choose · Enter insert · Esc close",
  "keys.title": "Keyboard shortcuts", "keys.help": "This list", "keys.send": "Send", "keys.break": "New line", "keys.quick": "Quick reply", "keys.close": "Close a sheet",
  "desk.list": "Conversations", "desk.back": "Back to the list", "desk.noToken": "Could not sign in", "desk.noTokenHint": "Come in from the platform again, or try later.",
  "desk.connecting": "Connecting…", "desk.offlineHint": "It goes on by itself once you are back; nothing unsent is lost.", "desk.details": "Order and parcel",
  "desk.evidence": "Because of", "desk.platformSuggests": "Platform suggests", "desk.unread": "{n} unread",
  "outcome.title": "Outcome", "outcome.promise": "Answer by {time}", "outcome.ticket": "Ticket {no}", "desk.more": "Show more", "desk.stay": "Not yet",
};

addWords({ "zh-CN": zh, en });
