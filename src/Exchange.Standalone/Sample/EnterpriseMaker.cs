using System.Globalization;
using System.Text;

namespace Exchange.Standalone.Sample;

/// <summary>
/// Makes enterprise registrations of one province. The same seed and divisions give the same rows; row <c>i</c> does not depend on how many are made.
/// </summary>
internal sealed class EnterpriseMaker
{
    private const string Province = "33";
    private const string ProvinceName = "浙江省";
    private const ulong CodeSpace = 31UL * 31 * 31 * 31 * 31 * 31;
    private static readonly DateTimeOffset FirstUpdate = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly FirstBirth = new(1955, 1, 1);
    private static readonly DateOnly FirstFounding = new(1995, 1, 1);

    private readonly ulong _seed;
    private readonly string[] _everyCounty;
    private readonly Dictionary<string, string> _names;

    public EnterpriseMaker(IReadOnlyList<Division> divisions, ulong seed)
    {
        _seed = seed;
        _everyCounty = [.. divisions.Where(d => d.Level == 3).Select(d => d.Code)];
        _names = divisions.Where(d => d.Level <= 3 && d.Code.StartsWith(Province, StringComparison.Ordinal)).ToDictionary(d => d.Code, d => d.Name, StringComparer.Ordinal);
        CityCounties = [.. _names.Keys.Where(c => c.Length == 6 && InCity(c)).Order(StringComparer.Ordinal)];
        OtherCounties = [.. _names.Keys.Where(c => c.Length == 6 && !InCity(c)).Order(StringComparer.Ordinal)];
    }

    /// <summary>Code of the city whose rows are granted in the demonstration.</summary>
    public static string City => "3301";

    /// <summary>Counties of <see cref="City"/>.</summary>
    public IReadOnlyList<string> CityCounties { get; }

    /// <summary>Counties of the province's other cities.</summary>
    public IReadOnlyList<string> OtherCounties { get; }

    public static bool InCity(string? region) => region is not null && region.StartsWith(City, StringComparison.Ordinal);

    /// <summary>Row <paramref name="index"/>; about one in four lies in <see cref="City"/>.</summary>
    public Enterprise Make(int index)
    {
        var random = new SampleRandom(_seed + ((ulong)index * 0xD1342543DE82EF95));
        return Make(index, random.Next(4) == 0 ? random.Pick(CityCounties) : random.Pick(OtherCounties), ref random);
    }

    /// <summary>Row <paramref name="index"/> in a county of the caller's choice.</summary>
    public Enterprise MakeIn(int index, string county)
    {
        var random = new SampleRandom(_seed + ((ulong)index * 0xD1342543DE82EF95));
        return Make(index, county, ref random);
    }

    public static string PersonName(ref SampleRandom random) => random.Pick(EnterpriseWords.Surnames) + random.Pick(EnterpriseWords.GivenNames);

    public string MakeAddress(string county, ref SampleRandom random)
    {
        var city = _names[county[..4]];
        return $"{ProvinceName}{city}{_names[county]}{random.Pick(EnterpriseWords.Roads)}{random.Next(900) + 1}号{random.Next(30) + 1}幢{((random.Next(20) + 1) * 100) + random.Next(12) + 1}室";
    }

    public static string MakePhone(ref SampleRandom random) =>
        string.Create(CultureInfo.InvariantCulture, $"1{3 + random.Next(7)}{random.Next(1_000_000_000):D9}");

    private Enterprise Make(int index, string county, ref SampleRandom random)
    {
        var (trade, scopes) = random.Pick(EnterpriseWords.Trades);
        var cityName = _names[county[..4]];
        var place = cityName.EndsWith('市') ? cityName[..^1] : cityName;
        return new Enterprise
        {
            Uscc = MakeUscc(index, county),
            Name = place + random.Pick(EnterpriseWords.Brands) + random.Pick(EnterpriseWords.Brands) + trade + random.Pick(EnterpriseWords.Forms),
            LegalRepresentative = PersonName(ref random),
            ResidentId = MakeResidentId(ref random),
            Capital = random.Next(20) == 0 ? null : (random.Next(500_000) + 1) / 100m,
            Established = random.Next(50) == 0 ? null : FirstFounding.AddDays(random.Next(11_000)),
            Status = random.Next(10) < 8 ? 1 : random.Next(3) + 2,
            Region = county,
            Address = random.Next(40) == 0 ? null : MakeAddress(county, ref random),
            Phone = random.Next(8) == 0 ? null : MakePhone(ref random),
            UpdatedAt = FirstUpdate.AddSeconds(random.Next(31_000_000)).AddMilliseconds(random.Next(1000)),
            Scope = MakeScope(scopes, ref random),
        };
    }

    private string MakeUscc(int index, string county)
    {
        Span<char> code = stackalloc char[18];
        "91".CopyTo(code);
        county.CopyTo(code[2..]);
        "MA".CopyTo(code[8..]);
        // An odd step that is no multiple of 31 visits every code once, so codes are unique and look unrelated.
        var scrambled = (((ulong)index * 387_420_489UL) + (_seed % 1_000_003)) % CodeSpace;
        for (var i = 15; i >= 10; i--)
        {
            code[i] = CheckCharacters.UsccAlphabet[(int)(scrambled % 31)];
            scrambled /= 31;
        }

        code[16] = CheckCharacters.Organisation(code[8..16]);
        code[17] = CheckCharacters.Uscc(code[..17]);
        return new string(code);
    }

    private string MakeResidentId(ref SampleRandom random)
    {
        var birth = FirstBirth.AddDays(random.Next(18_000));
        var first17 = string.Create(CultureInfo.InvariantCulture, $"{random.Pick(_everyCounty)}{birth:yyyyMMdd}{random.Next(999) + 1:D3}");
        return first17 + CheckCharacters.ResidentId(first17);
    }

    private static string MakeScope(string[] scopes, ref SampleRandom random)
    {
        var text = new StringBuilder("一般项目：");
        var count = random.Next(scopes.Length) + 1;
        for (var i = 0; i < count; i++) text.Append(i == 0 ? "" : "；").Append(scopes[i]);
        return text.Append("（除依法须经批准的项目外，凭营业执照依法自主开展经营活动）。").ToString();
    }
}
