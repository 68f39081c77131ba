-- What people decided about held streams. The sequence is the stream's afterwards: of a rejected snapshot, that of its end.
CREATE TABLE catalog.stream_action (
    action_id    bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    stream_id    uuid        NOT NULL REFERENCES catalog.stream,
    action       text        NOT NULL CHECK (action IN ('release', 'reject')),
    sequence     bigint      NOT NULL,
    held_code    text        NOT NULL,
    held_reason  text        NOT NULL,
    reason       text,
    requested_by text        NOT NULL,
    requested_at timestamptz NOT NULL
);
CREATE INDEX stream_action_by_stream ON catalog.stream_action (stream_id, action_id);
