-- Participants and their machine clients.

CREATE TABLE catalog.participant (
    participant_id uuid        PRIMARY KEY,
    code           text        NOT NULL UNIQUE,
    title_zh       text        NOT NULL,
    title_en       text        NOT NULL,
    uscc           text,
    registered_at  timestamptz NOT NULL
);

CREATE TABLE catalog.client (
    client_id      text        PRIMARY KEY,
    participant_id uuid        NOT NULL REFERENCES catalog.participant,
    secret_hash    text        NOT NULL,
    roles          text[]      NOT NULL,
    registered_at  timestamptz NOT NULL,
    disabled_at    timestamptz
);

-- Resources, their versions and the columns of their store tables.

CREATE TABLE catalog.resource (
    resource_id     uuid        PRIMARY KEY,
    name            text        NOT NULL UNIQUE,   -- also the name of its table in the schema store
    participant_id  uuid        NOT NULL REFERENCES catalog.participant,
    title_zh        text        NOT NULL,
    title_en        text        NOT NULL,
    description     text,
    current_version integer     NOT NULL,
    partition       integer     NOT NULL,          -- the partition queue that carries its batches
    registered_at   timestamptz NOT NULL
);

CREATE TABLE catalog.resource_version (
    resource_id   uuid        NOT NULL REFERENCES catalog.resource,
    version       integer     NOT NULL,
    schema        text        NOT NULL,
    fingerprint   text        NOT NULL,
    registered_at timestamptz NOT NULL,
    PRIMARY KEY (resource_id, version),
    UNIQUE (resource_id, fingerprint)
);

-- Columns are only ever added; a column keeps its bit in the feed's masks of changed columns for ever.
CREATE TABLE catalog.resource_column (
    resource_id uuid    NOT NULL REFERENCES catalog.resource,
    name        text    NOT NULL,
    bit         integer NOT NULL,   -- from 0; columns from bit 62 on share bit 62
    PRIMARY KEY (resource_id, name)
);

-- Offsets are taken from head under this row's lock, inside the transaction that writes the rows: gap-free, in commit order.
CREATE TABLE catalog.feed (
    resource_id uuid    PRIMARY KEY REFERENCES catalog.resource,
    head        bigint  NOT NULL DEFAULT 0,  -- last offset given out
    load_end    bigint  NOT NULL DEFAULT 0,  -- offsets up to here are the first load: found in the store table only
    floor       bigint  NOT NULL DEFAULT 0,  -- feed entries up to here were trimmed; a cursor below it has expired
    loading     boolean NOT NULL DEFAULT false -- the first snapshot is under way
) WITH (fillfactor = 50);

-- Streams and their batches.

CREATE TABLE catalog.stream (
    stream_id        uuid        PRIMARY KEY,
    resource_id      uuid        NOT NULL UNIQUE REFERENCES catalog.resource,
    source           text        NOT NULL,
    version          integer     NOT NULL,
    epoch            bigint      NOT NULL,
    sequence         bigint      NOT NULL DEFAULT 0,
    position         text,
    in_snapshot      boolean     NOT NULL DEFAULT false,
    state            text        NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'held')),
    held_code        text,
    held_reason      text,
    rows_accepted    bigint      NOT NULL DEFAULT 0,
    rows_quarantined bigint      NOT NULL DEFAULT 0,
    opened_at        timestamptz NOT NULL,
    committed_at     timestamptz
) WITH (fillfactor = 50);

CREATE TABLE catalog.batch (
    resource_id      uuid        NOT NULL REFERENCES catalog.resource,
    stream_id        uuid        NOT NULL REFERENCES catalog.stream,
    sequence         bigint      NOT NULL,
    epoch            bigint      NOT NULL,
    kind             smallint    NOT NULL,
    first_offset     bigint      NOT NULL,   -- first_offset > last_offset where nothing changed
    last_offset      bigint      NOT NULL,
    rows_received    integer     NOT NULL,
    rows_quarantined integer     NOT NULL,
    warnings         jsonb,                  -- [{field, code, rows}]: rows that were stored although a rule warns
    sha256           text        NOT NULL,
    committed_at     timestamptz NOT NULL,
    PRIMARY KEY (stream_id, sequence)
);

-- A batch with more bad rows than its threshold, or with a broken frame or checksum: kept whole until the stream is released.
CREATE TABLE catalog.held_batch (
    stream_id  uuid        NOT NULL REFERENCES catalog.stream,
    sequence   bigint      NOT NULL,
    header     text        NOT NULL,
    body       bytea       NOT NULL,
    held_at    timestamptz NOT NULL,
    PRIMARY KEY (stream_id, sequence)
);

CREATE TABLE catalog.quarantine (
    quarantine_id bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    resource_id   uuid        NOT NULL REFERENCES catalog.resource,
    stream_id     uuid        NOT NULL REFERENCES catalog.stream,
    sequence      bigint      NOT NULL,
    row_number    integer     NOT NULL,   -- place in its batch, from 0
    version       integer     NOT NULL,
    row           bytea       NOT NULL,   -- the tuple as it came
    reasons       jsonb       NOT NULL,   -- [{field, code, limit}], never values
    set_aside_at  timestamptz NOT NULL,
    UNIQUE (stream_id, sequence, row_number)
);
CREATE INDEX quarantine_by_resource ON catalog.quarantine (resource_id, quarantine_id);

-- Grants.

CREATE TABLE catalog.access_grant (
    grant_id         uuid        PRIMARY KEY,
    grant_version    bigint      NOT NULL,   -- the version of grant_state at its last change
    consumer_id      uuid        NOT NULL REFERENCES catalog.participant,
    resource_id      uuid        NOT NULL REFERENCES catalog.resource,
    resource_version integer     NOT NULL,
    purpose          text        NOT NULL,
    legal_basis      text        NOT NULL,
    fields           jsonb       NOT NULL,   -- [{"name": …, "mask": … or null}]
    row_filter       text,
    methods          text[]      NOT NULL,
    verify_fields    text[]      NOT NULL,
    case_required    boolean     NOT NULL,
    rows_per_day     bigint,
    valid_from       timestamptz NOT NULL,
    valid_until      timestamptz NOT NULL,
    created_at       timestamptz NOT NULL,
    created_by       text        NOT NULL,
    revoked_at       timestamptz,
    revoked_by       text,
    revoke_reason    text
);
CREATE INDEX access_grant_by_resource ON catalog.access_grant (resource_id, consumer_id);

-- One row. Raised with every change of grants and clients; also announced by NOTIFY exchange_grants.
CREATE TABLE catalog.grant_state (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    version   bigint  NOT NULL
);
INSERT INTO catalog.grant_state (version) VALUES (0);

-- The working-day calendar, as published each year.

CREATE TABLE catalog.calendar_year (
    year         integer     PRIMARY KEY,
    published_in text        NOT NULL,   -- number of the notice
    loaded_at    timestamptz NOT NULL
);

CREATE TABLE catalog.calendar_day (
    day        date    PRIMARY KEY,
    year       integer NOT NULL REFERENCES catalog.calendar_year,
    name       text    NOT NULL,
    is_off_day boolean NOT NULL
);

-- Messages to announce after commit.

CREATE TABLE catalog.outbox (
    outbox_id    bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    message_type text        NOT NULL,
    message      jsonb       NOT NULL,
    created_at   timestamptz NOT NULL
);
