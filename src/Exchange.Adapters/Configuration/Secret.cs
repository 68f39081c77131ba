namespace Exchange.Adapters.Configuration;

/// <summary>Reads a value that may stand in the adapter file or, better where it is secret, in a file of its own.</summary>
internal static class Secret
{
    public const int MaxBytes = 64 * 1024;

    public static string? Read(SectionReader reader, Setting plain, Setting file, bool required)
    {
        if (reader.Has(plain) && reader.Has(file))
        {
            reader.Findings.Invalid(reader.LineOf(file), reader.PathOf(file), $"{plain.Name} is set too; one of the two belongs here", $"已设置 {plain.Name}，二者只能设一");
            return null;
        }

        if (reader.Has(file)) return ReadFile(reader, file);
        if (reader.Has(plain)) return reader.OptionalText(plain);
        if (required) reader.Findings.Missing(reader.Line, $"{reader.PathOf(plain)} | {file.Name}");
        return null;
    }

    public static string? ReadFile(SectionReader reader, Setting file)
    {
        if (reader.OptionalPath(file) is not { } path) return null;
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
            {
                reader.Findings.Invalid(reader.LineOf(file), reader.PathOf(file), $"the file is larger than {MaxBytes} bytes", $"文件大于 {MaxBytes} 字节");
                return null;
            }

            var text = File.ReadAllText(path).TrimEnd('\r', '\n');
            if (text.Length > 0) return text;
            reader.Findings.Invalid(reader.LineOf(file), reader.PathOf(file), "the file is empty", "文件为空");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            reader.Findings.Invalid(reader.LineOf(file), reader.PathOf(file), $"the file cannot be read: {e.Message}", $"文件无法读取：{e.Message}");
        }

        return null;
    }
}
