using Exchange.Adapters.Pipelines;
using Exchange.Contracts.Errors;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace Exchange.Adapters.Sources.Postgres.Capture;

/// <summary>
/// Watches over the department's disk for as long as the adapter runs, also while its stream is held and the source is not read: shows how much log the slot holds back,
/// warns at half of the budget, and gives the slot up before the budget is used up.
/// </summary>
internal sealed class SlotGuard(PostgresSourceModel model, CaptureModel capture, string adapter, PublishingEnvironment environment, StatusBoard board)
{
    private const int WarnAt = 50;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SessionEnd = TimeSpan.FromMilliseconds(200);

    private bool _hasWarned;
    private bool _isBlind;

    private string Slot => capture.SlotOf(adapter);

    /// <summary>What is to be done about a share of the budget: a pure function.</summary>
    internal static (bool Warn, bool Detach) Decide(double share, int detachAt) => (share * 100 >= WarnAt, share * 100 >= detachAt);

    public async Task RunAsync(CancellationToken cancellation)
    {
        await using var database = model.Connection.Open($"exchange-adapter {adapter} slot");
        while (true)
        {
            try
            {
                await LookAsync(database, cancellation);
                _isBlind = false;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Looked at again; one line for as long as it fails.
                if (!_isBlind) environment.Logger.LogWarning(e, "Adapter {Adapter}: the replication slot cannot be looked at", adapter);
                _isBlind = true;
            }

            await Task.Delay(Interval, environment.Time, cancellation);
        }
    }

    internal async Task LookAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        if (await ReplicationSlot.FindAsync(database, Slot, cancellation) is not { Budget: > 0 } slot)
        {
            board.Change(s => s with { Slot = null });
            return;
        }

        board.Change(s => s with { Slot = new SlotBudget(slot.Retained, slot.Budget) });
        var (warn, detach) = Decide(slot.Share, capture.DetachAt);
        if (detach) await DetachAsync(database, slot, cancellation);
        else if (warn && !_hasWarned) environment.Logger.LogWarning("Adapter {Adapter}: {Alert}", adapter, Alert(ErrorCodes.SlotBudgetHalf, slot).ToString());
        _hasWarned = warn && !detach;
    }

    private async Task DetachAsync(NpgsqlDataSource database, ReplicationSlot slot, CancellationToken cancellation)
    {
        while (true)
        {
            await using (var end = database.CreateQuickCommand(CaptureSql.EndSession))
            {
                end.Parameters.Add(new() { Value = Slot });
                end.Parameters.Add(new() { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer });
                await end.ExecuteNonQueryAsync(cancellation);
            }

            try
            {
                await ReplicationSlot.DropAsync(database, Slot, cancellation);
                break;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ObjectInUse)
            {
                await Task.Delay(SessionEnd, environment.Time, cancellation);
            }
        }

        var alert = Alert(ErrorCodes.SlotDetached, slot);
        environment.Logger.LogError("Adapter {Adapter}: {Alert}", adapter, alert.ToString());
        board.Change(s => s with { Slot = null, Problem = alert });
    }

    private Error Alert(ErrorCode code, ReplicationSlot slot) => code.With(("slot", Slot), ("percent", (int)(slot.Share * 100)));
}
