using System.Buffers;
using System.Text;
using Exchange.Gateway.Authorization;
using Exchange.Records.Formats;

namespace Exchange.Gateway.Formats;

/// <summary><c>application/json</c>: <c>{"items":[…],"next":"…"}</c>, where <c>next</c> is null on the last page.</summary>
internal static class JsonPage
{
    public static void Write(IBufferWriter<byte> output, IReadOnlyList<PlanColumn> columns, IReadOnlyList<RecordTuple> rows, string? next)
    {
        var writer = new JsonRowWriter(Encoders.Columns(columns));
        Write(output, rows, row => writer.Write(output, row.Bytes, row.Places), next);
    }

    /// <param name="next">A cursor: nothing in it needs escaping.</param>
    public static void Write<T>(IBufferWriter<byte> output, IReadOnlyList<T> items, Action<T> write, string? next)
    {
        output.Write("{\"items\":["u8);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0) output.Write(","u8);
            write(items[i]);
        }

        output.Write("],\"next\":"u8);
        output.Write(Encoding.ASCII.GetBytes(next is null ? "null}" : $"\"{next}\"}}"));
    }
}
