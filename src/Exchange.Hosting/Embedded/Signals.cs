using System.Runtime.InteropServices;

namespace Exchange.Hosting.Embedded;

internal static class Signals
{
    public const int Interrupt = 2;
    public const int Quit = 3;
    public const int Kill = 9;
    public const int Terminate = 15;

    private const int NoSuchProcess = 3;

    public static void Send(int process, int signal)
    {
        if (kill(process, signal) != 0 && Marshal.GetLastPInvokeError() is var error and not NoSuchProcess)
            throw new System.ComponentModel.Win32Exception(error);
    }

    /// <summary>Sends the signal only if the process is still the one that was seen, not another one with the same number.</summary>
    public static void Send(int process, int signal, ProcessTree.Entry seen)
    {
        if (ProcessTree.IsAlive(seen))
            Send(process, signal);
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int pid, int signal);
}
