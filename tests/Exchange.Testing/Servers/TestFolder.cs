using System.Globalization;
using Exchange.Hosting.Embedded;

namespace Exchange.Testing.Servers;

/// <summary>
/// Folders for the files of one test process, under the state folder: <c>tests/&lt;process&gt;/…</c>. They stay for a look at the
/// logs until the next test process, or the script at its end, deletes them.
/// </summary>
public static class TestFolder
{
    private static readonly Lazy<string> s_root = new(CreateRoot);
    private static int s_count;

    /// <summary>A new, empty folder whose name starts with the given word.</summary>
    public static string Create(string name)
    {
        var folder = Path.Combine(s_root.Value, $"{name}-{Interlocked.Increment(ref s_count).ToString(CultureInfo.InvariantCulture)}");
        return Directory.CreateDirectory(folder).FullName;
    }

    private static string CreateRoot()
    {
        var tests = Directory.CreateDirectory(StateFolder.Combine("tests"));
        foreach (var left in tests.EnumerateDirectories())
        {
            if (int.TryParse(left.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var process) && !Directory.Exists($"/proc/{process}"))
                Delete(left.FullName);
        }

        var root = Path.Combine(tests.FullName, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        Delete(root);
        Directory.CreateDirectory(root);
        return root;
    }

    private static void Delete(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
        catch (IOException e)
        {
            // Another test process sweeps too, or a server is still going down; the next one deletes what is left.
            Console.Error.WriteLine($"{folder} is left for the next run: {e.Message}");
        }
    }
}
