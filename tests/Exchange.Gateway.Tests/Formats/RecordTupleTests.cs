using Exchange.Gateway.Formats;
using Exchange.Records.Rows;

namespace Exchange.Gateway.Tests.Formats;

public sealed class RecordTupleTests
{
    [Fact]
    public void From_RecordSend_IsTheTupleInCopyLayout()
    {
        // Two fields of type text (oid 25): "ab" and null.
        byte[] record = [0, 0, 0, 2, 0, 0, 0, 25, 0, 0, 0, 2, (byte)'a', (byte)'b', 0, 0, 0, 25, 255, 255, 255, 255];

        var tuple = RecordTuple.From(record, 2);

        Assert.Equal([0, 2, 0, 0, 0, 2, (byte)'a', (byte)'b', 255, 255, 255, 255], tuple.Bytes);
        Assert.Equal(new FieldSlice(6, 2), tuple.Places[0]);
        Assert.True(tuple.Places[1].IsNull);
        Assert.Equal([0, 1, 0, 0, 0, 2, (byte)'a', (byte)'b'], RecordTuple.From(record, 1).Bytes);
        Assert.Equal("ab", RecordTuple.Text(record, 0));
        Assert.Null(RecordTuple.Text(record, 1));
    }
}
