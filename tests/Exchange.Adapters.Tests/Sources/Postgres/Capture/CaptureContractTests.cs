using Exchange.Adapters.Configuration;
using Exchange.Adapters.Tests.Support;
using Xunit;

namespace Exchange.Adapters.Tests.Sources.Postgres.Capture;

/// <summary>Capture keeps what every source keeps.</summary>
[Trait("Cost", "Servers")]
public sealed class CaptureContractTests : SourceContract
{
    private DepartmentDatabase _department = null!;

    public override async ValueTask InitializeAsync()
    {
        _department = await DepartmentDatabase.CreateAsync();
        await _department.ExecuteAsync(TestSchemas.CreatePeople);
    }

    public override ValueTask DisposeAsync() => _department.DisposeAsync();

    internal override ISourceModel Model => CapturedPeople.Model(_department);

    internal override Task FillAsync(int rows) => CapturedPeople.FillAsync(_department, rows);

    internal override Task DriftAsync() => _department.ExecuteAsync("ALTER TABLE people RENAME COLUMN full_name TO old_name");

    internal override Task MendAsync(int rows) => _department.ExecuteAsync("ALTER TABLE people RENAME COLUMN old_name TO full_name");
}
