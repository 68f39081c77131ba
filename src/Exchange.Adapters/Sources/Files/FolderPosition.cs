using System.Text.Encodings.Web;
using System.Text.Json;
using Exchange.Adapters.Pipelines;

namespace Exchange.Adapters.Sources.Files;

/// <summary>Where a folder source stands, as it is kept by the platform.</summary>
/// <param name="Published">The contents of the last files that were published, oldest first: 12 characters of Base64URL for the first nine bytes of each SHA-256.</param>
/// <param name="File">Name of the file that this position belongs to, cut.</param>
internal sealed record FolderPosition(string Published, string? File)
{
    public const int Remembered = 200;
    private const int HashCharacters = 12;
    private const int HashBytes = 9;
    private const int NameCharacters = 100;

    private static readonly FolderPosition Start = new("", null);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static FolderPosition Parse(CommittedPosition committed) =>
        committed.Position is null ? Start : JsonSerializer.Deserialize<FolderPosition>(committed.Position, Json) ?? Start;

    public static string ContentOf(ReadOnlySpan<byte> sha256) => System.Buffers.Text.Base64Url.EncodeToString(sha256[..HashBytes]);

    public bool Holds(string content)
    {
        for (var at = 0; at + HashCharacters <= Published.Length; at += HashCharacters)
            if (Published.AsSpan(at, HashCharacters).SequenceEqual(content)) return true;
        return false;
    }

    /// <summary>The position after a file is published; the oldest content is forgotten where there are too many.</summary>
    public FolderPosition With(string content, string file)
    {
        var published = Published + content;
        return new FolderPosition(published[Math.Max(0, published.Length - (Remembered * HashCharacters))..], Cut(file));
    }

    /// <summary>The position while a file is being published.</summary>
    public FolderPosition Within(string file) => this with { File = Cut(file) };

    public string Write() => JsonSerializer.Serialize(this, Json);

    private static string Cut(string file) => file.Length <= NameCharacters ? file : file[..NameCharacters];
}
