using System.Text;

namespace Exchange.System.Tests.Publishing;

/// <summary>A body of good and bad lines in random order, and what must become of it.</summary>
/// <param name="Good">What the store holds afterwards.</param>
/// <param name="Bad">Numbers of the bad lines.</param>
internal sealed record LineMixture(string Body, int Lines, SortedDictionary<long, string> Good, List<long> Bad)
{
    private static readonly string[] BadLines =
    [
        "{", "null", "[1]", "{}", "{\"id\":1}", "{\"id\":\"one\",\"title\":\"a\"}", "{\"id\":1,\"title\":\"a\",\"colour\":\"red\"}", "{\"id\":1,\"id\":1,\"title\":\"a\"}",
        "{\"id\":1,\"title\":\"\\ud800\"}", "{\"id\":1,\"title\":\"a\\u0000b\"}", "{\"id\":1,\"title\":17}", "{\"id\":1,\"title\":null}", "{\"id\":1.5,\"title\":\"a\"}",
        "{\"id\":99999999999999999999,\"title\":\"a\"}", "{\"id\":1,\"title\":\"a\",\"amount\":\"much\"}", "{\"id\":1,\"title\":\"a\"}}", "{\"id\":1,\"title\":\"" + new string('长', 41) + "\"}",
        "{\"id\":1,\"title\":{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":{\"g\":{\"h\":1}}}}}}}}}",
    ];

    /// <param name="snapshot">Whether a key that comes again is bad rather than an update.</param>
    public static LineMixture Make(Random random, int lines, bool snapshot)
    {
        var body = new StringBuilder(random.Next(2) == 0 ? "\uFEFF" : "");
        var good = new SortedDictionary<long, string>();
        var bad = new List<long>();
        var share = random.Next(3) switch { 0 => 0.0, 1 => 0.02, _ => 0.5 };
        var (number, filled) = (0L, 0);
        while (filled < lines)
        {
            number++;
            if (random.Next(20) == 0)
            {
                body.Append(random.Next(2) == 0 ? "\n" : "  \r\n");
                continue;
            }

            filled++;
            if (random.NextDouble() < share)
            {
                bad.Add(number);
                body.Append(BadLines[random.Next(BadLines.Length)]);
            }
            else
            {
                var (id, title) = (1_000 + random.Next(lines * 3), $"标题{random.Next()}");
                if (snapshot && good.ContainsKey(id)) bad.Add(number);
                else good[id] = title;
                body.Append(random.Next(2) == 0 ? $"{{\"id\":{id},\"title\":\"{title}\"}}" : $"{{ \"title\" : \"{title}\", \"amount\": 1.50, \"id\": \"{id}\" }}");
            }

            body.Append(random.Next(2) == 0 ? "\n" : "\r\n");
        }

        return new LineMixture(body.ToString(), lines, good, bad);
    }

    /// <summary>Changes, removes, repeats or inserts bytes here and there.</summary>
    public static byte[] Damage(Random random, byte[] body)
    {
        var bytes = body.ToList();
        for (var times = random.Next(1, 12); times > 0 && bytes.Count > 0; times--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 30), bytes.Count - at));
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 60), bytes.Count - at)));
                    break;
                default:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(BadLines[random.Next(BadLines.Length)]));
                    break;
            }
        }

        return [.. bytes];
    }
}
