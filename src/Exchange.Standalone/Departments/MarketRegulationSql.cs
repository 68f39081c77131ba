namespace Exchange.Standalone.Departments;

/// <summary>The bureau's own register. Its table takes any value but the key, as such tables do: that is where broken rows come from.</summary>
internal static class MarketRegulationSql
{
    public const string CreateRegister = """
        CREATE SCHEMA reg;
        CREATE TABLE reg.ent_base (
            uniscid  char(18),
            entname  varchar(1000),
            lerep    varchar(200),
            cerno    varchar(30),
            regcap   numeric(18,4),
            estdate  date,
            regstate smallint,
            regorg   varchar(12),
            dom      varchar(600),
            tel      varchar(30),
            updtime  timestamptz,
            opscope  text
        );
        """;

    public const string IndexRegister = """
        ALTER TABLE reg.ent_base ADD PRIMARY KEY (uniscid);
        CREATE INDEX ent_base_updtime ON reg.ent_base (updtime, uniscid);
        ANALYZE reg.ent_base;
        """;

    public const string CopyRegister =
        "COPY reg.ent_base (uniscid, entname, lerep, cerno, regcap, estdate, regstate, regorg, dom, tel, updtime, opscope) FROM STDIN (FORMAT binary)";

    public const string CreateWorkTable = "CREATE TEMPORARY TABLE work (LIKE reg.ent_base) ON COMMIT DROP";

    public const string CopyWorkTable =
        "COPY work (uniscid, entname, lerep, cerno, regcap, estdate, regstate, regorg, dom, tel, updtime, opscope) FROM STDIN (FORMAT binary)";

    public const string UpdateFromWorkTable = """
        UPDATE reg.ent_base e
        SET entname = w.entname, lerep = w.lerep, cerno = w.cerno, regcap = w.regcap, estdate = w.estdate, regstate = w.regstate,
            regorg = w.regorg, dom = w.dom, tel = w.tel, updtime = w.updtime, opscope = w.opscope
        FROM work w
        WHERE e.uniscid = w.uniscid
        """;

    public const string Delete = "DELETE FROM reg.ent_base WHERE uniscid = ANY (@codes)";

    public const string Count = "SELECT count(*) FROM reg.ent_base";

    /// <summary>
    /// What the consumer must hold, worked out here from the register alone: one city, eight fields, masks written out anew, broken rows left out.
    /// </summary>
    public const string GrantedSlice = """
        SELECT count(*), coalesce(sum(('x' || substr(encode(sha256(convert_to(concat_ws('|',
                   uniscid, entname,
                   CASE WHEN left(lerep, 2) = ANY (@compound) THEN left(lerep, 2) || repeat('*', greatest(char_length(lerep) - 2, 0))
                        ELSE left(lerep, 1) || repeat('*', greatest(char_length(lerep) - 1, 0)) END,
                   left(cerno, 1) || repeat('*', char_length(cerno) - 2) || right(cerno, 1),
                   coalesce(to_char(estdate, 'YYYY-MM-DD'), '~'), regstate, regorg, coalesce(opscope, '~')), 'UTF8')), 'hex'), 1, 14))::bit(56)::bigint), 0)
        FROM reg.ent_base
        WHERE regorg LIKE @city || '%' AND NOT (uniscid = ANY (@broken))
        """;

    /// <summary>All valid rows with all twelve fields as they are.</summary>
    public const string WholeRegister = """
        SELECT count(*), coalesce(sum(('x' || substr(encode(sha256(convert_to(concat_ws('|',
                   uniscid, entname, lerep, cerno, coalesce(regcap::numeric(18,2)::text, '~'), coalesce(to_char(estdate, 'YYYY-MM-DD'), '~'), regstate, regorg,
                   coalesce(dom, '~'), coalesce(tel, '~'), to_char(updtime AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), coalesce(opscope, '~')),
                   'UTF8')), 'hex'), 1, 14))::bit(56)::bigint), 0)
        FROM reg.ent_base
        WHERE NOT (uniscid = ANY (@broken))
        """;
}
