namespace Exchange.Records.Rows;

/// <summary>What stands around the tuples in a file of PostgreSQL's binary COPY format.</summary>
public static class CopyFrame
{
    /// <summary>Signature, no flags, no extension: 19 bytes.</summary>
    public static ReadOnlyMemory<byte> Header { get; } = (byte[])[.. "PGCOPY\n"u8, 0xFF, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>A field count of -1. A file without it is refused as a whole by everything that reads it.</summary>
    public static ReadOnlyMemory<byte> Trailer { get; } = (byte[])[0xFF, 0xFF];
}
