using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Exchange.Gateway.Tests.Kit;

namespace Exchange.Gateway.Tests.Publishing;

/// <summary>What is refused at the door, before the catalogue is asked.</summary>
[Trait("Cost", "Servers")]
public sealed class PublishRequestTests(PublishingDoor door) : IClassFixture<PublishingDoor>
{
    private const string Line = """{"uscc":"a"}""";

    [Theory]
    [InlineData("application/json", "k", "", "body_type_unsupported", 415)]
    [InlineData("text/csv;charset=gb18030", "k", "", "body_not_utf8", 422)]
    [InlineData("application/x-ndjson", null, "", "idempotency_key_missing", 400)]
    [InlineData("application/x-ndjson", "\"\"", "", "idempotency_key_invalid", 400)]
    [InlineData("application/x-ndjson", "k", "?mode=all", "parameter_invalid", 400)]
    [InlineData("application/x-ndjson", "k", "?mode=changes&mode=changes", "parameter_invalid", 400)]
    [InlineData("application/x-ndjson", "k", "?on-bad-line=ignore", "parameter_invalid", 400)]
    [InlineData("application/x-ndjson", "k", "?colour=red", "parameter_unknown", 400)]
    [InlineData("text/csv", "k", "?lines=changes", "parameter_invalid", 400)]
    [InlineData("application/x-ndjson", "k", "?lines=changes&mode=snapshot", "parameter_invalid", 400)]
    public async Task Publish_BadRequest_IsRefusedByNameAndOnRecord(string type, string? key, string query, string name, int status)
    {
        using var response = await door.SendAsync(Encoding.UTF8.GetBytes(Line), type, key, query);

        Assert.Equal((status, name), ((int)response.StatusCode, await response.ProblemAsync()));
        Assert.Equal("access.refused " + name, await door.RecordedAsync(response));
    }

    [Fact]
    public async Task Publish_EmptyOrUnreadableBody_IsRefusedAndOnRecord()
    {
        foreach (var (body, name) in (( byte[], string)[])[([], "publication_empty"), ("\n \n"u8.ToArray(), "publication_empty"), ([0xFF, 0xFE, 0x61, 0], "body_not_utf8")])
        {
            using var response = await door.SendAsync(body);

            Assert.Equal((422, name), ((int)response.StatusCode, await response.ProblemAsync()));
            Assert.Equal("access.finished " + name, await door.RecordedAsync(response));
        }
    }

    [Fact]
    public async Task Publish_PackedBodies_KeepTheLimitOfWhatTheyUnpackTo()
    {
        var bomb = Pack(new byte[4 * 1024 * 1024]);
        Assert.True(bomb.Length < 64 * 1024);
        var good = Pack(Encoding.UTF8.GetBytes(Line));

        foreach (var (body, encoding, name, status) in ((byte[], string, string, int)[])
                 [
                     (bomb, "gzip", "body_too_large", 413),
                     (new byte[2 * 1024 * 1024], "identity", "body_too_large", 413),
                     (good, "gzip, gzip", "body_encoding_unsupported", 415),
                     (good, "br", "body_encoding_unsupported", 415),
                     (good[..^12], "gzip", "body_compression_broken", 400),
                     (good[..^3], "gzip", "body_compression_broken", 400),
                     ([.. good, .. "more"u8], "gzip", "body_compression_broken", 400),
                     ([.. good[..^8], 1, 2, 3, 4, .. good[^4..]], "gzip", "body_compression_broken", 400),
                     (Encoding.UTF8.GetBytes(Line), "gzip", "body_compression_broken", 400),
                     (good, "gzip", "publication_rejected", 422),
                 ])
        {
            using var response = await door.SendAsync(body, encoding: encoding);
            Assert.Equal((status, name), ((int)response.StatusCode, await response.ProblemAsync()));
        }
    }

    [Fact]
    public async Task Publish_RejectedLines_AreReportedInTheCallersLanguage()
    {
        using var response = await door.SendAsync("{\"uscc\":\"a\"}\nx\n"u8.ToArray());
        var problem = await response.JsonAsync();

        Assert.Equal((2, 0, 2), (problem.GetProperty("lines").GetInt32(), problem.GetProperty("accepted").GetInt32(), problem.GetProperty("rejected").GetInt32()));
        var first = problem.GetProperty("rejections")[0];
        Assert.Equal((1, 0, "name", "value_required", "Field 'name' is required."), (
            first.GetProperty("line").GetInt32(), first.GetProperty("offset").GetInt32(), first.GetProperty("errors")[0].GetProperty("field").GetString(),
            first.GetProperty("errors")[0].GetProperty("name").GetString(), first.GetProperty("errors")[0].GetProperty("detail").GetString()));
        Assert.Equal((2, 13), (problem.GetProperty("rejections")[1].GetProperty("line").GetInt32(), problem.GetProperty("rejections")[1].GetProperty("offset").GetInt32()));
    }

    [Fact]
    public async Task Publish_BodyThatEndsEarlyOrComesTooSlowly_IsNotTaken()
    {
        // Who hung up half-way is told so where the connection still takes it, and is never told that anything is stored.
        var cut = await door.RawAsync("Content-Length: 1000", Line, close: true);
        Assert.True(cut.Length == 0 || cut.Contains("body_incomplete", StringComparison.Ordinal), cut);
        var slow = await door.RawAsync("Content-Length: 100000", Line, close: false);
        Assert.StartsWith("HTTP/1.1 408", slow, StringComparison.Ordinal);
        Assert.Contains("body_too_slow", slow, StringComparison.Ordinal);
    }

    private static byte[] Pack(byte[] body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(body);
        return packed.ToArray();
    }
}

/// <summary>A gateway with small limits and a publisher at its door.</summary>
public sealed class PublishingDoor : IAsyncLifetime
{
    private Node _node = null!;
    private HttpClient _client = null!;
    private int _keys;

    public async ValueTask InitializeAsync()
    {
        _node = await Node.StartAsync(settings: [("Gateway:Publishing:MaxBodyBytes", "1048576"), ("Gateway:MinBodyBytesPerSecond", "5000"), ("Gateway:BodyGraceSeconds", "2")]);
        await Enterprises.CreateAsync(_node);
        _client = await _node.ClientAsync("market");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _node.DisposeAsync();
    }

    internal async Task<HttpResponseMessage> SendAsync(
        byte[] body, string type = "application/x-ndjson", string? key = "", string query = "", string? encoding = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/publish/enterprise" + query) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        if (encoding is not null) request.Content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        if (key is not null) request.Headers.Add("Idempotency-Key", key.Length > 0 ? key : $"key-{Interlocked.Increment(ref _keys)}");
        return await _client.SendAsync(request);
    }

    /// <summary>Kind and outcome of the last entry on record of a request.</summary>
    internal async Task<string?> RecordedAsync(HttpResponseMessage response)
    {
        var id = Guid.Parse(response.Headers.GetValues("Exchange-Request-Id").Single());
        string? last = null;
        await Testing.Eventually.TrueAsync(async () =>
        {
            last = await _node.Database.ScalarAsync<string>("SELECT kind || ' ' || outcome FROM audit.entry WHERE request_id = $1 AND operation = 'publish' ORDER BY index DESC LIMIT 1", id);
            return last is not null;
        });
        return last;
    }

    /// <summary>Sends a request by hand and answers with all that comes back.</summary>
    internal async Task<string> RawAsync(string length, string body, bool close)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, _node.Address.Port);
        var head = $"POST /v1/publish/enterprise HTTP/1.1\r\nHost: a\r\nAuthorization: {_client.DefaultRequestHeaders.Authorization}\r\nIdempotency-Key: raw\r\n"
            + $"Content-Type: application/x-ndjson\r\n{length}\r\n\r\n";
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(head + body));
        if (close) socket.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }
}
