using Exchange.Catalog.Ingest;
using Exchange.Contracts.Identifiers;
using Exchange.Contracts.Records;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Exchange.Catalog.Tests.Ingest;

public sealed class BatchAdmissionTests
{
    private const int Histories = 10_000;

    private static readonly StreamPlace Place = new(
        new StreamId(Guid.CreateVersion7()), new ResourceId(Guid.CreateVersion7()), "item", 1, Epoch: 3, Sequence: 7, "p7", InSnapshot: true, IsHeld: false, new FeedPlace(0, 0, true));

    private static readonly BatchHeader Next = new(Place.Stream, Place.Resource, 0, 3, 8, BatchKind.Rows, "", "p8", 1, "");

    [Fact]
    public void Decide_NextOfItsStream_IsAccepted() => Assert.Equal(Admission.Accept, BatchAdmission.Decide(Place, Next));

    [Fact]
    public void Decide_PositionTooLong_IsOutOfPlace() =>
        Assert.Equal(Admission.OutOfPlace, BatchAdmission.Decide(Place, Next with { Position = new string('p', BatchAdmission.LongestPosition + 1) }));

    [Fact]
    public void Decide_HeldStream_StillForgetsDuplicates()
    {
        var held = Place with { IsHeld = true };
        Assert.Equal(Admission.Held, BatchAdmission.Decide(held, Next));
        Assert.Equal(Admission.Held, BatchAdmission.Decide(held, Next with { Sequence = 12 }));
        Assert.Equal(Admission.Duplicate, BatchAdmission.Decide(held, Next with { Sequence = 7 }));
    }

    [Fact]
    public void Decide_AnyDeliveryOrder_CommitsEachSequenceOnceAndInOrder()
    {
        // A history of twelve batches delivered in any order with repetitions: what is accepted is always the next one, whatever came before.
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), deliveries =>
        {
            var place = Place with { Sequence = 0, InSnapshot = true };
            var committed = new List<long>();
            foreach (var delivery in deliveries)
            {
                var header = Next with { Sequence = 1 + (delivery % 12), Epoch = delivery < 240 ? 3 : 2 };
                var admission = BatchAdmission.Decide(place, header);
                if (admission == Admission.Accept)
                {
                    committed.Add(header.Sequence);
                    place = place with { Sequence = header.Sequence };
                }

                var expected = header.Epoch != 3 ? Admission.Fenced
                    : header.Sequence <= committed.Count - (admission == Admission.Accept ? 1 : 0) ? Admission.Duplicate
                    : header.Sequence == committed.Count + (admission == Admission.Accept ? 0 : 1) ? Admission.Accept
                    : Admission.Gap;
                if (admission != expected) return false;
            }

            return committed.SequenceEqual(Enumerable.Range(1, committed.Count).Select(i => (long)i));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Histories));
    }

    [Theory]
    [InlineData(10, 10, false)]
    [InlineData(11, 11, true)]
    [InlineData(1100, 11, false)]
    [InlineData(1099, 11, true)]
    [InlineData(1_000_000, 1000, false)]
    [InlineData(1_000_000, 1001, true)]
    [InlineData(0, 0, false)]
    public void Threshold_OfBadRows_IsOnePercentAndMoreThanTenOrAThousand(int rows, int bad, bool exceeded) => Assert.Equal(exceeded, RowThreshold.IsExceeded(rows, bad));
}
