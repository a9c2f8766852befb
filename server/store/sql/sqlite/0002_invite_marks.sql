-- What a shop's agents said of the platform's cards (R2); of each card the last word.
CREATE TABLE invite_marks (
    room_no INTEGER NOT NULL,
    invite TEXT NOT NULL,
    shop TEXT NOT NULL,
    at INTEGER NOT NULL,
    intent TEXT NOT NULL,              -- what it was, as the agent says
    read TEXT NOT NULL,                -- what the card said; '' for nothing
    mark TEXT NOT NULL,                -- JSON
    PRIMARY KEY (room_no, invite)
) WITHOUT ROWID;
CREATE INDEX invite_marks_by_shop ON invite_marks (shop, at);
