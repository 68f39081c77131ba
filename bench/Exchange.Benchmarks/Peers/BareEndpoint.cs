using System.Buffers;
using System.Text.Json;
using Exchange.Benchmarks.Data;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Exchange.Benchmarks.Peers;

/// <summary>
/// The peer of look-ups: Kestrel and Npgsql without grant, mask, lease or audit. A process of its own (<c>bare CONNECTION TABLE</c>)
/// that writes its address as its first line.
/// </summary>
internal static class BareEndpoint
{
    private static readonly JsonEncodedText[] Names = [.. EnterpriseTable.GrantedFields.Select(f => JsonEncodedText.Encode(f))];
    private static readonly JsonWriterOptions Writing = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task<int> MainAsync(string connection, string table, CancellationToken cancellation)
    {
        await using var database = NpgsqlDataSource.Create(connection);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        await using var app = builder.Build();
        var lookup = $"SELECT {EnterpriseTable.GrantedColumns} FROM {table} WHERE uscc = $1";
        var verify = $"SELECT legal_rep = $2 AND id_no = $3 FROM {table} WHERE uscc = $1";
        app.MapGet("/enterprises/{key}", (string key, HttpContext http) => LookUpAsync(database, lookup, key, http));
        app.MapPost("/verify", (HttpContext http) => VerifyAsync(database, verify, http));
        await app.StartAsync(cancellation);
        Console.WriteLine(app.Services.GetService(typeof(Microsoft.AspNetCore.Hosting.Server.IServer)) is Microsoft.AspNetCore.Hosting.Server.IServer server
            ? server.Features.Get<IServerAddressesFeature>()!.Addresses.First()
            : "");
        await Task.Delay(Timeout.Infinite, cancellation).ContinueWith(static _ => { }, TaskScheduler.Default);
        return 0;
    }

    private static async Task LookUpAsync(NpgsqlDataSource database, string sql, string key, HttpContext http)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        await using (var connection = await database.OpenConnectionAsync(http.RequestAborted))
        await using (var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = key } } })
        await using (var reader = await command.ExecuteReaderAsync(http.RequestAborted))
        {
            if (!await reader.ReadAsync(http.RequestAborted))
            {
                http.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }

            WriteRow(body, reader);
        }

        await AnswerAsync(http, body.WrittenMemory);
    }

    private static void WriteRow(IBufferWriter<byte> body, NpgsqlDataReader row)
    {
        using var json = new Utf8JsonWriter(body, Writing);
        json.WriteStartObject();
        for (var i = 0; i < Names.Length; i++)
        {
            json.WritePropertyName(Names[i]);
            if (row.IsDBNull(i)) json.WriteNullValue();
            else if (row.GetFieldType(i) == typeof(long)) json.WriteNumberValue(row.GetInt64(i));
            else if (row.GetFieldType(i) == typeof(DateTime)) json.WriteStringValue(row.GetDateTime(i));
            else json.WriteStringValue(row.GetString(i));
        }

        json.WriteEndObject();
    }

    private static async Task VerifyAsync(NpgsqlDataSource database, string sql, HttpContext http)
    {
        using var body = await JsonDocument.ParseAsync(http.Request.Body, default, http.RequestAborted);
        var match = body.RootElement.GetProperty("match");
        bool matches;
        await using (var connection = await database.OpenConnectionAsync(http.RequestAborted))
        await using (var command = new NpgsqlCommand(sql, connection)
        {
            Parameters =
            {
                new() { Value = body.RootElement.GetProperty("key").GetProperty("uscc").GetString() },
                new() { Value = match.GetProperty("legal_rep").GetString() },
                new() { Value = match.GetProperty("id_no").GetString() },
            },
        })
        {
            matches = await command.ExecuteScalarAsync(http.RequestAborted) is true;
        }

        await AnswerAsync(http, matches ? "{\"match\":true}"u8.ToArray() : "{\"match\":false}"u8.ToArray());
    }

    private static async Task AnswerAsync(HttpContext http, ReadOnlyMemory<byte> body)
    {
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        await http.Response.BodyWriter.WriteAsync(body, http.RequestAborted);
    }
}
