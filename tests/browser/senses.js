// What a person would notice of a page, for the tests to count: tones, notifications, a hidden tab.
// Pages load this before their own scripts.
window.sensed = { tones: 0, notifications: [] };
window.pretendHidden = false;

Object.defineProperty(Document.prototype, "visibilityState", {
  configurable: true,
  get: () => (window.pretendHidden ? "hidden" : "visible"),
});

window.OscillatorNode = class extends window.OscillatorNode {
  start(...when) {
    window.sensed.tones += 1;
    super.start(...when);
  }
};

window.Notification = class {
  static permission = "granted";
  constructor(title, options) {
    window.sensed.notifications.push({ title, ...options });
  }
};

window.setHidden = (hidden) => {
  window.pretendHidden = hidden;
  document.dispatchEvent(new Event("visibilitychange"));
};
