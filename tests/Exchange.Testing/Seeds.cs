using System.Globalization;

namespace Exchange.Testing;

/// <summary>Seeds of random tests: new at each run, printed when the test fails, repeatable through the variable <c>EXCHANGE_SEED</c>.</summary>
public static class Seeds
{
    public const string Variable = "EXCHANGE_SEED";

    public static int Next() =>
        int.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.Integer, CultureInfo.InvariantCulture, out var seed) ? seed : Random.Shared.Next();

    /// <summary>Runs the test with a seeded generator; a failure names the seed.</summary>
    public static async Task RunAsync(Func<Random, int, Task> test)
    {
        var seed = Next();
        try
        {
            await test(new Random(seed), seed);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"Failed with {Variable}={seed.ToString(CultureInfo.InvariantCulture)}: {e.Message}", e);
        }
    }

    /// <inheritdoc cref="RunAsync(Func{Random, int, Task})"/>
    public static void Run(Action<Random> test)
    {
        var seed = Next();
        try
        {
            test(new Random(seed));
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"Failed with {Variable}={seed.ToString(CultureInfo.InvariantCulture)}: {e.Message}", e);
        }
    }
}
