-- A room is known inside by a small number, and a place in its log by one integer, its key:
-- room number << 32 | seq. Integer keys are a third of the cost of text ones.
--
-- What is written with every message (events, bodies, rounds, decisions) goes to the end of a heap
-- in the order of the commits, under `pos`: all rooms of a commit share a few pages then. Ordered
-- by room instead, each message would dirty pages of its own, at five times the cost. The order by
-- room is kept in slim tables beside (*_places), which are brought up to date in bulk, sorted:
-- everything up to the positions in `settled` is in them, and readers look at the few rows behind
-- those positions as well.

CREATE TABLE rooms (
    no INTEGER PRIMARY KEY,            -- in the order of their first steps
    id TEXT NOT NULL UNIQUE,
    shop TEXT,                         -- NULL until the room's row is written
    buyer TEXT,
    buyer_name TEXT,
    open INTEGER,
    last_at INTEGER,
    order_id TEXT
);
CREATE INDEX rooms_by_shop ON rooms (shop, last_at, id, open);
CREATE INDEX rooms_by_buyer ON rooms (buyer, last_at, id);

-- Apart from `rooms` because it changes with every round: slim rows, no index to keep up.
CREATE TABLE dues (
    room_no INTEGER PRIMARY KEY,
    due_at INTEGER,
    session INTEGER NOT NULL
);

CREATE TABLE events (
    pos INTEGER PRIMARY KEY,
    room_no INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    role TEXT NOT NULL,
    author TEXT NOT NULL,
    name TEXT NOT NULL,
    carrier TEXT NOT NULL,             -- '' for none
    kind TEXT NOT NULL,
    phase TEXT NOT NULL,
    ref TEXT NOT NULL,                 -- '' for none
    ref_hash INTEGER,
    proof BLOB NOT NULL,               -- digest of the body, then the link: 16 bytes each (R41)
    unread INTEGER NOT NULL
);

-- Apart, so that a body goes with its salt and the chain still holds (R55): delete the row.
CREATE TABLE bodies (
    pos INTEGER PRIMARY KEY,
    sealed BLOB NOT NULL               -- salt (16 bytes), then the body
);

CREATE TABLE places (
    key INTEGER PRIMARY KEY,
    pos INTEGER NOT NULL,
    ref_hash INTEGER,
    unread INTEGER NOT NULL
);

-- The ref_hashes of full pages of a room's log, so that a long room opens quickly.
-- Page n holds those of n * 4096 < seq <= (n + 1) * 4096, 8 bytes each, little-endian, signed.
CREATE TABLE ref_pages (
    room_no INTEGER NOT NULL,
    page INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (room_no, page)
) WITHOUT ROWID;

CREATE TABLE snapshots (
    room_no INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL,
    link BLOB NOT NULL,
    state BLOB NOT NULL
);

-- Every state that a round was stored in; the last one counts.
CREATE TABLE rounds (
    pos INTEGER PRIMARY KEY,
    room_no INTEGER NOT NULL,
    id INTEGER NOT NULL,
    round TEXT NOT NULL                -- JSON
);
CREATE TABLE round_places (
    key INTEGER PRIMARY KEY,
    pos INTEGER NOT NULL
);

CREATE TABLE decisions (
    pos INTEGER PRIMARY KEY,
    shop TEXT NOT NULL,
    at INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT,
    decision TEXT NOT NULL             -- JSON
);
CREATE TABLE decision_places (
    shop TEXT NOT NULL,
    at INTEGER NOT NULL,
    pos INTEGER NOT NULL,
    PRIMARY KEY (shop, at, pos)
) WITHOUT ROWID;

-- One row: the last position of each heap that is in its places.
CREATE TABLE settled (
    events INTEGER NOT NULL,
    rounds INTEGER NOT NULL,
    decisions INTEGER NOT NULL
);
INSERT INTO settled VALUES (0, 0, 0);

CREATE TABLE marks (
    room_no INTEGER NOT NULL,
    role TEXT NOT NULL,
    owner TEXT NOT NULL,
    id TEXT NOT NULL,
    read INTEGER NOT NULL,
    delivered INTEGER NOT NULL,
    PRIMARY KEY (room_no, role, owner, id)
) WITHOUT ROWID;

CREATE TABLE orders (
    id TEXT PRIMARY KEY,
    shop TEXT NOT NULL,
    buyer TEXT NOT NULL,
    placed_at INTEGER NOT NULL,
    "order" TEXT NOT NULL              -- JSON
) WITHOUT ROWID;
CREATE INDEX orders_by_buyer ON orders (shop, buyer, placed_at, id);

CREATE TABLE switches (
    shop TEXT PRIMARY KEY,
    switch TEXT NOT NULL               -- JSON
) WITHOUT ROWID;
CREATE TABLE switch_changes (
    no INTEGER PRIMARY KEY,
    shop TEXT NOT NULL,
    change TEXT NOT NULL               -- JSON
);
CREATE INDEX switch_changes_by_shop ON switch_changes (shop, no);

CREATE TABLE agents (
    role TEXT NOT NULL,
    owner TEXT NOT NULL,
    id TEXT NOT NULL,
    agent TEXT NOT NULL,               -- JSON
    PRIMARY KEY (role, owner, id)
) WITHOUT ROWID;

CREATE TABLE handled (
    no INTEGER PRIMARY KEY,
    carrier TEXT NOT NULL,
    ended_at INTEGER NOT NULL,
    handling_ms INTEGER NOT NULL
);
CREATE INDEX handled_by_carrier ON handled (carrier, ended_at);

CREATE TABLE carriers (
    place INTEGER PRIMARY KEY,
    carrier TEXT NOT NULL              -- JSON
);

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;
