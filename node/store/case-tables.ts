/** What version 2 of the node's database adds: threads, deadlines, status, groups, events. Made once, never changed. */
export const CASE_TABLES = `
CREATE TABLE IF NOT EXISTS case_messages (
  seq INTEGER PRIMARY KEY,
  id BLOB NOT NULL,
  sender TEXT NOT NULL,
  direction INTEGER NOT NULL,       -- 1 sent, 2 received
  thread BLOB NOT NULL,
  type INTEGER NOT NULL,
  in_reply_to BLOB NOT NULL,        -- empty: none
  group_id BLOB NOT NULL,           -- empty: none
  exercise INTEGER NOT NULL,
  state INTEGER NOT NULL,           -- 1 not accepted yet, 2 accepted, 3 refused
  at_ms INTEGER NOT NULL,           -- acceptance; composition before it
  case_number TEXT NOT NULL,
  subject TEXT NOT NULL,
  valid_until_ms INTEGER NOT NULL,  -- of the content; 0: not limited
  retention_ms INTEGER NOT NULL,    -- content is erased then; 0: not by itself
  status TEXT NOT NULL,             -- what its originator has made of it
  erased INTEGER NOT NULL,
  routing BLOB NOT NULL,            -- header facts stay when the content is erased
  UNIQUE (id, sender, direction)
) STRICT;
CREATE INDEX IF NOT EXISTS case_messages_thread ON case_messages (thread, at_ms);
CREATE INDEX IF NOT EXISTS case_messages_case ON case_messages (case_number) WHERE case_number <> '';
CREATE INDEX IF NOT EXISTS case_messages_reply ON case_messages (in_reply_to) WHERE length(in_reply_to) > 0;
CREATE INDEX IF NOT EXISTS case_messages_group ON case_messages (group_id) WHERE length(group_id) > 0;
CREATE INDEX IF NOT EXISTS case_messages_retention ON case_messages (retention_ms) WHERE retention_ms > 0 AND erased = 0;
CREATE TABLE IF NOT EXISTS origins (
  origin BLOB NOT NULL,             -- message that another is derived from
  seq INTEGER NOT NULL,             -- the derived one
  PRIMARY KEY (origin, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS grants (
  target BLOB NOT NULL,
  decision BLOB NOT NULL,           -- id of the PermissionDecision
  PRIMARY KEY (target, decision)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS open_requests (seq INTEGER PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS told_stages (
  seq INTEGER NOT NULL,
  recipient TEXT NOT NULL,
  stage INTEGER NOT NULL,           -- 1 half, 2 four-fifths, 3 breached
  PRIMARY KEY (seq, recipient)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS acknowledgements (
  id BLOB PRIMARY KEY,
  actor TEXT NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS closed_threads (thread BLOB PRIMARY KEY, at_ms INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS recipient_events (
  seq INTEGER PRIMARY KEY,
  mailbox TEXT NOT NULL,
  number INTEGER NOT NULL,
  axis INTEGER NOT NULL,            -- 1 access, 2 consent: each is stated once
  statement BLOB NOT NULL,
  open INTEGER NOT NULL,            -- 1: not answered yet
  log_index INTEGER,
  code INTEGER NOT NULL,
  UNIQUE (mailbox, number, axis)
) STRICT;
CREATE INDEX IF NOT EXISTS recipient_events_open ON recipient_events (seq) WHERE open = 1;
CREATE TABLE IF NOT EXISTS groups (
  group_id BLOB PRIMARY KEY,
  version INTEGER NOT NULL,
  definition BLOB NOT NULL,         -- Group
  ended INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS case_backlog (one INTEGER PRIMARY KEY CHECK (one = 1)) STRICT;
`;
