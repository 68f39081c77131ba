using System.Globalization;

namespace Exchange.Benchmarks;

/// <summary>The command line of the benchmarks.</summary>
internal sealed record BenchOptions
{
    public const int FullRows = 1_000_000;
    public const int FullPairs = 5;

    /// <summary>Only the rows of these names, separated by semicolons, or those whose names begin with them; all where null.</summary>
    public string? Only { get; init; }

    /// <summary>Rows of the test table.</summary>
    public int Rows { get; init; } = FullRows;

    /// <summary>Alternations that count.</summary>
    public int Pairs { get; init; } = FullPairs;

    /// <summary>Seconds that each run of a rate over time lasts (look-up, verification, validation).</summary>
    public double Seconds { get; init; } = 4;

    /// <summary>Folder for <c>latest.json</c>; the committed one, with the tables of the performance pages, where null.</summary>
    public string? Results { get; init; }

    /// <summary>Whether a run of some rows takes their places in the committed results.</summary>
    public bool Save { get; init; }

    /// <summary>Whether the curves go ten times beyond <see cref="Rows"/>.</summary>
    public bool Long { get; init; }

    public bool Chinese { get; init; } = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "zh";

    public const string Usage = """
        exchange bench [--only NAME] [--save] [--rows N] [--pairs N] [--seconds S] [--long] [--results FOLDER] [--language zh|en]
          --only      the row of this name, or those that begin so, several separated by semicolons; shown, not kept / 只测此项（或名称以此开头的项目），多项以分号分隔，仅显示不保存
          --save      keep what --only measured among the committed results / 将 --only 的结果并入已提交的结果
          --rows      rows of the test table, 1,000 or more (default 1,000,000) / 测试表行数
          --pairs     alternations that count (default 5) / 计入结果的交替轮数
          --seconds   length of one run of a rate over time (default 4) / 单轮计时秒数
          --long      curves up to ten times the rows / 曲线测到十倍行数
          --results   folder for latest.json (default: the committed one) / 结果文件夹
        """;

    /// <summary>The names that <see cref="Only"/> holds.</summary>
    public static string[] NamesIn(string only) => only.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <returns>The options, or null with <paramref name="problem"/> set.</returns>
    public static BenchOptions? Parse(string[] arguments, out string? problem)
    {
        var options = new BenchOptions();
        problem = null;
        for (var i = 0; i < arguments.Length; i += 2)
        {
            if (Flag(options, arguments[i]) is { } flagged)
            {
                options = flagged;
                i--;
                continue;
            }

            var value = i + 1 < arguments.Length ? arguments[i + 1] : "";
            var taken = arguments[i] switch
            {
                "--only" when value.Length > 0 => options with { Only = value },
                "--rows" when int.TryParse(value, CultureInfo.InvariantCulture, out var rows) && rows >= 1000 => options with { Rows = rows },
                "--pairs" when int.TryParse(value, CultureInfo.InvariantCulture, out var pairs) && pairs >= 1 => options with { Pairs = pairs },
                "--seconds" when double.TryParse(value, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= 600 => options with { Seconds = seconds },
                "--results" when value.Length > 0 => options with { Results = value },
                "--language" when value is "zh" or "en" => options with { Chinese = value == "zh" },
                _ => null,
            };
            if (taken is null)
            {
                problem = $"{arguments[i]} {value}";
                return null;
            }

            options = taken;
        }

        return options;
    }

    private static BenchOptions? Flag(BenchOptions options, string argument) => argument switch
    {
        "--save" => options with { Save = true },
        "--long" => options with { Long = true },
        _ => null,
    };
}
