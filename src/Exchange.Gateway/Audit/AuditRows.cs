using System.Buffers;
using Exchange.Records.Rows;

namespace Exchange.Gateway.Audit;

/// <summary>Entries as a file for <see cref="AuditSql.Copy"/>. The buffer is used again. Not safe for use by several threads.</summary>
internal sealed class AuditRows
{
    private const int FirstBuffer = 64 * 1024;
    private readonly ArrayBufferWriter<byte> _output = new(FirstBuffer);
    private readonly RowWriter _row;

    public AuditRows() => _row = new RowWriter(_output);

    /// <param name="firstIndex">Of the first entry; the others follow without a gap.</param>
    /// <returns>Good until the next call.</returns>
    public ReadOnlyMemory<byte> File(string log, long firstIndex, IEnumerable<AuditEntry> group)
    {
        _output.ResetWrittenCount();
        _output.Write(CopyFrame.Header.Span);
        foreach (var entry in group) Write(log, firstIndex++, entry);
        _output.Write(CopyFrame.Trailer.Span);
        return _output.WrittenMemory;
    }

    private void Write(string log, long index, AuditEntry entry)
    {
        _row.StartRow(AuditSql.Columns);
        _row.WriteText(log);
        _row.WriteInt64(index);
        _row.WriteText(entry.Kind);
        _row.WriteTimestamp(entry.At);
        _row.WriteUuid(entry.RequestId);
        Text(entry.ClientId);
        Uuid(entry.ParticipantId);
        Uuid(entry.GrantId);
        Number(entry.GrantVersion);
        Uuid(entry.ResourceId);
        _row.WriteText(entry.Operation);
        Text(entry.Purpose);
        Text(entry.CaseNumber);
        Bytes(entry.RequestHash);
        Number(entry.FromOffset);
        Number(entry.RowCount);
        Number(entry.ByteCount);
        Bytes(entry.BodySha256);
        Text(entry.Outcome);
    }

    private void Text(string? value)
    {
        if (value is null) _row.WriteNull();
        else _row.WriteText(value);
    }

    private void Uuid(Guid? value)
    {
        if (value is null) _row.WriteNull();
        else _row.WriteUuid(value.Value);
    }

    private void Number(long? value)
    {
        if (value is null) _row.WriteNull();
        else _row.WriteInt64(value.Value);
    }

    private void Bytes(byte[]? value)
    {
        if (value is null) _row.WriteNull();
        else _row.WriteRaw(value);
    }
}
