using Exchange.Adapters.Configuration;
using Exchange.Contracts.Errors;
using Exchange.Records.Schemas;

namespace Exchange.Adapters.Sources.Postgres.Capture;

/// <summary>What must hold at the department's server before its changes can be captured: a pure function of what was found there.</summary>
internal static class CaptureRules
{
    /// <summary>The first version whose publications have column lists and row filters.</summary>
    public const int OldestVersion = 15;

    /// <summary>The first version that can publish generated columns.</summary>
    private const int PublishesGenerated = 18;

    /// <returns>All that stands in the way, each with its remedy; empty where nothing does.</returns>
    public static IReadOnlyList<ErrorDetail> Find(ServerFacts facts, PostgresSourceModel model, ResourceSchema schema, string publication)
    {
        var findings = new List<ErrorDetail>();
        FindServer(facts, findings);
        if (!facts.HasTable || !facts.MaySelect)
        {
            Add(findings, ErrorCodes.CaptureTableUnreadable, ("table", model.Table), ("sql", $"GRANT SELECT ON {model.Table.Sql} TO CURRENT_ROLE_OF_THE_ADAPTER"));
            return findings;
        }

        FindIdentity(facts, model, schema, findings);
        FindTypes(facts, model, schema, findings);
        FindGenerated(facts, model, schema, findings);
        if (!facts.HasPublication && !facts.MayPublish) findings.Add(new Publication(publication, model, PublishedColumns(facts, model, schema)).Missing(""));
        return findings;
    }

    /// <summary>The columns to publish: those of the fields, and those that name a row at the source. Null for all, which a full replica identity demands.</summary>
    public static IReadOnlyList<string>? PublishedColumns(ServerFacts facts, PostgresSourceModel model, ResourceSchema schema) => facts.Identity == 'f'
        ? null
        : [.. facts.Columns.Where(c => c.InIdentity || schema.Fields.Any(f => model.Columns[f.Name] == c.Name)).Select(c => c.Name)];

    /// <summary>Columns of the row filter that the replica identity lacks: with them, the source could not update its own table.</summary>
    public static IReadOnlyList<string> OutsideIdentity(ServerFacts facts, IEnumerable<string> columns) => facts.Identity == 'f'
        ? []
        : [.. columns.Where(c => !facts.Columns.Any(t => t.Name == c && t.InIdentity))];

    /// <summary>Statements after which the replica identity holds these columns.</summary>
    public static string IdentitySql(TableName table, IEnumerable<string> columns)
    {
        var index = TableName.Identifier.Quote($"{table.Name}_exchange");
        var list = string.Join(", ", columns.Select(TableName.Identifier.Quote));
        return $"CREATE UNIQUE INDEX {index} ON {table.Sql} ({list}); ALTER TABLE {table.Sql} REPLICA IDENTITY USING INDEX {index}";
    }

    private static void FindServer(ServerFacts facts, List<ErrorDetail> findings)
    {
        if (facts.Version < OldestVersion) Add(findings, ErrorCodes.CaptureServerTooOld, ("version", facts.Version), ("oldest", OldestVersion));
        if (facts.WalLevel != "logical") Add(findings, ErrorCodes.CaptureWalLevel, ("level", facts.WalLevel));
        if (facts.IsStandby) Add(findings, ErrorCodes.CaptureStandby);
        if (!facts.MayReplicate) Add(findings, ErrorCodes.CaptureRoleMissing);
        if (facts.KeepMegabytes < 0) Add(findings, ErrorCodes.CaptureBudgetUnlimited);
        if (!facts.HasSlot && facts.SlotsUsed >= facts.SlotsAllowed) Add(findings, ErrorCodes.CaptureSlotsExhausted, ("setting", "max_replication_slots"), ("limit", facts.SlotsAllowed));
        if (!facts.HasSlot && facts.SendersUsed >= facts.SendersAllowed) Add(findings, ErrorCodes.CaptureSlotsExhausted, ("setting", "max_wal_senders"), ("limit", facts.SendersAllowed));
    }

    private static void FindIdentity(ServerFacts facts, PostgresSourceModel model, ResourceSchema schema, List<ErrorDetail> findings)
    {
        if (facts.Kind is not ('r' or 'p'))
        {
            Add(findings, ErrorCodes.CaptureTableKind, ("table", model.Table));
            return;
        }

        var keys = schema.Keys.Select(k => model.Columns[k.Name]).ToList();
        var missing = OutsideIdentity(facts, keys);
        if (facts.Identity is 'n' or 'm' || missing.Count > 0)
            Add(findings, ErrorCodes.CaptureIdentity, ("table", model.Table), ("columns", string.Join(", ", keys)), ("sql", IdentitySql(model.Table, keys)));
    }

    private static void FindTypes(ServerFacts facts, PostgresSourceModel model, ResourceSchema schema, List<ErrorDetail> findings)
    {
        foreach (var field in schema.Fields)
        {
            if (facts.Columns.FirstOrDefault(c => c.Name == model.Columns[field.Name]) is { } column && ColumnForms.Of(field.Type, column.Type, column.IsEnum) is null)
                Add(findings, ErrorCodes.CaptureColumnType, ("column", column.Name), ("type", column.Type), ("field", field.Type.PostgresName()));
        }
    }

    private static void FindGenerated(ServerFacts facts, PostgresSourceModel model, ResourceSchema schema, List<ErrorDetail> findings)
    {
        foreach (var column in facts.Columns)
        {
            var isPublished = column.Generated == "" || (column.Generated == "s" && facts.Version >= PublishesGenerated && facts.Identity != 'f');
            if (!isPublished && schema.Fields.Any(f => model.Columns[f.Name] == column.Name)) Add(findings, ErrorCodes.CaptureGeneratedColumn, ("column", column.Name));
        }
    }

    private static void Add(List<ErrorDetail> findings, ErrorCode code, params (string Name, object? Value)[] data) =>
        findings.Add(new ErrorDetail("source.postgres", code, code.With(data).Data));
}
