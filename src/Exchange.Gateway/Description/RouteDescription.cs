namespace Exchange.Gateway.Description;

/// <summary>What a parameter of a route means.</summary>
internal sealed record ParameterDescription(string Name, string Text, bool InHeader = false);

/// <summary>What the API's document says of a route, in both languages.</summary>
/// <param name="Answers">Media types of the answer.</param>
internal sealed record RouteDescription(string Zh, string En, IReadOnlyList<ParameterDescription> Parameters, IReadOnlyList<string> Answers, int Status, bool NeedsToken)
{
    /// <summary>Media types of the body, where the route itself looks at them rather than the server.</summary>
    public IReadOnlyList<string> Bodies { get; init; } = [];
}

internal static class RouteDescriptions
{
    private static readonly ParameterDescription Purpose = new(RequestPipeline.PurposeHeader, "授权用途 / the grant's purpose", InHeader: true);
    private static readonly ParameterDescription Case = new(RequestPipeline.CaseHeader, "办件号（授权要求时） / case number, where the grant asks for it", InHeader: true);

    private static readonly ParameterDescription IdempotencyKey = new(
        Publishing.PublishRequest.KeyHeader, "必填，1–255 个可见 ASCII 字符；同一键重发不会重复存入 / required, 1–255 visible ASCII characters; sending again with the same key stores nothing twice", InHeader: true);

    private static readonly ParameterDescription ContentEncoding = new("Content-Encoding", "gzip（一层）或无 / gzip, once, or none", InHeader: true);

    /// <summary>Describes a route under <c>/v1</c> for which a token is needed.</summary>
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder route, string zh, string en, int status = StatusCodes.Status200OK, params (string Name, string Text)[] query) =>
        route.WithMetadata(new RouteDescription(zh, en, [.. query.Select(q => new ParameterDescription(q.Name, q.Text))], ["application/json"], status, NeedsToken: true));

    /// <summary>Describes a route by which records leave.</summary>
    public static RouteHandlerBuilder DescribeAccess(this RouteHandlerBuilder route, string zh, string en, IReadOnlyList<string> answers, params (string Name, string Text)[] query) =>
        route.WithMetadata(new RouteDescription(
            zh, en, [Purpose, Case, .. query.Select(q => new ParameterDescription(q.Name, q.Text))], answers, StatusCodes.Status200OK, NeedsToken: true));

    /// <summary>Describes a route by which records come in.</summary>
    public static RouteHandlerBuilder DescribePublishing(
        this RouteHandlerBuilder route, string zh, string en, IReadOnlyList<string> bodies, params (string Name, string Text)[] query) =>
        route.WithMetadata(new RouteDescription(
            zh, en, [IdempotencyKey, ContentEncoding, .. query.Select(q => new ParameterDescription(q.Name, q.Text))], ["application/json"], StatusCodes.Status200OK, NeedsToken: true)
        {
            Bodies = bodies,
        });

    /// <summary>Describes a route that is open to anyone.</summary>
    public static RouteHandlerBuilder DescribeOpen(this RouteHandlerBuilder route, string zh, string en) =>
        route.WithMetadata(new RouteDescription(zh, en, [], ["application/json"], StatusCodes.Status200OK, NeedsToken: false));
}
