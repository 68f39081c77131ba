using System.Diagnostics;
using System.Globalization;

namespace Exchange.Hosting.Embedded;

/// <summary>The folder of an embedded PostgreSQL server: <c>data/</c>, <c>postgres.log</c>, <c>superuser.password</c>, <c>port</c>.</summary>
internal sealed class PostgresFolder
{
    private readonly string _path;

    private PostgresFolder(string path, string password, RunAs runAs) => (_path, Password, RunAs) = (path, password, runAs);

    public string Data => Path.Combine(_path, "data");

    public string Log => Path.Combine(_path, "postgres.log");

    public string Password { get; }

    public RunAs RunAs { get; }

    public int? LastPort
    {
        get => File.Exists(PortFile) && int.TryParse(File.ReadAllText(PortFile), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : null;
        set => File.WriteAllText(PortFile, value?.ToString(CultureInfo.InvariantCulture));
    }

    private string PortFile => Path.Combine(_path, "port");

    /// <summary>Makes the folder ready for a start: the data directory initialized once, and owned by who will run the server.</summary>
    public static async Task<PostgresFolder> PrepareAsync(string path, PostgresBinaries binaries)
    {
        path = Path.GetFullPath(path);
        Directory.CreateDirectory(path);
        var runAs = await RunAs.UnprivilegedAsync(binaries.Server, path);
        var folder = new PostgresFolder(path, SecretFile.ReadOrCreate(Path.Combine(path, "superuser.password")), runAs);
        var initialized = Path.Combine(path, "initialized");
        if (!File.Exists(initialized))
        {
            // What an interrupted first start left is not a database.
            if (Directory.Exists(folder.Data))
                Directory.Delete(folder.Data, recursive: true);
            Directory.CreateDirectory(folder.Data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            await folder.TakeOwnershipAsync(folder.Data);
            await folder.InitializeAsync(binaries);
            await File.WriteAllTextAsync(initialized, binaries.Major.ToString(CultureInfo.InvariantCulture));
        }
        else
        {
            var major = await File.ReadAllTextAsync(initialized);
            if (!string.Equals(major, binaries.Major.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))
                throw new InvalidOperationException($"The data in {path} are of PostgreSQL {major}, the programs found of {binaries.Major}. Set {PostgresBinaries.Variable}, or delete the folder.");
            await folder.TakeOwnershipAsync(folder.Data);
        }

        return folder;
    }

    private async Task InitializeAsync(PostgresBinaries binaries)
    {
        var passwordFile = Path.Combine(_path, "initdb.password");
        SecretFile.Write(passwordFile, Password);
        await TakeOwnershipAsync(passwordFile);

        const int BuiltinLocaleSince = 17;
        string[] locale = binaries.Major >= BuiltinLocaleSince
            ? ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
            : ["--locale=C.UTF-8", "--lc-messages=C"];
        var command = new ServerCommand(
            binaries.InitDb,
            ["-D", Data, "-U", PostgresCluster.Superuser, "--pwfile", passwordFile, "--auth=scram-sha-256", "--encoding=UTF8", "--data-checksums", .. locale],
            "/", Log) { RunAs = RunAs, Environment = binaries.Environment };
        await using var initdb = await ServerProcess.StartAsync(command);
        var ended = await initdb.WaitForExitAsync(TimeSpan.FromMinutes(2));
        File.Delete(passwordFile);
        if (!ended || initdb.ExitCode != 0)
            throw new InvalidOperationException($"initdb failed in {_path}:\n{initdb.Tail}");
    }

    // Also at later starts: the folder may have been opened or closed to other users since.
    private async Task TakeOwnershipAsync(string path)
    {
        if (!Environment.IsPrivilegedProcess)
            return;
        using var chown = await SpawnThread.RunAsync(() => Process.Start("chown", ["-R", RunAs.Owner, path]));
        await chown.WaitForExitAsync();
        if (chown.ExitCode != 0)
            throw new InvalidOperationException($"chown {RunAs.Owner} {path} failed with {chown.ExitCode}.");
    }
}
