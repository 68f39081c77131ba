namespace Exchange.Hosting.Embedded;

/// <summary>
/// Where embedded servers keep their programs and data: the folder named by the variable <c>EXCHANGE_STATE</c>, else <c>.exchange</c> in the nearest
/// parent of the working folder or of the application's folder that holds <c>Exchange.sln</c> or <c>.exchange</c>, else <c>.exchange</c> in the working folder.
/// </summary>
public static class StateFolder
{
    public const string Variable = "EXCHANGE_STATE";
    private const string Name = ".exchange";

    /// <summary>Full path of the state folder; it need not exist yet.</summary>
    public static string Path =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } configured
            ? System.IO.Path.GetFullPath(configured)
            : System.IO.Path.Combine(Root(Environment.CurrentDirectory) ?? Root(AppContext.BaseDirectory) ?? Environment.CurrentDirectory, Name);

    /// <summary>Full path of a folder or file inside the state folder.</summary>
    public static string Combine(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    private static string? Root(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Exchange.sln")) || Directory.Exists(System.IO.Path.Combine(folder.FullName, Name)))
                return folder.FullName;
        }

        return null;
    }
}
