-- Tables and views with their comments and sizes. Sizes of partitioned tables are those of their leaves.
-- $1 = schemas, or null for all but the system's.
WITH locked AS MATERIALIZED (
    -- Asking for the size of a table waits for whoever has it, or is about to have it, for itself.
    SELECT l.relation FROM pg_catalog.pg_locks l WHERE l.mode = 'AccessExclusiveLock' AND l.relation IS NOT NULL
)
SELECT c.oid, n.nspname::text, c.relname::text, c.relkind::text, pg_catalog.obj_description(c.oid, 'pg_class'),
       CASE WHEN size.leaves > 0 AND NOT size.unknown THEN size.rows::bigint END,
       coalesce(size.pages, 0)::bigint,
       pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_any_column_privilege(c.oid, 'SELECT'),
       c.relrowsecurity
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (
    SELECT count(*) AS leaves,
           -- Density by the last analyze, times the pages of today: as the planner does.
           sum(CASE WHEN leaf.pages = 0 THEN 0 ELSE leaf.reltuples::float8 / nullif(leaf.relpages, 0) * leaf.pages END)
               FILTER (WHERE leaf.pages = 0 OR (leaf.reltuples >= 0 AND leaf.relpages > 0)) AS rows,
           bool_or((leaf.pages > 0 OR leaf.is_locked) AND (leaf.reltuples < 0 OR leaf.relpages = 0)) AS unknown,
           sum(leaf.pages) AS pages
    FROM (
        SELECT r.reltuples, r.relpages, r.oid IN (SELECT relation FROM locked) AS is_locked,
               CASE WHEN r.oid IN (SELECT relation FROM locked) THEN r.relpages
               ELSE coalesce(pg_catalog.pg_relation_size(r.oid), 0) / current_setting('block_size')::bigint END AS pages
        FROM (
            WITH RECURSIVE part(id) AS (
                SELECT c.oid
                UNION ALL
                SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN part ON i.inhparent = part.id WHERE c.relkind = 'p'
            )
            SELECT part.id FROM part
        ) AS part
        JOIN pg_catalog.pg_class r ON r.oid = part.id AND r.relkind IN ('r', 'm')
    ) AS leaf
) AS size
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND NOT c.relispartition
  AND c.relpersistence <> 't'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
  AND ($1::text[] IS NULL OR n.nspname = ANY ($1))
  AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY n.nspname, c.relname
