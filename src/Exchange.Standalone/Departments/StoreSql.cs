namespace Exchange.Standalone.Departments;

/// <summary>The same questions as at the source, asked of the exchange's store and of the consumer's own tables.</summary>
internal static class StoreSql
{
    public const string StoredSlice = """
        SELECT count(*), coalesce(sum(('x' || substr(encode(sha256(convert_to(concat_ws('|',
                   uscc, name,
                   CASE WHEN left(legal_rep, 2) = ANY (@compound) THEN left(legal_rep, 2) || repeat('*', greatest(char_length(legal_rep) - 2, 0))
                        ELSE left(legal_rep, 1) || repeat('*', greatest(char_length(legal_rep) - 1, 0)) END,
                   left(id_no, 1) || repeat('*', char_length(id_no) - 2) || right(id_no, 1),
                   coalesce(to_char(established, 'YYYY-MM-DD'), '~'), status, region_code, coalesce(scope, '~')), 'UTF8')), 'hex'), 1, 14))::bit(56)::bigint), 0)
        FROM store.enterprise
        WHERE region_code LIKE @city || '%'
        """;

    public const string StoredRegister = """
        SELECT count(*), coalesce(sum(('x' || substr(encode(sha256(convert_to(concat_ws('|',
                   uscc, name, legal_rep, id_no, coalesce(reg_capital::numeric(18,2)::text, '~'), coalesce(to_char(established, 'YYYY-MM-DD'), '~'), status, region_code,
                   coalesce(address, '~'), coalesce(phone, '~'), to_char(updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), coalesce(scope, '~')),
                   'UTF8')), 'hex'), 1, 14))::bit(56)::bigint), 0)
        FROM store.enterprise
        """;

    public const string StoredDivisions = """
        SELECT count(*), coalesce(sum(('x' || substr(encode(sha256(convert_to(concat_ws('|', code, name, level, coalesce(parent, '~')), 'UTF8')), 'hex'), 1, 14))::bit(56)::bigint), 0)
        FROM store.division
        """;

    /// <summary>At the consumer nothing is masked any more: the eight columns are read as they arrived.</summary>
    public const string ReceivedSlice = """
        SELECT count(*), coalesce(sum(('x' || substr(encode(sha256(convert_to(concat_ws('|',
                   uscc, name, legal_rep, id_no, coalesce(to_char(established, 'YYYY-MM-DD'), '~'), status, region_code, coalesce(scope, '~')), 'UTF8')), 'hex'), 1, 14))::bit(56)::bigint), 0)
        FROM enterprise
        """;

    public const string ReceivedDivisions = """
        SELECT count(*), coalesce(sum(('x' || substr(encode(sha256(convert_to(concat_ws('|', code, name, level, coalesce(parent, '~')), 'UTF8')), 'hex'), 1, 14))::bit(56)::bigint), 0)
        FROM division
        """;

    public const string ReceivedColumns = """
        SELECT coalesce(string_agg(column_name, ',' ORDER BY ordinal_position), '')
        FROM information_schema.columns
        WHERE table_schema = current_schema() AND table_name = 'enterprise' AND column_name NOT LIKE '\_%'
        """;

    public const string TableExists = "SELECT to_regclass(@name) IS NOT NULL";
}
