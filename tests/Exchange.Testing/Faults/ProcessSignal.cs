using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Exchange.Testing.Faults;

/// <summary>Signals to a process that the test has started; the numbers are those of Linux.</summary>
public static partial class ProcessSignal
{
    private const int TerminateNumber = 15;
    private const int ContinueNumber = 18;
    private const int StopNumber = 19;

    /// <summary>Asks it to end in good order.</summary>
    public static void Terminate(int process) => Send(process, TerminateNumber);

    /// <summary>Lets it stand still for a while, as on a machine that is moved or starved, and go on as if nothing had been.</summary>
    public static async Task FreezeAsync(int process, TimeSpan time, CancellationToken cancellation)
    {
        Send(process, StopNumber);
        try
        {
            await Task.Delay(time, cancellation);
        }
        finally
        {
            Send(process, ContinueNumber);
        }
    }

    private static void Send(int process, int signal)
    {
        if (Kill(process, signal) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);
}
