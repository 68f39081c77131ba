using System.Text.Json;
using Exchange.Records.Validation;

namespace Exchange.Gateway.Publishing;

/// <summary>
/// A line as the change feed writes it: <c>{"op":"insert","row":{…}}</c>, <c>{"op":"update","row":{…}}</c> or <c>{"op":"delete","key":{…}}</c>. Insert and update do the same here.
/// </summary>
/// <param name="Start">Where the row or key begins in the line.</param>
internal readonly record struct ChangeLine(ChangeOperation Operation, int Start, int Length)
{
    private const int MaxDepth = 8;

    public static bool TryRead(ReadOnlySpan<byte> line, out ChangeLine change)
    {
        change = default;
        var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            return Read(ref reader, ref change) && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool Read(ref Utf8JsonReader reader, ref ChangeLine change)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
        ChangeOperation? operation = null;
        ChangeOperation? shape = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (operation is null && reader.ValueTextEquals("op"u8))
            {
                operation = ReadOperation(ref reader);
                if (operation is null) return false;
                continue;
            }

            if (shape is not null) return false;
            shape = reader.ValueTextEquals("row"u8) ? ChangeOperation.Upsert : reader.ValueTextEquals("key"u8) ? ChangeOperation.Delete : null;
            if (shape is null || !reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            change = change with { Start = start, Length = (int)reader.BytesConsumed - start };
        }

        if (operation is null || operation != shape) return false;
        change = change with { Operation = operation.Value };
        return true;
    }

    private static ChangeOperation? ReadOperation(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.String) return null;
        if (reader.ValueTextEquals("insert"u8) || reader.ValueTextEquals("update"u8)) return ChangeOperation.Upsert;
        return reader.ValueTextEquals("delete"u8) ? ChangeOperation.Delete : null;
    }
}
