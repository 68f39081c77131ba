using Exchange.Adapters.Configuration;
using Exchange.Adapters.Sources.Postgres;
using Exchange.Adapters.Sources.Postgres.Capture;
using Exchange.Adapters.Tests.Support;
using Exchange.Contracts.Records;
using Exchange.Records.Rows;
using Exchange.Testing;

namespace Exchange.Adapters.Tests.Sources.Postgres.Capture;

/// <summary>The table "people" of a department, captured.</summary>
internal static class CapturedPeople
{
    public const string Query = "SELECT code::text, full_name, age FROM people ORDER BY code COLLATE \"C\"";

    public static readonly IReadOnlyDictionary<string, string> Columns = TestSchemas.PeopleSchema.Fields.ToDictionary(
        f => f.Name, f => f.Name == "name" ? "full_name" : f.Name, StringComparer.Ordinal);

    public static PostgresSourceModel Model(DepartmentDatabase department, string? where = null, string table = "people", TimeSpan? heartbeat = null) => new(
        department.Connection, TableName.Parse(table)!, Columns, PostgresReadMode.Capture, null, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), null, "Asia/Shanghai",
        where, new CaptureModel($"slot_{department.Name}", $"publication_{department.Name}", heartbeat ?? TimeSpan.FromSeconds(30), 80));

    public static Task FillAsync(DepartmentDatabase department, int rows) => department.ExecuteAsync($"""
        INSERT INTO people SELECT 'P' || lpad(i::text, 7, '0'), '行政区划人员' || i, i % 90, i * 1.25, date '1990-01-01' + i, timestamptz '2026-01-01 00:00:00+00' + i * interval '1 minute'
        FROM generate_series(1, {rows}) AS i
        """);
    /// <summary>Waits until the recorded batches say what the table holds.</summary>
    public static async Task ArrivedAsync(DepartmentDatabase department, RecordingPlatform platform, TimeSpan? deadline = null, string query = Query) => await Eventually.EqualAsync(
        string.Join('\n', await department.RowsAsync(query)), () => Task.FromResult(string.Join('\n', PeopleTable.After(platform.Committed))), deadline ?? TimeSpan.FromSeconds(20));

    /// <summary>A change of any kind to one of 400 keys.</summary>
    public static string RandomStatement(Random random)
    {
        string Key() => $"'P{random.Next(1, 400):0000000}'";
        return random.Next(10) switch
        {
            < 4 => $"UPDATE people SET age = {random.Next(90)}, full_name = '某人{random.Next(1000)}' WHERE code = {Key()}",
            < 7 => $"INSERT INTO people VALUES ({Key()}, '新人{random.Next(1000)}', {random.Next(90)}, NULL, NULL, now()) ON CONFLICT (code) DO UPDATE SET age = excluded.age",
            < 9 => $"DELETE FROM people WHERE code = {Key()}",
            _ => $"UPDATE people SET code = {Key()} WHERE code = {Key()} AND NOT EXISTS (SELECT FROM people p WHERE p.code = {Key()})",
        };
    }

    /// <summary>Per inserted row, in order: key, and the bytes of <c>updated_at</c> and <c>pay</c> in hexadecimal digits.</summary>
    public static List<string> RawTimes(RecordingPlatform platform)
    {
        var rows = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var batch in platform.Committed.Where(b => b.Header.Kind == BatchKind.Changes))
        {
            var slices = new FieldSlice[TestSchemas.PeopleSchema.Fields.Count + 1];
            var reader = new RowReader(batch.Body.Span);
            while (reader.ReadRow(slices))
            {
                var code = RowValue.Text(reader.Bytes(slices[1]));
                rows[code] = $"{code}|{Convert.ToHexStringLower(reader.Bytes(slices[6]))}|{Convert.ToHexStringLower(reader.Bytes(slices[4]))}";
            }
        }

        return [.. rows.Values];
    }
}
