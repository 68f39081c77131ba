namespace Exchange.Standalone.Sample;

/// <summary>A day's work at the register, chosen so that each way a granted slice can be touched occurs.</summary>
/// <param name="Updated">Rows in their new state.</param>
/// <param name="Inserted">New rows.</param>
/// <param name="Deleted">Codes of rows that go.</param>
/// <param name="Expected">What the consumer must see, by code: <c>insert</c>, <c>update</c> or <c>delete</c>. Everything else must stay unseen.</param>
internal sealed record EnterpriseChanges(
    IReadOnlyList<Enterprise> Updated, IReadOnlyList<Enterprise> Inserted, IReadOnlyList<string> Deleted, IReadOnlyDictionary<string, string> Expected)
{
    /// <summary>The smallest register that has enough rows of each kind.</summary>
    public const int SmallestRegister = 5_000;

    private const int GrantedInCity = 500;
    private const int HiddenInCity = 100;
    private const int MovedOut = 50;
    private const int MovedIn = 50;
    private const int Elsewhere = 300;
    private const int NewInCity = 60;
    private const int NewElsewhere = 140;
    private const int GoneInCity = 20;
    private const int GoneElsewhere = 30;

    public static EnterpriseChanges Plan(EnterpriseMaker maker, int enterprises)
    {
        var rows = Enumerable.Range(0, enterprises).Where(i => EnterpriseBreaker.KindOf(i, enterprises) is null).Select(maker.Make);
        var (inCity, elsewhere) = (new Queue<Enterprise>(), new Queue<Enterprise>());
        foreach (var row in rows)
        {
            (EnterpriseMaker.InCity(row.Region) ? inCity : elsewhere).Enqueue(row);
            if (inCity.Count >= GrantedInCity + HiddenInCity + MovedOut + GoneInCity && elsewhere.Count >= MovedIn + Elsewhere + GoneElsewhere) break;
        }

        var random = new SampleRandom(20_251_122);
        var expected = new Dictionary<string, string>(StringComparer.Ordinal);
        var updated = new List<Enterprise>();
        for (var i = 0; i < GrantedInCity; i++) updated.Add(Expect(ChangeGranted(inCity.Dequeue(), ref random), "update"));
        for (var i = 0; i < HiddenInCity; i++) updated.Add(ChangeHidden(inCity.Dequeue(), i));
        for (var i = 0; i < MovedOut; i++) updated.Add(Expect(Move(maker, inCity.Dequeue(), maker.OtherCounties, ref random), "delete"));
        for (var i = 0; i < MovedIn; i++) updated.Add(Expect(Move(maker, elsewhere.Dequeue(), maker.CityCounties, ref random), "insert"));
        for (var i = 0; i < Elsewhere; i++) updated.Add(ChangeGranted(elsewhere.Dequeue(), ref random));

        var inserted = new List<Enterprise>();
        for (var i = 0; i < NewInCity; i++) inserted.Add(Expect(maker.MakeIn(enterprises + i, random.Pick(maker.CityCounties)), "insert"));
        for (var i = 0; i < NewElsewhere; i++) inserted.Add(maker.MakeIn(enterprises + NewInCity + i, random.Pick(maker.OtherCounties)));

        var deleted = new List<string>();
        for (var i = 0; i < GoneInCity; i++) deleted.Add(Expect(inCity.Dequeue(), "delete").Uscc);
        for (var i = 0; i < GoneElsewhere; i++) deleted.Add(elsewhere.Dequeue().Uscc);
        return new EnterpriseChanges(updated, inserted, deleted, expected);

        Enterprise Expect(Enterprise row, string operation)
        {
            expected.Add(row.Uscc, operation);
            return row;
        }
    }

    private static Enterprise ChangeGranted(Enterprise row, ref SampleRandom random) => row with
    {
        LegalRepresentative = EnterpriseMaker.PersonName(ref random),
        Status = (row.Status % 4) + 1,
        UpdatedAt = row.UpdatedAt.AddYears(1),
    };

    private static Enterprise ChangeHidden(Enterprise row, int turn) => row with
    {
        Phone = "1390000" + turn.ToString("D4"),
        Capital = (row.Capital ?? 0) + 100,
        UpdatedAt = row.UpdatedAt.AddYears(1),
    };

    private static Enterprise Move(EnterpriseMaker maker, Enterprise row, IReadOnlyList<string> counties, ref SampleRandom random)
    {
        var county = random.Pick(counties);
        return row with { Region = county, Address = maker.MakeAddress(county, ref random), UpdatedAt = row.UpdatedAt.AddYears(1) };
    }
}
