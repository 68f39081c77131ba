-- Every access writes two entries, one of them before its caller goes on: what an entry costs is paid by each look-up.
-- Request ids rise with time, so a summary of pages finds them as well as a tree of all of them does.

DROP INDEX audit.entry_by_request;
CREATE INDEX entry_by_request ON audit.entry USING brin (request_id) WITH (pages_per_range = 16, autosummarize = on);
