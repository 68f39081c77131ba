using System.Globalization;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Exchange.Adapters.Tests.Support;

/// <summary>What a <see cref="ScriptedApi"/> may do wrong.</summary>
internal static class ApiFaults
{
    /// <summary>Answers with the first part of a page, or with none, as <paramref name="fault"/> says.</summary>
    public static async Task<bool> FailAsync(HttpContext http, string fault)
    {
        const string begun = """{"code":0,"data":{"items":[{"code":"P9999999","detail":{"fullName":"half read"},"updatedAt":"2026-01-01T00:00:00Z"},{"co""";
        switch (fault)
        {
            case "silence":
                http.Response.ContentType = "application/json";
                await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(begun));
                await http.Response.Body.FlushAsync();
                var gone = new TaskCompletionSource();
                await using (http.RequestAborted.Register(gone.SetResult)) await gone.Task;
                break;
            case "cut":
                await ScriptedApi.SendAsync(http, begun);
                await http.Response.Body.FlushAsync();
                http.Abort();
                break;
            case "length":
                http.Response.ContentLength = begun.Length + 100;
                await ScriptedApi.SendAsync(http, begun);
                break;
            case "half":
                await ScriptedApi.SendAsync(http, begun);
                break;
            case "html":
                await ScriptedApi.SendAsync(http, "<html><body>请登录</body></html>", type: "text/html");
                break;
            default:
                await ScriptedApi.SendAsync(http, """{"error":"x"}""", int.Parse(fault, CultureInfo.InvariantCulture));
                break;
        }

        return true;
    }

    /// <summary>Answers with pages that never come to an end, or are too large.</summary>
    public static async Task EndlessAsync(HttpContext http, string fault, int number)
    {
        const string row = """{"code":"P1","detail":{"fullName":"a"},"updatedAt":"2026-01-01T00:00:00Z"}""";
        switch (fault)
        {
            case "same":
                await ScriptedApi.SendAsync(http, $$$"""{"data":{"items":[{{{row}}}]}}""");
                break;
            case "endless":
                await ScriptedApi.SendAsync(http, $$$"""{"data":{"items":[{{{row.Replace("P1", $"P{number}", StringComparison.Ordinal)}}}]}}""");
                break;
            case "large":
                await ScriptedApi.SendAsync(http, $$$"""{"data":{"items":[{{{string.Join(',', Enumerable.Repeat(row, 20_000))}}}]}}""");
                break;
            default:
                http.Response.Headers.ContentEncoding = "gzip";
                http.Response.ContentType = "application/json";
                await using (var gzip = new GZipStream(http.Response.Body, CompressionLevel.Fastest))
                {
                    var blanks = Encoding.ASCII.GetBytes(new string(' ', 1_000_000));
                    await gzip.WriteAsync("{\"data\":"u8.ToArray());
                    for (var i = 0; i < 20; i++) await gzip.WriteAsync(blanks);
                }

                break;
        }
    }
}
