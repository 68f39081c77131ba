-- What an adapter tells about its stream that stops nothing, such as resync_required; settled by the end of the next snapshot.
ALTER TABLE catalog.stream
    ADD COLUMN note_code   text,
    ADD COLUMN note_reason text,
    ADD COLUMN noted_at    timestamptz;
