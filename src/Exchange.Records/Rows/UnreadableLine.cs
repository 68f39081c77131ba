namespace Exchange.Records.Rows;

/// <summary>The tuple of a line of which nothing can be read as a record: its text stands in the first field, so that the validator refuses it and quarantine keeps it.</summary>
public static class UnreadableLine
{
    /// <param name="fields">Fields of the schema.</param>
    /// <param name="text">The line, or its beginning.</param>
    public static void Write(RowWriter output, int fields, ReadOnlySpan<byte> text)
    {
        output.StartRow(fields);
        output.WriteBadCell(text, BadCellReason.LineUnreadable);
        for (var i = 1; i < fields; i++) output.WriteNull();
    }
}
