using System.Buffers.Binary;
using System.Text;

namespace Exchange.Testing.Files;

/// <summary>What records of XLS files are made of.</summary>
internal static class Biff
{
    public const int BeginOf = 0x0809;
    public const int EndOf = 0x000A;
    public const int FilePass = 0x002F;
    public const int BoundSheet = 0x0085;
    public const int Continue = 0x003C;

    /// <summary>A record holds no more; the rest goes on in records of the kind <see cref="Continue"/>.</summary>
    public const int MostContent = 8224;

    public static void Record(this List<byte> into, int kind, params ReadOnlySpan<byte> content)
    {
        into.AddRange(U16(kind));
        into.AddRange(U16(content.Length));
        into.AddRange(content);
    }

    public static byte[] Begin(int part) => [.. U16(0x0600), .. U16(part), .. new byte[12]];

    /// <summary>A flag, and one byte per character where that is enough, otherwise two.</summary>
    public static byte[] Characters(string text) => IsNarrow(text) ? [0, .. Encoding.Latin1.GetBytes(text)] : [1, .. Encoding.Unicode.GetBytes(text)];

    public static bool IsNarrow(string text) => text.All(c => c < 0x100);

    public static byte[] U16(int value) => [(byte)value, (byte)(value >> 8)];

    public static byte[] U32(uint value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16), (byte)(value >> 24)];

    public static byte[] F64(double value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        return bytes;
    }
}
