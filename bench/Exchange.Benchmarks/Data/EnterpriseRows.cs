using System.Buffers;
using System.Buffers.Binary;
using Exchange.Records.Rows;

namespace Exchange.Benchmarks.Data;

internal enum EnterpriseLayout
{
    /// <summary>The department's own column types: status is a smallint.</summary>
    Department,

    /// <summary>The types of the exchange's row format: status is a bigint.</summary>
    Exchange,
}

/// <summary>
/// Writes the rows of the test table: row <c>n</c> is the same on every machine and in every run. Every row is valid;
/// keys are unique and come in no particular order.
/// </summary>
internal sealed class EnterpriseRows(ArrayBufferWriter<byte> buffer, EnterpriseLayout layout)
{
    private static readonly DateOnly FirstBirth = new(1950, 1, 1);
    private static readonly DateOnly FirstDay = new(1990, 1, 1);
    private static readonly DateTimeOffset FirstUpdate = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly RowWriter _row = new(buffer);

    public void Write(int number)
    {
        var random = Scramble((ulong)number + 1);
        var region = EnterpriseWords.Regions[Take(ref random, EnterpriseWords.Regions.Length)];
        _row.StartRow(12);
        WriteUscc(number, region);
        _row.WriteText(EnterpriseWords.Company(ref random));
        _row.WriteText(EnterpriseWords.Person(ref random));
        WriteResidentId(region, ref random);
        _row.WriteNumber((Take(ref random, 1_000_000_000) + 1) / 100m);
        _row.WriteDate(FirstDay.AddDays(Take(ref random, 12_000)));
        WriteStatus((short)(Take(ref random, 4) + 1));
        _row.WriteText(region);
        _row.WriteText(EnterpriseWords.Address(ref random));
        WritePhone(ref random);
        _row.WriteTimestamp(FirstUpdate.AddSeconds(Take(ref random, 60_000_000)));
        _row.WriteText(EnterpriseWords.Scope(ref random));
    }

    /// <summary>The key of row <paramref name="number"/>.</summary>
    public static string Key(int number)
    {
        var random = Scramble((ulong)number + 1);
        Span<char> key = stackalloc char[18];
        FillUscc(key, number, EnterpriseWords.Regions[Take(ref random, EnterpriseWords.Regions.Length)]);
        return new string(key);
    }

    internal static int Take(ref ulong random, int limit)
    {
        random = Scramble(random);
        return (int)((random >> 33) % (ulong)limit);
    }

    private static ulong Scramble(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    private void WriteUscc(int number, string region)
    {
        Span<char> code = stackalloc char[18];
        FillUscc(code, number, region);
        _row.WriteText(code);
    }

    private static void FillUscc(Span<char> code, int number, string region)
    {
        const string alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        "91".CopyTo(code);
        region.CopyTo(code[2..]);
        // The factor has no divisor in common with 10^8, so that different numbers get different codes.
        (((long)number * 61_803_399 + 20_240_101) % 100_000_000).TryFormat(code[8..16], out _, "D8");
        ReadOnlySpan<int> orgWeights = [3, 7, 9, 10, 5, 8, 4, 2];
        var org = 0;
        for (var i = 0; i < 8; i++) org += (code[8 + i] - '0') * orgWeights[i];
        code[16] = (11 - (org % 11)) switch { 10 => 'X', 11 => '0', var digit => (char)('0' + digit) };
        int sum = 0, weight = 1;
        for (var i = 0; i < 17; i++, weight = weight * 3 % 31) sum += alphabet.IndexOf(code[i], StringComparison.Ordinal) * weight;
        code[17] = alphabet[(31 - (sum % 31)) % 31];
    }

    private void WriteResidentId(string region, ref ulong random)
    {
        Span<char> id = stackalloc char[18];
        region.CopyTo(id);
        FirstBirth.AddDays(Take(ref random, 20_000)).TryFormat(id[6..14], out _, "yyyyMMdd");
        Take(ref random, 1000).TryFormat(id[14..17], out _, "D3");
        ReadOnlySpan<int> weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        var sum = 0;
        for (var i = 0; i < 17; i++) sum += (id[i] - '0') * weights[i];
        id[17] = "10X98765432"[sum % 11];
        _row.WriteText(id);
    }

    private void WriteStatus(short status)
    {
        if (layout == EnterpriseLayout.Exchange)
        {
            _row.WriteInt64(status);
            return;
        }

        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteInt16BigEndian(bytes, status);
        _row.WriteRaw(bytes);
    }

    private void WritePhone(ref ulong random)
    {
        if (Take(ref random, 10) == 0)
        {
            _row.WriteNull();
            return;
        }

        Span<char> phone = stackalloc char[11];
        phone[0] = '1';
        phone[1] = (char)('3' + Take(ref random, 7));
        Take(ref random, 1_000_000_000).TryFormat(phone[2..], out _, "D9");
        _row.WriteText(phone);
    }
}
