-- The record of accesses. Entries hold no record values. One log per gateway instance; its index is gap-free and is the order.

CREATE TABLE audit.entry (
    log            text        NOT NULL,
    index          bigint      NOT NULL,   -- from 0
    kind           text        NOT NULL CHECK (kind IN ('access.started', 'access.finished', 'access.refused')),
    at             timestamptz NOT NULL,
    request_id     uuid        NOT NULL,
    client_id      text,
    participant_id uuid,
    grant_id       uuid,
    grant_version  bigint,
    resource_id    uuid,
    operation      text        NOT NULL,   -- records, changes, lookup, verify, or the administrative operation
    purpose        text,
    case_number    text,
    request_hash   bytea,                  -- SHA-256 of method, path, query and body
    from_offset    bigint,
    row_count      bigint,                 -- finished only
    byte_count     bigint,                 -- finished only
    body_sha256    bytea,                  -- finished only
    outcome        text,                   -- finished and refused: completed, or the name of the error
    PRIMARY KEY (log, index)
);
CREATE INDEX entry_by_request ON audit.entry (request_id);
CREATE INDEX entry_by_grant ON audit.entry (grant_id, at);
