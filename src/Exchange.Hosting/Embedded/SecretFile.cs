using System.Security.Cryptography;
using System.Text;

namespace Exchange.Hosting.Embedded;

/// <summary>Files only their owner can read.</summary>
internal static class SecretFile
{
    /// <summary>The password in the file; a new random one if there is no file.</summary>
    public static string ReadOrCreate(string file)
    {
        if (File.Exists(file))
            return File.ReadAllText(file);
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        Write(file, password);
        return password;
    }

    public static void Write(string file, string text)
    {
        File.Delete(file);
        using var stream = new FileStream(file, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        stream.Write(Encoding.UTF8.GetBytes(text));
    }
}
