using System.Collections.Frozen;
using System.Reflection;

namespace Exchange.Contracts.Errors;

/// <summary>The error catalogue. Append only; one file per area.</summary>
public static partial class ErrorCodes
{
    /// <summary>All entries by name.</summary>
    public static FrozenDictionary<string, ErrorCode> ByName => Index.ByName;

    // A class of its own: the fields of all parts of this class are set before it is first read.
    private static class Index
    {
        public static readonly FrozenDictionary<string, ErrorCode> ByName = typeof(ErrorCodes)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(f => f.FieldType == typeof(ErrorCode))
            .Select(f => (ErrorCode)f.GetValue(null)!)
            .ToFrozenDictionary(c => c.Name, StringComparer.Ordinal);
    }
}
