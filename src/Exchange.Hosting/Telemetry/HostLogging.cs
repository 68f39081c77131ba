using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Exchange.Hosting.Telemetry;

/// <summary>Logs as JSON lines on standard output, one object per line, times in UTC.</summary>
public static class HostLogging
{
    public static ILoggingBuilder AddExchangeLogging(this ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(LogLevel.Information);
        // One line per request and per connection would drown what an operator looks for.
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        logging.AddFilter("Npgsql", LogLevel.Warning);
        logging.AddFilter("MassTransit", LogLevel.Warning);
        logging.AddJsonConsole(console =>
        {
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            console.IncludeScopes = true;
            // Chinese stays readable; the reader is a log store, never a browser.
            console.JsonWriterOptions = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        });
        return logging;
    }
}
