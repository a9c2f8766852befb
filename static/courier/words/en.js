// @ts-check
/** English words of the courier's desk: the same keys as zh-CN.js. */

/** @type {Record<keyof typeof import("./zh-CN.js").zhCN, string | ((p: any) => string)>} */
export const en = {
  "courier.title": "{courier} · Desk", "courier.status": "Your status", "courier.load": "Serving {active} of at most {capacity}", "courier.waiting": "Queue {n}",
  "courier.capacity": "Capacity", "courier.capacityHint": "Chats at once, 1–100. Lowering it does not touch chats that go on.", "courier.fewer": "Fewer", "courier.more": "More", "courier.save": "Save",
  "courier.mine": "My chats {n}",
  "courier.noSessions": "No chats", "courier.idleShort": "Ending", "courier.answers": "To answer", "courier.newSession": "New three-way chat", "courier.left": "The chat has ended and is off your desk",
  "courier.nothing.online": "No chat right now", "courier.nothing.waiting": "You are online; the next one opens by itself.", "courier.nothing.paused": "On a break", "courier.nothing.offline": "You are offline",
  "courier.nothing.hint": "Once you are online, waiting buyers are assigned to you.", "courier.goOnline": "Go online",
  "courier.keys.next": "Next chat", "courier.keys.previous": "Previous chat", "courier.keys.end": "End the chat", "courier.keys.keep": "Continue (when ending)", "courier.keys.back": "Back to the list",
  "courier.question": "The question", "courier.byShop": "Invited by the shop; ask what it is about", "courier.receiver": "To", "courier.address": "Address", "courier.noContext": "The order is not here yet.",
  "courier.parcel": "Parcel", "courier.copy": "Copy", "courier.copied": "Tracking number copied", "courier.openDetails": "Order and parcel in full",
  "courier.lost": "Another agent is being found", "courier.emptyHint": "Buyer and shop are waiting for you. Say hello.", "courier.reply": "Reply… type / for quick replies", "courier.toolbar": "Reply tools",
  "courier.end": "End…", "courier.endTitle": "End the three-way chat", "courier.endNow": "End chat", "courier.endHint": "The outcome stays in the chat for buyer and shop. You will no longer see this chat.",
  "courier.summary": "What was done (optional)", "courier.ticket": "Ticket (optional)", "courier.promise": "Promised answer", "courier.promisePast": "Choose a time in the future",
  "courier.promise.hours": "In 2 hours", "courier.promise.tonight": "Today 20:00", "courier.promise.tomorrow": "Tomorrow 12:00",
  "courier.idle": "Idle; ending in {time}. Press Continue if you are still on it.",

  "courier.quick.hi.title": "Greeting", "courier.quick.hi.text": "Hello, this is the courier. I have your order here and am checking it.",
  "courier.quick.wait.title": "One moment", "courier.quick.wait.text": "One moment please, I am asking the depot about your parcel.",
  "courier.quick.station.title": "Depot asked", "courier.quick.station.text": "I have asked the depot; the driver will get in touch soon. Please keep your phone at hand.",
  "courier.quick.urge.title": "Hurry up", "courier.quick.urge.text": "I have marked it as urgent; the depot will deliver it first.",
  "courier.quick.track.title": "Tracking", "courier.quick.track.text": "Your parcel is between depots; you will see every step as it happens.",
  "courier.quick.sign.title": "Signed?", "courier.quick.sign.text": "It is marked as delivered. I am asking the driver where it was left.",
  "courier.quick.address.title": "New address", "courier.quick.address.text": "Please change the address on the order page; I will pass it on to the depot.",
  "courier.quick.intercept.title": "Stop parcel", "courier.quick.intercept.text": "I have asked to stop the parcel; if that works it goes back to the shop.",
  "courier.quick.promise.title": "Promise", "courier.quick.promise.text": "This needs more checking. We will answer by the time we agreed on.",
  "courier.quick.sorry.title": "Apology", "courier.quick.sorry.text": "I am sorry for the trouble. We will sort it out as soon as we can.",
  "courier.quick.bye.title": "Goodbye", "courier.quick.bye.text": "Thank you for your patience. You can invite us again at any time.",
};
