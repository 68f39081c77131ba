namespace Exchange.Catalog;

/// <summary>The command line: a verb, its operands, and options of the form <c>--name value</c>.</summary>
internal sealed record CatalogArguments(string Verb, IReadOnlyList<string> Operands, IReadOnlyDictionary<string, string> Options)
{
    public const string Usage = """
        用法 / usage:
          exchange-catalog migrate
          exchange-catalog bootstrap --participant CODE --client ID --secret-file FILE
          exchange-catalog calendar-import FILE
          exchange-catalog run
        选项 / option:
          --config FILE   JSON 配置文件；环境变量 EXCHANGE_… 优先 / JSON settings; environment variables EXCHANGE_… go before them
        """;

    private static readonly Dictionary<string, (int Operands, string[] Required)> Verbs = new(StringComparer.Ordinal)
    {
        ["migrate"] = (0, []),
        ["bootstrap"] = (0, ["participant", "client", "secret-file"]),
        ["calendar-import"] = (1, []),
        ["run"] = (0, []),
    };

    public string? Config => Options.GetValueOrDefault("config");

    /// <summary>Null where the line is not one of <see cref="Usage"/>.</summary>
    public static CatalogArguments? Read(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0 || !Verbs.TryGetValue(arguments[0], out var verb)) return null;
        var operands = new List<string>();
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 1; i < arguments.Count; i++)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal)) operands.Add(arguments[i]);
            else if (i + 1 == arguments.Count || !options.TryAdd(arguments[i][2..], arguments[++i])) return null;
        }

        var isKnown = options.Keys.All(o => o == "config" || verb.Required.Contains(o)) && verb.Required.All(options.ContainsKey);
        return isKnown && operands.Count == verb.Operands ? new CatalogArguments(arguments[0], operands, options) : null;
    }
}
