using Exchange.Contracts.Errors;

namespace Exchange.Catalog.Quarantine;

/// <summary>Where a quarantined record stands.</summary>
internal enum QuarantineState
{
    /// <summary>Waits to be settled.</summary>
    Open,

    /// <summary>In the feed.</summary>
    Released,

    /// <summary>Settled without being stored.</summary>
    Discarded,

    /// <summary>A newer record of its key, or a newer snapshot, has arrived: it must not be released any more.</summary>
    Overtaken,
}

internal enum QuarantineAction
{
    Release,
    Discard,
}

/// <summary>Whether an action on a record is to be done, was done before, or is refused.</summary>
/// <param name="IsDone">True where it was done before: nothing is done again.</param>
internal sealed record QuarantineDecision(bool IsDone, Error? Refusal)
{
    public static readonly QuarantineDecision Do = new(false, null);

    public static readonly QuarantineDecision DoneBefore = new(true, null);
}

/// <summary>The life of a quarantined record. A settled record never changes its state again.</summary>
internal static class QuarantineRules
{
    public static QuarantineDecision Decide(QuarantineState state, QuarantineAction action) => (state, action) switch
    {
        (QuarantineState.Open, _) => QuarantineDecision.Do,
        (QuarantineState.Released, QuarantineAction.Release) or (QuarantineState.Discarded, QuarantineAction.Discard) => QuarantineDecision.DoneBefore,
        (QuarantineState.Overtaken, QuarantineAction.Release) => new QuarantineDecision(false, ErrorCodes.QuarantineOvertaken.With()),
        _ => new QuarantineDecision(false, ErrorCodes.QuarantineResolved.With(("state", Name(state)))),
    };

    /// <summary>
    /// Whether a record may be written over what the store has for its key: not over anything that came after its batch, and under a key that it did not come with only
    /// where nobody has that key.
    /// </summary>
    /// <param name="stored">The offset of the key's last change in the store; null where the store has no such row.</param>
    /// <param name="batchEnd">The feed's offset after the batch that the record came with.</param>
    public static Error? Overwrites(bool isOwnKey, long? stored, long batchEnd)
    {
        if (stored is null) return null;
        if (!isOwnKey) return ErrorCodes.QuarantineKeyTaken.With();
        return stored > batchEnd ? ErrorCodes.QuarantineOvertaken.With() : null;
    }

    public static string Name(QuarantineState state) => state switch
    {
        QuarantineState.Open => "open",
        QuarantineState.Released => "released",
        QuarantineState.Discarded => "discarded",
        QuarantineState.Overtaken => "overtaken",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    public static QuarantineState Parse(string name) => Enum.GetValues<QuarantineState>().First(s => Name(s) == name);
}
