using System.Text.Json;
using Exchange.Contracts.Errors;

namespace Exchange.Records.Schemas;

/// <summary>Checks the JSON itself, before anything is read from it.</summary>
internal static class SchemaText
{
    /// <summary>
    /// Returns the byte offset where the text stops being JSON that can be stored (a string with a lone surrogate or U+0000 counts), or null.
    /// Properties that occur twice go to <paramref name="findings"/>.
    /// </summary>
    public static long? FindFault(ReadOnlySpan<byte> json, SchemaFindings findings)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = SchemaReader.MaxDepth });
        var path = new Stack<Level>();
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.GetString()!.Contains('\0', StringComparison.Ordinal))
                    return reader.TokenStartIndex;
                Visit(ref reader, path, findings);
            }
        }
        catch (JsonException)
        {
            return reader.BytesConsumed;
        }
        catch (InvalidOperationException)
        {
            // The reader's way to say that a string is not valid UTF-8 or holds half a surrogate pair.
            return reader.TokenStartIndex;
        }

        return null;
    }

    private static void Visit(ref Utf8JsonReader reader, Stack<Level> path, SchemaFindings findings)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                var level = path.Peek();
                level.Current = reader.GetString()!;
                if (!level.Names!.Add(level.Current))
                    findings.Add(Pointer(path), ErrorCodes.SchemaPropertyDuplicate, ("property", level.Current));
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                path.Pop();
                break;
            default:
                if (path.TryPeek(out var parent) && parent.Names is null) parent.Index++;
                if (reader.TokenType == JsonTokenType.StartObject) path.Push(new Level { Names = new HashSet<string>(StringComparer.Ordinal) });
                if (reader.TokenType == JsonTokenType.StartArray) path.Push(new Level());
                break;
        }
    }

    private static string Pointer(Stack<Level> path) =>
        string.Concat(path.Reverse().Select(l => "/" + (l.Names is null ? l.Index.ToString(System.Globalization.CultureInfo.InvariantCulture) : SchemaFindings.Escape(l.Current))));

    private sealed class Level
    {
        public HashSet<string>? Names { get; init; }

        public string Current { get; set; } = "";

        public int Index { get; set; } = -1;
    }
}
