-- Quarantined records are settled one by one: released into the feed, discarded, or overtaken by a newer record of their key.

ALTER TABLE catalog.quarantine
    ADD COLUMN key           bytea,         -- the key's canonical bytes where they can be read
    ADD COLUMN state         text           NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'released', 'discarded', 'overtaken')),
    ADD COLUMN settled_at    timestamptz,
    ADD COLUMN released_head bigint;        -- the feed's head after the release
CREATE INDEX quarantine_open_by_key ON catalog.quarantine (resource_id, key) WHERE state = 'open';
CREATE INDEX quarantine_open ON catalog.quarantine (resource_id, quarantine_id) WHERE state = 'open';

-- What people did, and what came of it. Never values.
CREATE TABLE catalog.quarantine_action (
    action_id     bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    quarantine_id bigint      NOT NULL REFERENCES catalog.quarantine,
    action        text        NOT NULL CHECK (action IN ('release', 'revalidate', 'discard')),
    outcome       text        NOT NULL,     -- the new state, or the name of the error
    fields        text[]      NOT NULL,     -- the fields that were corrected
    reason        text,
    requested_by  text        NOT NULL,
    requested_at  timestamptz NOT NULL
);
CREATE INDEX quarantine_action_by_record ON catalog.quarantine_action (quarantine_id, action_id);

-- Each comparison of a source with the store, for both sides to refer to.
CREATE TABLE catalog.comparison (
    comparison_id    bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    resource_id      uuid        NOT NULL REFERENCES catalog.resource,
    fingerprint      text        NOT NULL,   -- of the schema version whose fields were compared
    compared_at      timestamptz NOT NULL,
    head             bigint      NOT NULL,   -- the feed's head when the store was read
    source_rows      bigint      NOT NULL,
    source_digest    text        NOT NULL,
    store_rows       bigint      NOT NULL,
    store_digest     text        NOT NULL,
    ranges           integer     NOT NULL,
    ranges_differing integer     NOT NULL
);
CREATE INDEX comparison_by_resource ON catalog.comparison (resource_id, comparison_id);
