namespace Exchange.Records.Tests;

/// <summary>Files beside the repository that some tests read; they skip where it is absent.</summary>
internal static class SharedData
{
    public static string? Folder(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "Exchange.sln"))) continue;
            var data = Path.Combine(folder.FullName, "..", "shared", "data", name);
            return Directory.Exists(data) ? data : null;
        }

        return null;
    }
}
