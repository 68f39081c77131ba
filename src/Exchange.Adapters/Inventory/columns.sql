-- Columns in their order, domains followed to the types they stand on. $1 = table ids.
WITH RECURSIVE domain_of(id, base, modifier, never_null) AS (
    SELECT t.oid, t.typbasetype, t.typtypmod, t.typnotnull FROM pg_catalog.pg_type t WHERE t.typtype = 'd'
    UNION ALL
    SELECT d.id, t.typbasetype, CASE WHEN d.modifier >= 0 THEN d.modifier ELSE t.typtypmod END, d.never_null OR t.typnotnull
    FROM domain_of d JOIN pg_catalog.pg_type t ON t.oid = d.base
    WHERE t.typtype = 'd'
)
SELECT a.attrelid, a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod),
       CASE WHEN b.typtype = 'e' THEN 'enum' WHEN s.nspname = 'pg_catalog' OR b.typname = 'citext' THEN b.typname::text ELSE '' END,
       coalesce(d.modifier, a.atttypmod),
       a.attnotnull OR coalesce(d.never_null, false),
       pg_catalog.col_description(a.attrelid, a.attnum),
       a.attidentity <> '',
       pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT'),
       CASE WHEN b.typtype = 'e' THEN ARRAY(SELECT e.enumlabel::text FROM pg_catalog.pg_enum e WHERE e.enumtypid = b.oid ORDER BY e.enumsortorder) END
FROM pg_catalog.pg_attribute a
LEFT JOIN (SELECT d.* FROM domain_of d JOIN pg_catalog.pg_type t ON t.oid = d.base WHERE t.typtype <> 'd') AS d ON d.id = a.atttypid
JOIN pg_catalog.pg_type b ON b.oid = coalesce(d.base, a.atttypid)
JOIN pg_catalog.pg_namespace s ON s.oid = b.typnamespace
WHERE a.attrelid = ANY ($1) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
