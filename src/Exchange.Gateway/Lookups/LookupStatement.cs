using System.Buffers;
using Exchange.Gateway.Authorization;
using Exchange.Gateway.Formats;
using Exchange.Records.Formats;
using Exchange.Records.Schemas;
using Npgsql;

namespace Exchange.Gateway.Lookups;

/// <summary>The one statement that finds a granted record by its key, and what writes it. Made once per plan.</summary>
internal sealed class LookupStatement
{
    private readonly string _sql;
    private readonly SqlValues _fixed;
    private readonly JsonRowWriter _record;
    private readonly IReadOnlyList<Field> _keys;

    public LookupStatement(GrantPlan plan)
    {
        _fixed = SqlValues.Parameters();
        _keys = plan.Schema.Keys;
        var columns = PlanSql.Projection(plan, plan.Columns, "t", _fixed);
        var rows = PlanSql.Rows(plan, _fixed, PlanSql.Of("t"));
        var shape = _fixed.Continue();
        var keys = _keys.Select(k => $"t.{Sql.Name(k.Name)} = {shape.Add("", k.Type.PostgresName())}");
        _sql = $"""
            SELECT record_send(r) FROM (
                SELECT {string.Join(", ", columns.Select((c, i) => $"{c} AS c{i}"))}
                FROM {Sql.Table(plan.Resource)} t
                WHERE {string.Join(" AND ", keys)} AND {rows}
            ) r
            """;
        _record = new JsonRowWriter(Encoders.Columns(plan.Columns));
    }

    public NpgsqlCommand Command(NpgsqlConnection connection, IReadOnlyList<string> key)
    {
        var values = _fixed.Continue();
        for (var i = 0; i < _keys.Count; i++) values.Add(key[i], _keys[i].Type.PostgresName());
        var command = new NpgsqlCommand(_sql, connection);
        values.Bind(command.Parameters);
        return command;
    }

    public void Write(IBufferWriter<byte> output, RecordTuple tuple) => _record.Write(output, tuple.Bytes, tuple.Places);
}
