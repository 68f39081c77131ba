using Xunit;

namespace Exchange.Testing;

/// <summary>Files of the repository and of its neighbours.</summary>
public static class TestPaths
{
    /// <summary>Folder of <c>Exchange.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Full path of a file or folder of the repository.</summary>
    public static string InRepository(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Full path of a file or folder of <c>../shared/data</c>; skips the test where it is not at hand.</summary>
    public static string SharedDataOrSkip(params string[] parts)
    {
        var path = Path.GetFullPath(Path.Combine([Root, "..", "shared", "data", .. parts]));
        if (!Path.Exists(path))
            Assert.Skip($"shared/data/{string.Join('/', parts)} is not at hand.");
        return path;
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Exchange.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"No parent of {AppContext.BaseDirectory} holds Exchange.sln.");
    }
}
