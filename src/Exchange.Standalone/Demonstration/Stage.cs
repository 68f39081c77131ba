using Exchange.Standalone.Departments;
using Exchange.Standalone.Platform;

namespace Exchange.Standalone.Demonstration;

/// <summary>Everything the chapters of the story share.</summary>
internal sealed class Stage
{
    public required DemonstrationOptions Options { get; init; }

    public required Narrator Narrator { get; init; }

    public required TimeProvider Clock { get; init; }

    public required IPlatform Platform { get; init; }

    /// <summary>Writes the adapters' files and starts the adapters.</summary>
    public required AdapterYard Adapters { get; init; }

    public required CivilAffairs CivilAffairs { get; init; }

    public required MarketRegulation MarketRegulation { get; init; }

    public required ServiceCentre ServiceCentre { get; init; }

    public required ExchangeStore Store { get; init; }

    public required Checks Checks { get; init; }

    public required AccessJournal Journal { get; init; }

    /// <summary>The data bureau at the gateway.</summary>
    public required GatewayClient Bureau { get; init; }

    /// <summary>Set by the first chapter: the Government Service Centre at the gateway.</summary>
    public GatewayClient? Consumer { get; set; }

    /// <summary>Set when the grant is made.</summary>
    public string? EnterpriseGrant { get; set; }

    /// <summary>Set when the first slice was read: where the changes go on.</summary>
    public string? EnterpriseCursor { get; set; }

    /// <summary>As <see cref="EnterpriseCursor"/>, for divisions.</summary>
    public string? DivisionCursor { get; set; }

    public GatewayClient RequireConsumer() => Consumer ?? throw new InvalidOperationException("The consumer is registered in the first chapter.");
}
