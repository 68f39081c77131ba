using System.Text;

namespace Exchange.Standalone.Platform;

/// <summary>Files that hold a secret: readable by their owner only, from the moment they exist.</summary>
internal static class SecretText
{
    public static async Task WriteAsync(string path, string secret, CancellationToken cancellation)
    {
        File.Delete(path);
        await using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        await file.WriteAsync(Encoding.UTF8.GetBytes(secret), cancellation);
    }
}
