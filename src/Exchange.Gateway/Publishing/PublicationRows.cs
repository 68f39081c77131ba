using System.Buffers;
using Exchange.Contracts.Errors;
using Exchange.Records.Rows;
using Exchange.Records.Validation;

namespace Exchange.Gateway.Publishing;

/// <summary>
/// Checks the lines of a body as the catalogue will, and cuts them into batches. The same body gives the same batches, so that a publication that was interrupted can be
/// taken up in the middle. Bad rows are part of the batches: whether they are sent is for the caller to decide.
/// </summary>
internal sealed class PublicationRows : IDisposable
{
    /// <summary>The catalogue holds a batch with more bad rows than this, if they are more than one in a hundred.</summary>
    private const int BadRowsPerBatch = 10;

    private readonly RecordReader _reader;
    private readonly RowValidator _validator;
    private readonly PublishingOptions _limits;
    private readonly SeenKeys? _seen;
    private readonly ArrayBufferWriter<byte> _body = new();
    private readonly FieldSlice[] _fields;
    private readonly List<Violation> _violations = [];
    private int _bad;

    public PublicationRows(Stream body, PublishRequest request, RowValidator validator, PublishingOptions limits)
    {
        _reader = request.Format == PublishFormat.Csv
            ? new CsvRecords(body, validator.Schema, limits.MaxLineBytes)
            : new NdjsonRecords(body, validator.Schema, request.Lines, limits.MaxLineBytes);
        _validator = validator;
        _limits = limits;
        _seen = request.Mode == PublishMode.Snapshot ? new SeenKeys(validator.Schema) : null;
        _fields = new FieldSlice[validator.Schema.Fields.Count + (_seen is null ? 1 : 0)];
        Found = new Examination(limits.MaxReported);
    }

    public Examination Found { get; }

    /// <summary>The tuples of the current batch; valid until the next read.</summary>
    public ReadOnlyMemory<byte> Body => _body.WrittenMemory;

    public int RowCount { get; private set; }

    /// <summary>Reads lines until a batch is full. False where there are no more, or the body cannot be read on (<see cref="Examination.Fault"/>).</summary>
    public bool ReadBatch()
    {
        _body.ResetWrittenCount();
        (RowCount, _bad) = (0, 0);
        while (RowCount < _limits.BatchRows && _body.WrittenCount < _limits.BatchBytes && _bad < BadRowsPerBatch && _reader.Read())
        {
            if (_seen is not null && Found.Lines == _limits.MaxSnapshotRows)
            {
                Found.Break(ErrorCodes.PublicationTooLarge.With(("limit", _limits.MaxSnapshotRows)));
                return false;
            }

            Take();
        }

        if (_reader.Fault is { } fault) Found.Break(fault);
        if (RowCount == 0 || Found.Fault is not null) return false;
        Found.CloseBatch();
        return true;
    }

    public void Dispose() => _seen?.Dispose();

    private void Take()
    {
        var start = _body.WrittenCount;
        if (_seen is null) RowAppend.PrependByte(_body, _reader.Tuple, (byte)_reader.Operation);
        else _body.Write(_reader.Tuple);
        RowCount++;

        var reasons = Check(_body.WrittenSpan[start..]);
        if (reasons.Count == 0)
        {
            Found.Accept();
            return;
        }

        _bad++;
        Found.Reject(new RejectedLine(_reader.Line, _reader.Offset, reasons));
    }

    private IReadOnlyList<Error> Check(ReadOnlySpan<byte> tuple)
    {
        if (_reader.Refusals.Count > 0) return _reader.Refusals;
        _violations.Clear();
        var sound = _seen is null
            ? _validator.CheckChange(tuple, RowCount - 1, _violations, _fields, out _, out _)
            : _validator.Check(tuple, RowCount - 1, _violations, _fields, out _);
        if (!sound.Value) return [.. _violations.Where(v => !v.IsWarning).Select(v => v.ToError())];
        return _seen?.Add(tuple, _fields) == false ? [ErrorCodes.KeyDuplicate.With()] : [];
    }
}
