namespace Exchange.Contracts.Messages.V1;

/// <summary>
/// Releases a quarantined record into the feed, corrected where that is needed. It is checked again and written like any change, under the lock of its stream. Idempotent: a
/// record that is released already answers as it did.
/// </summary>
/// <param name="Publisher">Code of the publishing participant; must own the resource.</param>
/// <param name="Corrections">A JSON object with the fields to be put right and their values, or null.</param>
/// <param name="RequestedBy">The client that asks.</param>
public sealed record ReleaseQuarantined(string Resource, string Publisher, long Id, string? Corrections, string RequestedBy);

/// <summary>Settles a quarantined record without storing it. Idempotent.</summary>
/// <param name="Reason">1–500 characters.</param>
public sealed record DiscardQuarantined(string Resource, string Publisher, long Id, string Reason, string RequestedBy);

/// <param name="State"><c>released</c> or <c>discarded</c>.</param>
/// <param name="Head">The feed's head after the release; null for a discarded record.</param>
public sealed record QuarantineSettled(long Id, string State, DateTimeOffset SettledAt, long? Head);

/// <summary>Checks the open quarantined records of a resource against its current version, oldest first, and releases those that pass.</summary>
/// <param name="After">Where to go on: <see cref="QuarantineRevalidated.Next"/>; 0 for the first.</param>
public sealed record RevalidateQuarantine(string Resource, long After, string RequestedBy);

/// <param name="Checked">Records that were looked at.</param>
/// <param name="Released">Of these, the ones that passed and are in the feed.</param>
/// <param name="Next">Where to go on, or null where all were looked at.</param>
public sealed record QuarantineRevalidated(int Checked, int Released, long? Next);
