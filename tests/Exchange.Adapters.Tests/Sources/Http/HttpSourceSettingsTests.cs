using Exchange.Adapters.Configuration;
using Exchange.Adapters.Sources.Http;
using Exchange.Adapters.Tests.Support;
using Exchange.Contracts.Errors;
using Xunit;

namespace Exchange.Adapters.Tests.Sources.Http;

public sealed class HttpSourceSettingsTests : IDisposable
{
    private const string File = """
        adapter: people-api
        resource:
          name: people
          publisher: bureau-a
          titleZh: 人员
          titleEn: People
          schema: people.json
        source:
          http:
            url: https://register.example/api/people?status=all
            rows: /data/items
            status: /code
            numericTimes: milliseconds
            interval: 10m
            columns:
              name: /detail/fullName
              updated_at: updatedAt
            optional: [pay]
            paging:
              style: page
              sizeParameter: size
              size: 500
              total: /data/total
            changes:
              parameter: since
              mark: updatedAt
              deleted: /flags/deleted
            credentials:
              bearerFile: secret
            limits:
              timeout: 30s
        """;

    private readonly AdapterFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Load_HttpSource_IsRead()
    {
        var loaded = await LoadAsync(File);
        var model = Assert.IsType<HttpSourceModel>(Assert.IsType<PublishingAdapter>(loaded.Value).Source);
        Assert.Equal(("/data/items", "/detail/fullName", "/updatedAt", "/age"), (model.Rows.ToString(), At(model, "name"), At(model, "updated_at"), At(model, "age")));
        Assert.Equal(["0", "200"], model.Status!.Good.Order(StringComparer.Ordinal));
        Assert.Equal((PagingStyle.Page, "page", "size", 500), (model.Paging.Style, model.Paging.Parameter, model.Paging.SizeParameter, model.Paging.Size));
        Assert.Equal(("since", "/updatedAt", "/flags/deleted", TimeSpan.FromMinutes(5)), (model.Changes!.Parameter, model.Changes.Mark!.ToString(), model.Changes.Deleted!.ToString(), model.Changes.Overlap));
        Assert.Equal(new HttpCredentials("Authorization", "Bearer s3cret"), model.Credentials);
        Assert.Equal((TimeSpan.FromSeconds(30), HttpLimitsSettings.Default.Rows), (model.Limits.Timeout, model.Limits.Rows));
        Assert.Equal((TimeSpan.FromMilliseconds(1), false), (model.Cells.TimeUnit, model.AcceptsEmpty));
        Assert.DoesNotContain("s3cret", model.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_NoLimits_HasTheDefaultsThatAreWritten()
    {
        var written = await LoadAsync(File);
        var silent = await LoadAsync(File.Replace("    limits:\n      timeout: 30s", "", StringComparison.Ordinal));
        Assert.Equal(HttpLimitsSettings.Default, LimitsOf(silent));
        Assert.Equal(HttpLimitsSettings.Default with { Timeout = TimeSpan.FromSeconds(30) }, LimitsOf(written));
    }

    [Theory]
    [InlineData("user: clerk\n      passwordFile: secret", "Authorization", "Basic Y2xlcms6czNjcmV0")]
    [InlineData("header: X-Api-Key\n      valueFile: secret", "X-Api-Key", "s3cret")]
    public async Task Load_OtherCredentials_AreRead(string text, string header, string value)
    {
        var loaded = await LoadAsync(File.Replace("bearerFile: secret", text, StringComparison.Ordinal));
        Assert.Equal(new HttpCredentials(header, value), ((HttpSourceModel)((PublishingAdapter)loaded.Value).Source).Credentials);
    }

    [Theory]
    [InlineData("https://register.example/api/people?status=all", "ftp://register.example/", "source.http.url")]
    [InlineData("https://register.example/api/people?status=all", "https://a:b@register.example/", "source.http.url")]
    [InlineData("https://register.example/api/people?status=all", "http://register.example/", "plainHttp")]
    [InlineData("rows: /data/items", "rows: data.items", "source.http.rows")]
    [InlineData("name: /detail/fullName", "nme: /detail/fullName", "nme")]
    [InlineData("name: /detail/fullName", "name: /detail~/fullName", "source.http.columns")]
    [InlineData("optional: [pay]", "optional: [salary]", "salary")]
    [InlineData("style: page", "style: cursor", "source.http.paging.next")]
    [InlineData("style: page", "style: pages", "source.http.paging.style")]
    [InlineData("mark: updatedAt", "mark: updatedAt\n      cursor: /c", "source.http.changes.mark")]
    [InlineData("      mark: updatedAt\n", "", "source.http.changes.cursor")]
    [InlineData("bearerFile: secret", "bearerFile: nowhere", "source.http.credentials.bearerFile")]
    [InlineData("bearerFile: secret", "header: Host\n      valueFile: secret", "source.http.credentials.header")]
    [InlineData("bearerFile: secret", "user: a", "source.http.credentials.bearerFile")]
    [InlineData("timeout: 30s", "timeout: 30", "source.http.limits.timeout")]
    [InlineData("interval: 10m", "spool: nowhere", "source.http.spool")]
    public async Task Load_OneFault_NamesItsSetting(string from, string to, string setting)
    {
        var error = (await LoadAsync(File.Replace(from, to, StringComparison.Ordinal))).Error!;
        Assert.Contains(setting, Assert.Single(error.Details).Text(Language.En), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_TokenOfTwoLines_IsRefusedWithoutRepeatingIt()
    {
        _folder.Write("secret", "one-token\nanother-token\n");
        var error = (await LoadAsync(File)).Error!;
        Assert.Contains("bearerFile", Assert.Single(error.Details).Text(Language.En), StringComparison.Ordinal);
        Assert.DoesNotContain("token", Assert.Single(error.Details).Text(Language.Zh), StringComparison.Ordinal);
    }

    private static HttpLimits LimitsOf(Result<AdapterModel> loaded) => ((HttpSourceModel)((PublishingAdapter)loaded.Value).Source).Limits;

    private static string At(HttpSourceModel model, string field) => model.Columns[field].ToString();

    private Task<Result<AdapterModel>> LoadAsync(string text) => AdapterFile.LoadAsync(_folder.Write("adapter.yaml", text), CancellationToken.None);
}
