using Exchange.Contracts.Errors;
using Spectre.Console;

namespace Exchange.Standalone.Demonstration;

/// <summary>One piece of work with a progress bar of its own.</summary>
/// <param name="Run">Gets a function to report the share done, 0 to 1.</param>
internal sealed record Work(Bilingual Title, Func<Action<double>, Task> Run);

/// <summary>Tells the story at the terminal.</summary>
internal sealed class Narrator(IAnsiConsole console, Language language)
{
    private const int WidthWithoutTerminal = 150;

    public Language Language => language;

    public static Narrator ForTerminal(Language language)
    {
        if (!Console.IsOutputRedirected) return new Narrator(AnsiConsole.Console, language);
        var plain = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No });
        plain.Profile.Width = WidthWithoutTerminal;
        return new Narrator(plain, language);
    }

    public void Chapter(int number, Bilingual title)
    {
        console.WriteLine();
        console.MarkupLineInterpolated($"[bold blue]{number}[/] [bold]{title.In(language)}[/]");
    }

    public void Say(Bilingual text) => console.MarkupLineInterpolated($"  {text.In(language)}");

    public void Quote(string text) => console.MarkupLineInterpolated($"  [grey]{text}[/]");

    public void Alarm(Bilingual text) => console.MarkupLineInterpolated($"[bold red]{text.In(language)}[/]");

    /// <summary>Does all at once, each with a bar.</summary>
    public Task WorkAsync(params Work[] works) =>
        console.Progress()
            .AutoRefresh(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(context => Task.WhenAll(works.Select(work => RunAsync(context.AddTask(Markup.Escape("  " + work.Title.In(language))), work))));

    /// <summary>The table of checks.</summary>
    public void Show(Checks checks)
    {
        var (title, check, expected, actual) = language == Language.Zh ? ("核对结果", "检查项", "应为", "实为") : ("What was checked", "check", "expected", "actual");
        var table = new Table { Title = new TableTitle(title), Border = TableBorder.Rounded };
        table.AddColumns(check, expected, actual);
        table.AddColumn(new TableColumn("").Centered());
        foreach (var item in checks.All)
        {
            table.AddRow(
                Markup.Escape(item.Title.In(language)), Markup.Escape(item.Expected), Markup.Escape(item.Actual), item.Ok ? "[green]✓[/]" : "[red]✗[/]");
        }

        console.WriteLine();
        console.Write(table);
    }

    /// <summary>A small table of the reader's own words.</summary>
    public void Show(Bilingual[] columns, IEnumerable<string[]> rows)
    {
        var table = new Table { Border = TableBorder.Minimal };
        table.AddColumns([.. columns.Select(c => c.In(language))]);
        foreach (var row in rows) table.AddRow([.. row.Select(Markup.Escape)]);
        console.Write(table);
    }

    private static async Task RunAsync(ProgressTask task, Work work)
    {
        await work.Run(share => task.Value = Math.Clamp(share, 0, 1) * 100);
        task.Value = 100;
        task.StopTask();
    }
}
