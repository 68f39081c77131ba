using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Adapters.Sources.Postgres;
using Exchange.Adapters.Tests.Support;
using Exchange.Contracts.Errors;
using Exchange.Testing;
using Npgsql;
using Xunit;

namespace Exchange.Adapters.Tests.Sources.Postgres.Capture;

/// <summary>A publication that a database administrator made, for a role that may only read and replicate.</summary>
[Trait("Cost", "Servers")]
public sealed class CapturePublicationTests : IAsyncLifetime
{
    private const string SharedColumns = "code, full_name, age, pay, born, updated_at";
    private const string Options = "WITH (publish = 'insert, update, delete, truncate', publish_via_partition_root = true)";
    private DepartmentDatabase _department = null!;

    public async ValueTask InitializeAsync()
    {
        _department = await DepartmentDatabase.CreateAsync();
        await _department.ExecuteAsync(TestSchemas.CreatePeople);
        await CapturedPeople.FillAsync(_department, 30);
        await _department.ExecuteAsync($"""
            DROP ROLE IF EXISTS {Role}; CREATE ROLE {Role} LOGIN REPLICATION PASSWORD 'reader'; GRANT SELECT ON people TO {Role}; CREATE TABLE other (n integer)
            """);
    }

    public async ValueTask DisposeAsync()
    {
        await _department.ExecuteAsync($"DROP OWNED BY {Role}");
        await _department.DisposeAsync();
    }

    private string Role => $"reader_{_department.Name}";

    private string Publication => $"publication_{_department.Name}";

    [Fact]
    public async Task Publication_MissingAndNotToBeMade_NamesTheStatementWhichThenSuffices()
    {
        var finding = Assert.Single((await CheckAsync(null))!.Details);
        Assert.Equal(ErrorCodes.CapturePublicationMissing, finding.Code);

        await using var platform = new RecordingPlatform();
        await using var adapter = RunningAdapter.Publish(Model(null), platform);
        await Eventually.TrueAsync(() => adapter.Progress.Last?.Problem is { } p && p.Details.Any(d => d.Code == ErrorCodes.CapturePublicationMissing));
        await _department.ExecuteAsync((string)finding.Data["sql"]!);
        Assert.Null(await CheckAsync(null));
        await Eventually.TrueAsync(() => adapter.Progress.Last is { Snapshots: 1, Phase: AdapterPhase.CaughtUp }, TimeSpan.FromSeconds(40));
        await _department.ExecuteAsync("UPDATE people SET age = 5 WHERE code < 'P0000009'");
        await CapturedPeople.ArrivedAsync(_department, platform);
    }

    [Theory]
    [InlineData("code < 'P0000010'", "((code <  'P0000010'))")]
    [InlineData("people.code like 'P%' and not code = 'P0000001'", "(code LIKE 'P%') AND (NOT (code = 'P0000001'))")]
    [InlineData("code in ('P0000001','P0000002')", "code  IN  ('P0000001', 'P0000002')")]
    public async Task Publication_ConditionSpeltAnotherWay_IsTaken(string configured, string published)
    {
        await PublishAsync(SharedColumns, published);
        Assert.Null(await CheckAsync(configured));
        await NothingIsLeftAsync();
    }

    [Theory]
    [InlineData("code < 'P0000010'", "code < 'P0000020'", "(code < 'P0000010'::bpchar)", "(code < 'P0000020'::bpchar)")]
    [InlineData("code < 'P0000010'", null, "code < 'P0000010'", "true")]
    [InlineData(null, "code < 'P0000020'", "true", "(code < 'P0000020'::bpchar)")]
    public async Task Publication_OtherRowsThanConfigured_IsRefusedNamingBoth(string? configured, string? published, string wanted, string found)
    {
        await PublishAsync(SharedColumns, published);
        await using var platform = new RecordingPlatform();
        await using var adapter = RunningAdapter.Publish(Model(configured), platform);
        await Eventually.TrueAsync(() => adapter.Progress.Last?.Problem is { } p && p.Details.Any(d => d.Code == ErrorCodes.CapturePublicationFilter));
        var text = adapter.Progress.Last!.Problem!.ToString();
        Assert.Contains(wanted, text, StringComparison.Ordinal);
        Assert.Contains(found, text, StringComparison.Ordinal);
        Assert.Empty(platform.Committed);
        await NothingIsLeftAsync();
    }

    [Theory]
    [InlineData("people (code, full_name, age, pay, born, updated_at, note)")]
    [InlineData("people (code, full_name, age, pay, born)")]
    [InlineData("people")]
    [InlineData("people (code, full_name, age, pay, born, updated_at), other")]
    public async Task Publication_OtherColumnsOrTables_IsRefused(string tables)
    {
        await _department.ExecuteAsync($"CREATE PUBLICATION {Publication} FOR TABLE {tables} {Options}");
        Assert.Equal(ErrorCodes.CapturePublicationMissing, Assert.Single((await CheckAsync(null))!.Details).Code);
    }

    [Fact]
    public async Task Publication_OfARoleWithoutTemporaryTables_IsTakenWhereTheConditionIsWrittenAsPublished()
    {
        await _department.ExecuteAsync($"REVOKE TEMPORARY ON DATABASE {_department.Name} FROM PUBLIC");
        await PublishAsync(SharedColumns, "code < 'P0000010'");
        var finding = Assert.Single((await CheckAsync("code < 'P0000010'"))!.Details);
        Assert.Equal(ErrorCodes.CapturePublicationUnproven, finding.Code);
        Assert.Null(await CheckAsync((string)finding.Data["published"]!));
        Assert.Null(await CheckAsync(((string)finding.Data["published"]!)[1..^1]));

        await _department.ExecuteAsync($"GRANT TEMPORARY ON DATABASE {_department.Name} TO {Role}");
        Assert.Null(await CheckAsync("code < 'P0000010'"));
    }

    [Fact]
    public async Task Publication_ConditionThatTheServerCannotRead_IsNamedInvalid()
    {
        await PublishAsync(SharedColumns, "code < 'P0000010'");
        Assert.Equal(ErrorCodes.CaptureFilterInvalid, Assert.Single((await CheckAsync("code <"))!.Details).Code);
        Assert.Equal(ErrorCodes.CaptureFilterInvalid, Assert.Single((await CheckAsync("nothing < 1"))!.Details).Code);
    }

    private Task PublishAsync(string columns, string? where) => _department.ExecuteAsync($"""
        DROP PUBLICATION IF EXISTS {Publication}; CREATE PUBLICATION {Publication} FOR TABLE people ({columns}) {(where is null ? "" : $"WHERE ({where})")} {Options}
        """);

    private PostgresSourceModel Model(string? where) => CapturedPeople.Model(_department, where) with
    {
        Connection = new PostgresConnection(new NpgsqlConnectionStringBuilder(_department.ConnectionString) { Username = Role, Password = "reader" }.ConnectionString),
    };

    private Task<Error?> CheckAsync(string? where)
    {
        var model = Model(where);
        return PostgresCheck.FindAsync(new PublishingAdapter("people-adapter", null, TestSchemas.Register(), model, new BatchLimits(10, 10, 1)), model, CancellationToken.None);
    }

    private async Task NothingIsLeftAsync() => Assert.Equal(0, await _department.ScalarAsync<long>("SELECT count(*) FROM pg_class WHERE relpersistence = 't'"));
}
