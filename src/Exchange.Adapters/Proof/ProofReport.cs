using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Exchange.Records.Formats;
using Exchange.Records.Proof;

namespace Exchange.Adapters.Proof;

/// <summary>How a comparison came out.</summary>
internal enum ProofVerdict
{
    /// <summary>Both sides hold the same rows.</summary>
    Equal,

    /// <summary>
    /// They do not; <see cref="ProofReport.Differences"/> says where. After a repair <see cref="ProofReport.Remaining"/> and <see cref="ProofReport.RangesLeft"/> say what is left of it.
    /// </summary>
    Different,

    /// <summary>They did not, and what differed was filled in again; a comparison of these keys afterwards found them equal.</summary>
    Repaired,

    /// <summary>What still differs kept changing while it was looked at; compare again at a quieter time.</summary>
    Unsettled,
}

/// <summary>One side of a comparison.</summary>
/// <param name="Name"><c>source</c>, <c>store</c> or <c>target</c>.</param>
/// <param name="Place">Where it stood: the feed offset of the store, the cursor of a target; null for a source.</param>
internal sealed record ProofSide(string Name, DateTimeOffset ReadAt, string? Place, long Rows, string Digest);

/// <summary>One range of keys, on the side that is right and on the side that is compared with it.</summary>
internal sealed record ProofRange(int Range, long RightRows, string RightDigest, long ComparedRows, string ComparedDigest);

/// <param name="Key">The key's values by field, as text.</param>
internal sealed record ProofDifference(DifferenceKind Kind, IReadOnlyDictionary<string, string> Key)
{
    public static ProofDifference Of(KeyDifference difference, IReadOnlyList<Column> key) => new(difference.Kind, Names(difference.Key, key));

    public static Dictionary<string, string> Names(byte[] key, IReadOnlyList<Column> columns)
    {
        var texts = ProofKey.Texts(columns, key) ?? throw new InvalidOperationException("The key was read with these columns.");
        return columns.Zip(texts).ToDictionary(k => k.First.Name, k => k.Second, StringComparer.Ordinal);
    }
}

/// <summary>A column that could not be compared, and why.</summary>
internal sealed record ProofOmission(string Column, string Reason);

/// <summary>
/// The artefact of a comparison, for both sides to keep: each range's rows and digest on both sides, and every key that differs. It holds keys, no other values.
/// </summary>
/// <param name="Right">The side that is right: of a publisher the source, of a consumer the store.</param>
/// <param name="Compared">The side that is compared with it, and repaired.</param>
/// <param name="RefusedRows">Rows of the source that break their schema; they are in quarantine and not compared.</param>
/// <param name="MovingKeys">Keys that differed at first and were left out: they were changing, and the stream of changes carries them.</param>
/// <param name="RangesLeft">Ranges that differ and whose keys are neither listed nor repaired, because too much differs for one run.</param>
/// <param name="Remaining">After a repair, what a comparison of the repaired keys still found; empty where nothing was repaired.</param>
internal sealed record ProofReport(
    string Adapter,
    string Resource,
    IReadOnlyList<string> Fields,
    ProofVerdict Verdict,
    ProofSide Right,
    ProofSide Compared,
    long RefusedRows,
    int MovingKeys,
    int RangesLeft,
    IReadOnlyList<ProofOmission> LeftOut,
    IReadOnlyList<ProofDifference> Differences,
    IReadOnlyList<ProofDifference> Remaining,
    IReadOnlyList<ProofRange> Ranges)
{
    /// <summary>The way rows are digested and ranges are cut; another way has another name.</summary>
    public string Form => "exchange-proof/1";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <param name="unsettled">Keys that went on changing.</param>
    /// <param name="remaining">What a comparison after a repair found; null where nothing was repaired.</param>
    public static ProofVerdict VerdictOf(int differences, int unsettled, int rangesLeft, int? remaining) => (differences, unsettled, rangesLeft, remaining) switch
    {
        (_, > 0, _, _) => ProofVerdict.Unsettled,
        (_, _, > 0, _) => ProofVerdict.Different,
        (0, _, _, _) => ProofVerdict.Equal,
        (_, _, _, 0) => ProofVerdict.Repaired,
        _ => ProofVerdict.Different,
    };

    public static ProofRange[] RangesOf(IReadOnlyList<RangeDigest> right, IReadOnlyList<RangeDigest> compared) =>
        [.. right.Zip(compared, (r, c) => (r, c)).Select((p, i) => new ProofRange(i, p.r.Rows, p.r.Digest, p.c.Rows, p.c.Digest))];

    public string Write() => JsonSerializer.Serialize(this, Json) + "\n";

    /// <summary>Writes the report where only this user can read it: keys may be personal data.</summary>
    public async Task SaveAsync(string path, CancellationToken cancellation)
    {
        await using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.Asynchronous, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        await using var writer = new StreamWriter(file);
        await writer.WriteAsync(Write().AsMemory(), cancellation);
    }
}
