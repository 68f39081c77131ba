using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Records;
using Exchange.Records.Rows;
using Exchange.Records.Validation;

namespace Exchange.Catalog.Ingest;

/// <param name="Number">Place in the batch, from 0.</param>
/// <param name="Start">Byte offset of its tuple in the body.</param>
internal readonly record struct RowPlace(int Number, int Start, int Length);

/// <param name="Reasons">JSON <c>[{field, code, limit}]</c>, with <c>source</c> (file and line) where it is known; never values.</param>
/// <param name="Key">The key fields' places in the body, in schema order, where all of them are sound; else null.</param>
internal sealed record BadRow(RowPlace Place, string Reasons, FieldSlice[]? Key);

/// <summary>
/// A batch's rows parted into good and bad, all at once by <see cref="Check"/> or run by run, so that the database can work on the first rows while the
/// next are checked.
/// </summary>
internal sealed class CheckedBatch : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly RowValidator _validator;
    private readonly FieldSlice[] _fields;
    private readonly List<Violation> _violations = [];
    private readonly List<RowPlace> _good;
    private readonly List<BadRow> _bad = [];
    private readonly SortedDictionary<(string Field, string Code), int> _warnings = [];
    private readonly Lazy<RowLines?> _lines;
    private readonly bool _isChange;
    private int _checked;

    public CheckedBatch(RecordBatch batch, RowValidator validator)
    {
        Batch = batch;
        _validator = validator;
        _lines = new Lazy<RowLines?>(() => RowLines.Parse(batch.Header.Lines));
        _isChange = batch.Header.Kind == BatchKind.Changes;
        _fields = new FieldSlice[validator.Schema.Fields.Count + (_isChange ? 1 : 0)];
        // The announced number is not believed before the rows were counted.
        _good = new List<RowPlace>(Math.Min(batch.Header.RowCount, batch.Body.Length / 8));
    }

    public RecordBatch Batch { get; }

    public ReadOnlySpan<RowPlace> Good => CollectionsMarshal.AsSpan(_good);

    public int GoodCount => _good.Count;

    public IReadOnlyList<BadRow> Bad => _bad;

    public int RowCount => _good.Count + _bad.Count;

    /// <summary>The good rows, and the keys of the bad ones, are in the staging table already.</summary>
    public bool IsStaged { get; set; }

    public bool IsAtEnd => _checked == Batch.Body.Length;

    /// <summary>How often each warning occurred, as JSON <c>[{field, code, rows}]</c>; null for none.</summary>
    public string? Warnings => _warnings.Count == 0
        ? null
        : JsonSerializer.Serialize(_warnings.Select(w => new { field = w.Key.Field, code = w.Key.Code, rows = w.Value }));

    /// <summary>Checks a whole batch. Fails as <see cref="Advance"/> and <see cref="Finish"/> do.</summary>
    public static Result<CheckedBatch> Check(RecordBatch batch, RowValidator validator)
    {
        using var rows = new CheckedBatch(batch, validator);
        if ((rows.Advance(int.MaxValue) ?? rows.Finish()) is { } error) return error;
        return rows;
    }

    /// <summary>Checks the next rows, at least <paramref name="bytes"/> bytes or what is left. Fails with <see cref="ErrorCodes.RowsMalformed"/> where the frame is broken.</summary>
    public Error? Advance(int bytes)
    {
        var body = Batch.Body.Span;
        var first = _checked;
        while (_checked < body.Length && _checked - first < bytes)
        {
            _violations.Clear();
            var rest = body[_checked..];
            var sound = _isChange
                ? _validator.CheckChange(rest, RowCount, _violations, _fields, out var length, out _)
                : _validator.Check(rest, RowCount, _violations, _fields, out length);
            if (sound.IsError) return sound.Error;
            var place = new RowPlace(RowCount, _checked, length);
            if (sound.Value) _good.Add(place);
            else _bad.Add(new BadRow(place, WriteReasons(_violations, SourcePlace(rest)), SoundKey(place.Start)));
            if (_violations.Count > 0) CountWarnings();
            _checked += length;
        }

        _hash.AppendData(body[first.._checked]);
        return null;
    }

    /// <summary>After the last row. Fails with <see cref="ErrorCodes.BatchCorrupt"/> where the checksum or the number of rows differs.</summary>
    public Error? Finish()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _hash.GetHashAndReset(hash);
        return Convert.ToHexStringLower(hash) == Batch.Header.Sha256 && RowCount == Batch.Header.RowCount ? null : ErrorCodes.BatchCorrupt.With();
    }

    public void Dispose() => _hash.Dispose();

    /// <summary>What holds the batch where it has too many bad rows.</summary>
    public Error OverThreshold() => ErrorCodes.BatchOverThreshold.With(("bad", Bad.Count), ("rows", RowCount));

    /// <summary>Moves good rows to the bad ones: those that only the store could refuse.</summary>
    public void SetAside(IReadOnlySet<long> rows, ErrorCode code, string? limit)
    {
        if (rows.Count == 0) return;
        List<Violation> violations = [new(0, null, code, limit, IsWarning: false)];
        foreach (var row in _good.Where(r => rows.Contains(r.Number))) _bad.Add(new BadRow(row, WriteReasons(violations, _lines.Value?.Place(row.Number)), Key: null));
        _good.RemoveAll(r => rows.Contains(r.Number));
    }

    private void CountWarnings()
    {
        foreach (var warning in _violations.Where(v => v.IsWarning))
        {
            var kind = (warning.Field ?? "", warning.Code.Name);
            _warnings[kind] = _warnings.GetValueOrDefault(kind) + 1;
        }
    }

    /// <summary>Null where a rule of a key field is broken, or the key as a whole cannot be stored.</summary>
    private FieldSlice[]? SoundKey(int start)
    {
        var schema = _validator.Schema;
        foreach (var violation in _violations)
        {
            var isOfKey = violation.Field is null ? violation.Code != ErrorCodes.RowTooLarge : schema.Find(violation.Field) is { IsKey: true };
            if (isOfKey && !violation.IsWarning) return null;
        }

        var key = new FieldSlice[schema.Keys.Count];
        for (var i = 0; i < key.Length; i++)
        {
            var field = _fields[schema.Keys[i].Ordinal + (_isChange ? 1 : 0)];
            key[i] = field with { Offset = field.Offset + start };
        }

        return key;
    }

    /// <summary>File and line of the next row: as a cell says that its source could not convert, or as the header says; null where neither does.</summary>
    private string? SourcePlace(ReadOnlySpan<byte> row)
    {
        foreach (var field in _fields)
            if (!field.IsNull && BadCell.Place(row.Slice(field.Offset, field.Length)) is { } place) return place;
        return _lines.Value?.Place(RowCount);
    }

    /// <summary>The reasons of a bad row as the quarantine keeps them.</summary>
    /// <param name="source">Its file and line; null where not known.</param>
    internal static string WriteReasons(List<Violation> violations, string? source) => source is null
        ? JsonSerializer.Serialize(violations.Select(v => new { field = v.Field, code = v.Code.Name, limit = v.Limit }))
        : JsonSerializer.Serialize(violations.Select(v => new { field = v.Field, code = v.Code.Name, limit = v.Limit, source }));
}
