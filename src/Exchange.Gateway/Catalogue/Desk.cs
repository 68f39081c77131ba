using System.Text.Json;
using System.Text.Json.Serialization;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Identifiers;
using Exchange.Gateway.Audit;
using Exchange.Gateway.Authentication;
using Exchange.Gateway.Problems;
using Exchange.Hosting.Bus;
using Microsoft.Extensions.Options;

namespace Exchange.Gateway.Catalogue;

/// <summary>What an administrative operation answers with.</summary>
/// <param name="Json">The body, or null for none.</param>
/// <param name="Location">Where what was made is found, or null.</param>
internal sealed record DeskAnswer(int Status, byte[]? Json, string? Location = null)
{
    public string ContentType { get; init; } = "application/json";
}

/// <summary>
/// The steps of an administrative operation: authenticate, check the role, record <c>access.started</c>, do it, record <c>access.finished</c>.
/// Commands go to the catalogue service; what they changed is known here before the answer leaves.
/// </summary>
internal sealed class Desk(Gate gate, IControlBus bus, IOptions<GatewayOptions> options)
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public Gate Gate => gate;

    /// <param name="roles">Any one of them suffices; none for every client.</param>
    public async Task RunAsync(HttpContext http, string operation, string[] roles, Func<Caller, CancellationToken, Task<Result<DeskAnswer>>> handle)
    {
        if (await Opening.OfAsync(http, gate, operation) is not { } opening) return;
        var (_, caller, entry) = opening;
        if (roles.Length > 0 && !roles.Any(caller.Has))
        {
            await Opening.RefuseAsync(http, gate, entry, ErrorCodes.RoleMissing.With(("role", string.Join('|', roles))));
            return;
        }

        if (!await gate.Audit.CommitAsync(entry))
        {
            await Problem.WriteAsync(http, ErrorCodes.AuditUnavailable.With());
            return;
        }

        await HandleAsync(http, entry, token => handle(caller, token));
    }

    /// <summary>Sends a command to the catalogue service.</summary>
    public async Task<Result<TResponse>> CommandAsync<TRequest, TResponse>(TRequest request, CancellationToken cancellation)
        where TRequest : class
        where TResponse : class
    {
        var response = await bus.RequestAsync<TRequest, TResponse>(request, TimeSpan.FromSeconds(options.Value.CommandDeadlineSeconds), cancellation);
        // Done is done, also for a caller that has hung up: it is on record as such.
        if (!response.IsError) await gate.Lease.FreshAsync(CancellationToken.None);
        return response;
    }

    /// <summary>Reads a body of at most <see cref="GatewayOptions.MaxBodyBytes"/>; unknown and repeated members are errors.</summary>
    public static async Task<Result<T>> BodyAsync<T>(HttpContext http)
        where T : class
    {
        if (!http.Request.HasJsonContentType()) return ErrorCodes.BodyTypeUnsupported.With();
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(http.Request.Body, Json, http.RequestAborted) is { } body ? body : ErrorCodes.BodyInvalid.With();
        }
        catch (JsonException invalid)
        {
            return ErrorCodes.BodyInvalid.WithDetails([new ErrorDetail(Pointer(invalid.Path), ErrorCodes.BodyInvalid, new Dictionary<string, string>(StringComparer.Ordinal))]);
        }
    }

    public static DeskAnswer Ok<T>(T body, int status = StatusCodes.Status200OK, string? location = null) =>
        new(status, JsonSerializer.SerializeToUtf8Bytes(body, Json), location);

    private async Task HandleAsync(HttpContext http, AuditEntry started, Func<CancellationToken, Task<Result<DeskAnswer>>> handle)
    {
        var outcome = ErrorCodes.Unexpected.Name;
        try
        {
            var answer = await handle(http.RequestAborted);
            outcome = answer.IsError ? answer.Error.Code.Name : AuditEntry.Completed;
            if (answer.IsError) await Problem.WriteAsync(http, answer.Error);
            else await WriteAsync(http, answer.Value);
        }
        finally
        {
            await gate.Audit.AppendAsync(started with { Kind = AuditEntry.Finished, At = gate.Time.GetUtcNow(), Outcome = outcome });
        }
    }

    private static async Task WriteAsync(HttpContext http, DeskAnswer answer)
    {
        http.Response.StatusCode = answer.Status;
        if (answer.Location is not null) http.Response.Headers.Location = answer.Location;
        if (answer.Json is null) return;
        http.Response.ContentType = answer.ContentType;
        http.Response.ContentLength = answer.Json.Length;
        await http.Response.BodyWriter.WriteAsync(answer.Json, http.RequestAborted);
    }

    // System.Text.Json names places as $.a[0].b
    private static string Pointer(string? path) =>
        path is null or "$" ? "" : path[1..].Replace("['", "/", StringComparison.Ordinal).Replace("']", "", StringComparison.Ordinal)
            .Replace('[', '/').Replace("]", "", StringComparison.Ordinal).Replace('.', '/');
}
