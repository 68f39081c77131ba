using System.Globalization;

namespace Exchange.Standalone.Sample;

/// <summary>One administrative division.</summary>
/// <param name="Code">2, 4, 6, 9 or 12 digits by level; begins with its parent's code.</param>
/// <param name="Level">1 province, 2 city, 3 county, 4 township, 5 village.</param>
internal sealed record Division(string Code, string Name, int Level, string? Parent)
{
    /// <summary>The fields as they are compared between source, store and consumer.</summary>
    public string Canonical => string.Join('|', Code, Name, Level.ToString(CultureInfo.InvariantCulture), Parent ?? "~");
}
