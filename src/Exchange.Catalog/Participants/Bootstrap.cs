using Exchange.Catalog.Database;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Hosting.Credentials;

namespace Exchange.Catalog.Participants;

/// <summary>Makes the first participant, the data bureau, with a client that may do everything the bureau may: nobody could ask for it over the gateway yet.</summary>
internal static class Bootstrap
{
    /// <param name="secret">16–256 characters; only its hash is stored.</param>
    public static async Task<Result<ClientRegistered>> ExecuteAsync(
        string participant, string client, string secret, CatalogDatabase database, TimeProvider time, CancellationToken cancellation)
    {
        if (secret.Length is < ClientSecret.MinimumLength or > ClientSecret.MaximumLength)
            return ErrorCodes.ClientInvalid.WithDetails([new ErrorDetail("/secret", ErrorCodes.ValueMissing, ErrorCodes.ValueMissing.With(("name", "secret")).Data)]);
        var registration = new RegisterParticipant(participant, "数据局", "Data Bureau", Uscc: null);
        var registered = await RegisterParticipantHandler.HandleAsync(registration, database, time, cancellation);
        if (registered.IsError) return registered.Error;
        return await RegisterClientHandler.HandleAsync(
            new RegisterClient(client, participant, ClientSecret.Hash(secret), ClientRoles.All), database, time, cancellation);
    }
}
