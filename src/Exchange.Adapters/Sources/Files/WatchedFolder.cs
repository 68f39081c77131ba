using Exchange.Adapters.Pipelines;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapters.Sources.Files;

/// <summary>A file of the folder that is complete.</summary>
/// <param name="Name">Its name, without the folder.</param>
internal sealed record ReadyFile(string Name, string Path, FileIdentity Identity);

/// <summary>
/// Looks at a folder and tells which files are complete. Only the newest <see cref="Considered"/> files count. Never opens anything but regular files of the folder itself.
/// </summary>
internal sealed class WatchedFolder(FolderModel model, TimeProvider time, ILogger logger) : IDisposable
{
    public const int Considered = 100;
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);
    private const string DoneSuffix = ".done";

    /// <summary>Beside a workbook that someone has open, office programs keep a small file of this name.</summary>
    private const string OwnersMark = "~$";

    private readonly Dictionary<string, (FileIdentity Identity, DateTimeOffset Since)> _seen = new(StringComparer.Ordinal);
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);
    private readonly Pulse _changed = new();
    private FileSystemWatcher? _watcher;

    /// <summary>Looks now. Complete files come oldest first.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public IReadOnlyList<ReadyFile> Look()
    {
        var newest = Newest(model, Considered).Where(IsPlain).ToList();
        foreach (var gone in _seen.Keys.Except(newest).ToList()) _seen.Remove(gone);
        var ready = new List<ReadyFile>();
        foreach (var name in newest)
            if (Check(name) is { } file) ready.Add(file);
        return ready;
    }

    /// <summary>Names of the newest files that the pattern takes, oldest first.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static IEnumerable<string> Newest(FolderModel model, int count)
    {
        var isTaken = model.NameTest();
        return new DirectoryInfo(model.Path)
            .EnumerateFiles("*", new EnumerationOptions { AttributesToSkip = FileAttributes.None })
            .Where(f => isTaken(f.Name) && !f.Name.EndsWith(DoneSuffix, StringComparison.Ordinal) && !f.Name.StartsWith(OwnersMark, StringComparison.Ordinal))
            .Select(f => (f.Name, Modified: f.LastWriteTimeUtc))
            .OrderByDescending(f => f.Modified).ThenByDescending(f => f.Name, StringComparer.Ordinal)
            .Take(count)
            .Select(f => f.Name)
            .Reverse();
    }

    /// <summary>Waits for the next look: until the poll is due, or the file system says that something happened.</summary>
    public async Task WaitAsync(CancellationToken cancellation)
    {
        var changed = _changed.Next;
        Watch();
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        // A file that has just changed is not complete yet: its settling time is waited for, not the interval.
        var wait = model.Settle > TimeSpan.Zero && model.Settle < model.Interval && _seen.Values.Any(s => time.GetUtcNow() - s.Since < model.Settle) ? model.Settle : model.Interval;
        await Task.WhenAny(changed, Task.Delay(wait, time, timer.Token));
        await timer.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
        // A file that is being copied says so with every block; the folder is not looked at for each.
        if (changed.IsCompleted) await Task.Delay(Gathering, time, cancellation);
    }

    public void Dispose() => _watcher?.Dispose();

    /// <summary>A name goes into logs, reasons and positions: one with control characters could pass there for what it is not.</summary>
    private bool IsPlain(string name)
    {
        if (!name.Any(char.IsControl)) return true;
        var shown = string.Concat(name.Select(c => char.IsControl(c) ? '\uFFFD' : c));
        if (_refused.Add(shown)) logger.LogWarning("The file {File} is left alone: its name has control characters", shown);
        return false;
    }

    private ReadyFile? Check(string name)
    {
        var path = Path.Combine(model.Path, name);
        try
        {
            using var file = RegularFile.Open(path);
            var identity = RegularFile.IdentityOf(file);
            _refused.Remove(name);
            if (!_seen.TryGetValue(name, out var seen) || seen.Identity != identity) _seen[name] = seen = (identity, time.GetUtcNow());
            var isReady = model.Readiness == FileReadiness.DoneMarker ? File.Exists(path + DoneSuffix) : time.GetUtcNow() - seen.Since >= model.Settle;
            return isReady && identity.Bytes > 0 ? new ReadyFile(name, path, identity) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (_refused.Add(name)) logger.LogWarning("The file {File} is left alone: {Reason}", name, e.Message);
            return null;
        }
    }

    private void Watch()
    {
        if (_watcher is not null) return;
        try
        {
            _watcher = new FileSystemWatcher(model.Path) { NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size };
            _watcher.Created += (_, _) => _changed.Fire();
            _watcher.Changed += (_, _) => _changed.Fire();
            _watcher.Renamed += (_, _) => _changed.Fire();
            _watcher.EnableRaisingEvents = true;
        }
        catch (IOException e)
        {
            // Out of watches: polling alone is enough.
            logger.LogInformation("The folder {Folder} is polled only: {Reason}", model.Path, e.Message);
            _watcher?.Dispose();
            _watcher = new FileSystemWatcher();
        }
    }
}
