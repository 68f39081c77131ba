using Exchange.Contracts.Errors;

namespace Exchange.Adapters.Inventory;

/// <summary>Writes the files of an inventory into a folder.</summary>
internal static class DraftFolder
{
    /// <summary>Writes all files, or none where one of them is there already and may not be replaced. A file is whole or not there.</summary>
    /// <returns>Null once they are written; else <see cref="ErrorCodes.InventoryFileExists"/> or <see cref="ErrorCodes.InventoryFailed"/>.</returns>
    public static async Task<Error?> WriteAsync(string folder, IReadOnlyList<KeyValuePair<string, string>> files, bool replace, CancellationToken cancellation)
    {
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var (name, _) in files)
                if (!replace && Path.Exists(Path.Combine(folder, name))) return ErrorCodes.InventoryFileExists.With(("file", Path.Combine(folder, name)));

            foreach (var (name, text) in files)
            {
                var path = Path.Combine(folder, name);
                var unfinished = $"{path}.new";
                await File.WriteAllTextAsync(unfinished, text, cancellation);
                File.Move(unfinished, path, replace);
            }

            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ErrorCodes.InventoryFailed.With(("reason", e.Message));
        }
    }
}
