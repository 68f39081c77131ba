using Exchange.Records.Proof;
using Exchange.Records.Schemas;

namespace Exchange.Adapters.Sources.Exchange;

/// <summary>Filters that ask for the rows of single keys, as many keys each as the gateway's filters and the length of an address allow.</summary>
internal static class KeyQuestions
{
    private const int MostConditions = 90;
    private const int MostBytes = 2_500;

    /// <param name="fields">The key's fields, in the order of its values.</param>
    public static IEnumerable<string> Of(IReadOnlyList<Field> fields, IReadOnlyList<byte[]> keys)
    {
        var question = new List<byte[]>();
        foreach (var key in keys)
        {
            if (question.Count > 0 && ((question.Count + 1) * fields.Count > MostConditions || question.Sum(k => k.Length) + key.Length > MostBytes))
            {
                yield return ProofKey.Filter(fields, question).ToString();
                question = [];
            }

            question.Add(key);
        }

        if (question.Count > 0) yield return ProofKey.Filter(fields, question).ToString();
    }
}
