using System.Buffers;
using Exchange.Contracts.Errors;
using Exchange.Records.Rows;
using Exchange.Records.Validation;

namespace Exchange.Gateway.Publishing;

/// <summary>Reads the lines of a body as tuples of a schema. Every line becomes a tuple, also a bad one, so that it can be set aside.</summary>
internal abstract class RecordReader
{
    private readonly ArrayBufferWriter<byte> _tuple = new(4096);

    protected RecordReader() => Output = new RowWriter(_tuple) { Source = PublishingRun.Source };

    /// <summary>The tuple of the current line, in schema order, without an operation.</summary>
    public ReadOnlySpan<byte> Tuple => _tuple.WrittenSpan;

    public ChangeOperation Operation { get; protected set; } = ChangeOperation.Upsert;

    /// <summary>From 1.</summary>
    public long Line { get; protected set; }

    /// <summary>Where the line begins, in bytes; null where the format cannot tell.</summary>
    public long? Offset { get; protected set; }

    /// <summary>Why the current line is no record, as far as its reader can tell; its fields' rules are the validator's part.</summary>
    public IReadOnlyList<Error> Refusals { get; protected set; } = [];

    /// <summary>Set where nothing can be read beyond this place.</summary>
    public Error? Fault { get; protected set; }

    protected RowWriter Output { get; }

    /// <summary>Goes to the next line. False at the end, or where <see cref="Fault"/> is set.</summary>
    public bool Read()
    {
        _tuple.ResetWrittenCount();
        Refusals = [];
        return Fault is null && ReadLine();
    }

    protected abstract bool ReadLine();
}
