using Exchange.Contracts.Errors;

namespace Exchange.Standalone.Demonstration;

/// <summary>What the command line asks for.</summary>
/// <param name="Distributed">RabbitMQ and a process per host, instead of one process.</param>
/// <param name="Keep">Stay up after the story.</param>
/// <param name="Report">File for the checks as JSON, or null.</param>
/// <param name="Enterprises">Rows of the enterprise register.</param>
/// <param name="Divisions">Rows of the division list at most; provinces, cities and counties are always there.</param>
internal sealed record DemonstrationOptions(bool Distributed, bool Keep, string? Report, Language Language, int Enterprises, int Divisions)
{
    public const int DefaultEnterprises = 200_000;

    /// <summary>With fewer, the stream that is open when the grant is revoked would already lie in the network's buffers as a whole.</summary>
    public const int FewestEnterprises = 100_000;

    public const int FewestDivisions = 10_000;
    public const int DefaultDivisions = 1_000_000;
}
