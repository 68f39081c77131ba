using System.Diagnostics;

namespace Exchange.Hosting.Embedded;

/// <summary>
/// Under which identity a server runs. PostgreSQL refuses the superuser of the system. Started by root it therefore runs as <c>nobody</c> where that
/// user can reach its programs and data, else (a home folder closed to others) in a user namespace of its own, in which root's files belong to
/// <c>nobody</c> and the server has no capability.
/// </summary>
internal sealed class RunAs
{
    private const string Nobody = "65534";
    private readonly string[] _before;
    private readonly string[] _identity;

    private RunAs(string[] before, string[] identity) => (_before, _identity) = (before, identity);

    /// <summary>The identity of this process.</summary>
    public static RunAs Self { get; } = new([], []);

    private static RunAs Dropped { get; } = new([], ["--reuid", Nobody, "--regid", Nobody, "--clear-groups"]);

    private static RunAs Namespace { get; } = new(["unshare", "--user", $"--map-user={Nobody}", $"--map-group={Nobody}", "--"], []);

    /// <summary>Whether files the server writes must be given to it first.</summary>
    public bool OwnsFiles => this == Dropped;

    /// <summary>Owner and group of those files, as <c>chown</c> takes them.</summary>
    public string Owner => this == Dropped ? $"{Nobody}:{Nobody}" : "0:0";

    /// <summary>An identity other than the superuser that can run the program and go to the folder.</summary>
    /// <exception cref="InvalidOperationException">There is none; the message says what to do.</exception>
    public static async Task<RunAs> UnprivilegedAsync(string program, string folder)
    {
        if (!Environment.IsPrivilegedProcess)
            return Self;
        if (await SucceedsAsync(Dropped, "/bin/sh", ["-c", "test -x \"$1\" && cd \"$2\"", "sh", program, folder]))
            return Dropped;
        if (await SucceedsAsync(Namespace, "/bin/sh", ["-c", "test -x \"$1\" && test -w \"$2\"", "sh", program, folder]))
            return Namespace;
        throw new InvalidOperationException(
            $"PostgreSQL does not run as root; the user nobody cannot reach {folder}, and user namespaces are off on this system. "
            + $"Run as another user, or set {StateFolder.Variable} to a folder every user can reach.");
    }

    /// <summary>The command line that leaves the terminal's process group (Ctrl-C is for us, we stop the server), changes identity, asks for the signal at this process's death and becomes the program.</summary>
    public (string Program, IReadOnlyList<string> Arguments) Wrap(string deathSignal, string program, IReadOnlyList<string> arguments)
    {
        string[] line = ["setsid", .. _before, "setpriv", .. _identity, "--pdeathsig", deathSignal, "--", program, .. arguments];
        return (line[0], line[1..]);
    }

    private static async Task<bool> SucceedsAsync(RunAs identity, string program, IReadOnlyList<string> arguments)
    {
        var (wrapped, line) = identity.Wrap("KILL", program, arguments);
        var info = new ProcessStartInfo(wrapped, line) { UseShellExecute = false, RedirectStandardError = true, WorkingDirectory = "/" };
        using var process = await SpawnThread.RunAsync(() => Process.Start(info)!);
        await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }
}
