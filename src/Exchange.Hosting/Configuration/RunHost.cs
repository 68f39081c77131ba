using System.Globalization;
using System.Runtime.InteropServices;
using Exchange.Hosting.Bus;
using Exchange.Hosting.Database;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Exchange.Hosting.Configuration;

/// <summary>Runs a verb of a host's command line and turns its end into an exit code.</summary>
public static class RunHost
{
    /// <summary>Done.</summary>
    public const int Success = 0;

    /// <summary>A bug, or an expected failure that was told on standard error.</summary>
    public const int Failure = 1;

    /// <summary>The command line or the settings are wrong; trying again is of no use.</summary>
    public const int Misconfigured = 2;

    /// <summary>The database or the broker cannot be reached; trying again may help.</summary>
    public const int Unavailable = 3;

    /// <summary>Time from SIGTERM or SIGINT until the process is ended, in good order or not.</summary>
    public static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(30);

    /// <summary>The same after <see cref="StopFailed"/>: what has failed may never stop, and who starts it anew is waiting.</summary>
    public static readonly TimeSpan FailedStopDeadline = TimeSpan.FromSeconds(3);

    private static readonly CancellationTokenSource s_failed = new();

    /// <param name="verb">Gets a token that is cancelled by SIGTERM and SIGINT.</param>
    public static async Task<int> VerbAsync(Func<CancellationToken, Task<int>> verb)
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        using var stop = new CancellationTokenSource();
        using var deadline = new Timer(_ => EndNow(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var failing = s_failed.Token.Register(() => deadline.Change(FailedStopDeadline, Timeout.InfiniteTimeSpan));
        try
        {
            var exitCode = await verb(stop.Token);
            return exitCode == Success && s_failed.IsCancellationRequested ? Failure : exitCode;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Success;
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync(Describe(e));
            return ExitCode(e);
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            deadline.Change(StopDeadline, Timeout.InfiniteTimeSpan);
            stop.Cancel();
        }
    }

    /// <summary>Stops the host from within; the process then ends with <see cref="Failure"/>, or by force after <see cref="FailedStopDeadline"/>.</summary>
    internal static void StopFailed(IHostApplicationLifetime lifetime)
    {
        s_failed.Cancel();
        lifetime.StopApplication();
    }

    internal static int ExitCode(Exception exception) => exception switch
    {
        OptionsValidationException or FileNotFoundException or InvalidDataException => Misconfigured,
        AggregateException several when several.InnerExceptions.Any(e => ExitCode(e) == Misconfigured) => Misconfigured,
        TransportUnavailableException => Unavailable,
        _ when DatabaseFaults.IsUnavailable(exception) => Unavailable,
        _ => Failure,
    };

    private static string Describe(Exception exception) => exception switch
    {
        OptionsValidationException options => string.Join(Environment.NewLine, options.Failures),
        AggregateException several when ExitCode(several) == Misconfigured => string.Join(Environment.NewLine, several.InnerExceptions.Select(Describe)),
        _ when ExitCode(exception) == Failure => exception.ToString(),
        _ => exception.Message,
    };

    private static void EndNow()
    {
        Console.Error.WriteLine("The process did not stop in time and is ended");
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        self.Kill();
    }
}
