using Exchange.Contracts.Identifiers;
using Exchange.Contracts.Records;
using Exchange.Hosting.Bus.RabbitMq;
using FsCheck;
using FsCheck.Fluent;
using RabbitMQ.Client;

namespace Exchange.Hosting.Tests.Bus;

public sealed class RecordMessageTests
{
    [Fact]
    public void TryRead_OwnProperties_SameHeader() =>
        Prop.ForAll<int, long, string>((partition, sequence, position) =>
        {
            var epoch = unchecked(sequence * 31);
            foreach (var (kind, lines) in Enum.GetValues<BatchKind>().Zip(new string?[] { null, position, "2+1*3/" + position, "" }))
            {
                var header = new BatchHeader(new StreamId(Guid.CreateVersion7()), new ResourceId(Guid.CreateVersion7()), Math.Abs(partition % 64), epoch, sequence, kind, "fp", position ?? "", 5, new string('a', 64), lines);
                var properties = RecordMessage.ToProperties(header, 1);

                Assert.Equal(header, RecordMessage.TryRead(properties, out _));
                Assert.Equal($"{header.Stream}/{epoch}/{sequence}", properties.MessageId);
                Assert.True(properties.Persistent);
            }
            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void TryRead_AnyHeaderMissingOrOfAnotherType_NullWithReason()
    {
        var good = RecordMessage.ToProperties(Batches.Create(1).Header, 1);
        foreach (var name in good.Headers!.Keys.Where(k => k.StartsWith("exchange:", StringComparison.Ordinal) && k != RecordMessage.PublishSequence).Append("cloudEvents:source").Append("cloudEvents:subject"))
        {
            foreach (var wrong in new object?[] { null, true, new List<object?>(), "x", "urn:exchange:stream:x"u8.ToArray() })
            {
                var properties = new BasicProperties(good) { Headers = new Dictionary<string, object?>(good.Headers, StringComparer.Ordinal) };
                if (wrong is null) properties.Headers.Remove(name);
                else if (wrong is not (string or byte[]) || name is not ("exchange:schema" or "exchange:position")) properties.Headers[name] = wrong;
                else continue;

                Assert.Null(RecordMessage.TryRead(properties, out var reason));
                Assert.NotEmpty(reason);
            }
        }
    }

    [Fact]
    public void TryRead_WithoutLinesOrWithStrangeOnes_IsTheBatchWithoutThem()
    {
        var header = Batches.Create(1).Header;
        foreach (var strange in new object?[] { null, true, 7L, new List<object?>() })
        {
            var properties = RecordMessage.ToProperties(header with { Lines = "2+1*3/a.csv" }, 1);
            if (strange is null) properties.Headers!.Remove(RecordMessage.Lines);
            else properties.Headers![RecordMessage.Lines] = strange;

            Assert.Equal(header, RecordMessage.TryRead(properties, out _));
        }

        Assert.DoesNotContain(RecordMessage.Lines, RecordMessage.ToProperties(header, 1).Headers!.Keys);
    }

    [Fact]
    public void TryRead_NothingAtAll_Null() => Assert.Null(RecordMessage.TryRead(new BasicProperties(), out _));
}
