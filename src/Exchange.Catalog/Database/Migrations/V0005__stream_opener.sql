-- Who opened the stream last, and the how manieth opening of theirs it was: a request that is delivered twice, or late, opens nothing anew.
ALTER TABLE catalog.stream ADD COLUMN opener uuid, ADD COLUMN opening bigint;
