// Fakes for the client's two outer worlds: time and the socket.

/** A clock that moves only when told; timers fire in due order. */
export class FakeClock {
  constructor(start = 1_000_000) {
    this.time = start;
    this.timers = new Map();
    this.next = 1;
  }

  now = () => this.time;

  setTimeout = (f, ms) => {
    this.timers.set(this.next, { at: this.time + ms, f });
    return this.next++;
  };

  clearTimeout = (id) => this.timers.delete(id);

  async advance(ms) {
    const end = this.time + ms;
    for (;;) {
      const due = [...this.timers].filter(([, timer]) => timer.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (!due) break;
      this.timers.delete(due[0]);
      this.time = due[1].at;
      due[1].f();
      await settle();
    }
    this.time = end;
  }
}

/** Lets promises that are already decided run on. */
export const settle = async () => {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
};

/** The server's end of every socket that a connection opens. */
export class FakeServer {
  constructor() {
    this.sockets = [];
    this.socket = (url, protocol) => {
      const socket = new FakeSocket(url, protocol);
      this.sockets.push(socket);
      return socket;
    };
  }

  get last() {
    return this.sockets.at(-1);
  }

  /** Opens the newest socket and answers its hello. */
  async greet(frames = [], epoch = "e1") {
    await settle();
    this.last.open();
    this.last.say({ type: "welcome", epoch, you: ME, server_time_at: 1_000_000, heartbeat_ms: 25_000, limits: {} });
    for (const frame of frames) this.last.say(frame);
    this.last.say({ type: "ready" });
    await settle();
  }
}

class FakeSocket {
  constructor(url, protocol) {
    Object.assign(this, { url, protocol, readyState: 0, sent: [], closedWith: undefined });
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close(code) {
    this.readyState = 3;
    this.closedWith = code;
  }

  open() {
    this.readyState = 1;
    this.onopen();
  }

  say(frame) {
    this.onmessage({ data: JSON.stringify(frame) });
  }

  fall(code, reason = "") {
    this.readyState = 3;
    this.onclose({ code, reason });
  }

  types() {
    return this.sent.map((frame) => frame.type);
  }
}

export const ME = { role: "buyer", id: "b1", name: "林一" };
export const SHOP = { role: "merchant", id: "m1", name: "小满" };
export const COURIER = { role: "logistics", id: "l1", name: "周岚" };

/** A `room` frame as the server sends it. */
export const snapshot = (fields = {}) => ({
  type: "room", room: "r1", seq: 0, after: 0, phase: "two_party", shop: "s1", buyer: ME,
  members: [{ ...ME, online: true }, { ...SHOP, online: true }], reception: "human", read: {}, delivered: {}, visible_from: 1,
  reset: false, ...fields,
});

/** An `event` frame. */
export const event = (seq, by, body, more = {}) => ({
  type: "event", room: "r1", seq, at: 1_000_000 + seq * 1000, by, event: body, ...more,
});

export const text = (seq, by, words, more) => event(seq, by, { kind: "message_posted", body: { kind: "text", text: words } }, more);

/** Storage as a browser has it. */
export class FakeStorage {
  items = new Map();
  get length() {
    return this.items.size;
  }
  key = (i) => [...this.items.keys()][i] ?? null;
  getItem = (key) => this.items.get(key) ?? null;
  setItem = (key, value) => void this.items.set(key, String(value));
  removeItem = (key) => void this.items.delete(key);
}
