using Exchange.Gateway.Formats;
using Exchange.Gateway.Lookups;
using Exchange.Records.Schemas;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Exchange.Gateway.Tests.Formats;

public sealed class RowFormatsTests
{
    private static readonly ResourceSchema TwoKeys = ResourceSchema.Parse(
        """{"type":"object","required":["a","b"],"properties":{"a":{"type":"string","x-exchange":{"key":true}},"b":{"type":"integer","x-exchange":{"key":true}}}}""").Value;

    [Theory]
    [InlineData(null, "Json")]
    [InlineData("*/*", "Json")]
    [InlineData("text/csv", "Csv")]
    [InlineData("text/*", "Csv")]
    [InlineData("application/x-ndjson;q=0.5, application/vnd.exchange.rows", "Rows")]
    [InlineData("application/json;q=0, */*;q=0.1", "Ndjson")]
    [InlineData("application/xml", null)]
    [InlineData("rubbish", null)]
    public void Choose_ByAccept_TakesTheBestOffer(string? accept, string? expected)
    {
        var http = new DefaultHttpContext();
        if (accept is not null) http.Request.Headers.Accept = accept;

        var chosen = RowFormats.Choose(http, RowFormat.Json, RowFormat.Ndjson, RowFormat.Csv, RowFormat.Rows);

        Assert.Equal(expected, chosen.IsError ? null : chosen.Value.ToString());
    }

    [Theory]
    [InlineData("/v1/data/r/x,5", "x|5")]
    [InlineData("/v1/data/r/x%2Fy,5?z=1", "x/y|5")]
    [InlineData("/v1/data/r/x%252Fy,5", "x%2Fy|5")]
    [InlineData("/v1/data/r/%22x,%5C%22y%22,-5", "x,\"y|-5")]
    [InlineData("/v1/data/r/%E4%BC%81,007", "企|7")]
    [InlineData("/v1/data/r/x", null)]
    [InlineData("/v1/data/r/x,y", null)]
    [InlineData("/v1/data/r/x,5,6", null)]
    [InlineData("/v1/data/r/%00,5", null)]
    public void KeyPath_OfTwoParts_IsReadFromTheRawTarget(string target, string? expected)
    {
        var http = new DefaultHttpContext();
        http.Features.Get<IHttpRequestFeature>()!.RawTarget = target;

        var key = KeyPath.Read(http, TwoKeys.Keys);

        Assert.Equal(expected, key.IsError ? null : string.Join('|', key.Value));
    }
}
