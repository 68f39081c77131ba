-- Publications over HTTP, by idempotency key. Rows are forgotten some time after the key has expired; no record values.

CREATE TABLE delivery.publication (
    publication_id  uuid        PRIMARY KEY,  -- stands in the stream's positions: http/<id>/<n>/<batches>
    participant_id  uuid        NOT NULL,
    idempotency_key text        NOT NULL,
    request_hash    bytea       NOT NULL,     -- keyed hash of resource, parameters and body
    resource_id     uuid        NOT NULL,
    fingerprint     text        NOT NULL,     -- of the schema version that the batches were cut for
    batches         integer     NOT NULL,
    committed       integer     NOT NULL DEFAULT 0,  -- batches known to be committed
    first_sequence  bigint,                   -- of the first batch; null until the stream was opened for it
    last_sequence   bigint,                   -- of the last batch known to be committed
    state           text        NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'finished')),
    answer          bytea,                    -- finished only: the report as it was answered
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    UNIQUE (participant_id, resource_id, idempotency_key)
);
CREATE INDEX publication_by_expiry ON delivery.publication (expires_at);
