using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Exchange.Adapters.Sources.Files;

/// <summary>What a file is, as its inode says; a change of any of these means that the file was written to or is another one.</summary>
internal readonly record struct FileIdentity(ulong Device, ulong Inode, long Bytes, long ModifiedTicks, long ChangedTicks);

/// <summary>
/// Opens regular files only: a symbolic link, pipe, device or folder of the wanted name is refused, also where it takes the file's place at the last moment, and opening
/// a pipe does not wait for a writer.
/// </summary>
internal static partial class RegularFile
{
    private const int OpenFlags = NonBlocking | CloseOnExec;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int EmptyPath = 0x1000;
    private const uint BasicStats = 0x7ff;
    private const int StatxBytes = 256;
    private const int TypeMask = 0xF000;
    private const int RegularType = 0x8000;

    // O_NOFOLLOW differs between processors.
    private static readonly int NoFollow = RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 ? 0x8000 : 0x20000;

    /// <summary>Opens the file for reading.</summary>
    /// <exception cref="IOException">It is no regular file, is gone, or may not be read.</exception>
    public static FileStream Open(string path)
    {
        if (!OperatingSystem.IsLinux()) return OpenElsewhere(path);
        var descriptor = OpenNative(path, OpenFlags | NoFollow);
        if (descriptor < 0) throw new IOException($"The file cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}.");
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            if ((StatOf(handle).Mode & TypeMask) != RegularType) throw new IOException("It is no regular file.");
            return new FileStream(handle, FileAccess.Read, bufferSize: 0, isAsync: false);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Opens the file for reading, or gives null where it is gone, no regular file any more, or may not be read.</summary>
    public static FileStream? TryOpen(string path)
    {
        try
        {
            return Open(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static FileIdentity IdentityOf(FileStream file)
    {
        if (OperatingSystem.IsLinux()) return StatOf(file.SafeFileHandle).Identity;
        return new FileIdentity(0, 0, file.Length, File.GetLastWriteTimeUtc(file.SafeFileHandle).Ticks, 0);
    }

    private static FileStream OpenElsewhere(string path)
    {
        var attributes = File.GetAttributes(path);
        if (attributes.HasFlag(FileAttributes.ReparsePoint) || attributes.HasFlag(FileAttributes.Directory) || attributes.HasFlag(FileAttributes.Device))
            throw new IOException("It is no regular file.");
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
    }

    private static (int Mode, FileIdentity Identity) StatOf(SafeFileHandle handle)
    {
        Span<byte> stat = stackalloc byte[StatxBytes];
        if (Statx(handle, "", EmptyPath, BasicStats, stat) != 0) throw new IOException($"The file's state cannot be read: {Marshal.GetLastPInvokeErrorMessage()}.");
        // struct statx: mode at 28, inode at 32, size at 40, ctime at 96, mtime at 112, device numbers at 136.
        var mode = MemoryMarshal.Read<ushort>(stat[28..]);
        return (mode, new FileIdentity(
            MemoryMarshal.Read<ulong>(stat[136..]), MemoryMarshal.Read<ulong>(stat[32..]), MemoryMarshal.Read<long>(stat[40..]), Ticks(stat[112..]), Ticks(stat[96..])));
    }

    private static long Ticks(ReadOnlySpan<byte> timestamp) =>
        (MemoryMarshal.Read<long>(timestamp) * TimeSpan.TicksPerSecond) + (MemoryMarshal.Read<uint>(timestamp[8..]) / 100);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int OpenNative(string path, int flags);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(SafeFileHandle directory, string path, int flags, uint mask, Span<byte> stat);
}
