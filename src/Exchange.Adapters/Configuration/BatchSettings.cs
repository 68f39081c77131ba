namespace Exchange.Adapters.Configuration;

internal static class BatchSettings
{
    private static readonly Setting Bytes = new("bytes", "whole number 1024–8388608", "2097152",
        "批次达到该字节数即关闭。", "A batch is closed once its rows reach this many bytes.");

    private static readonly Setting Rows = new("rows", "whole number 1–50000", "20000", "每批最多行数。", "Most rows of a batch.");

    private static readonly Setting InFlight = new("inFlight", "whole number 1–256", "8",
        "已发布而未提交的批次上限；达到后暂停读取来源。", "Batches that may be published and not yet committed; at this number the source is not read on.");

    public static readonly SettingSection Section = new("batches", "批次。", "Batches.", [Bytes, Rows, InFlight]);

    public static BatchLimits Read(SectionReader? reader) => reader is null
        ? BatchLimits.Default
        : new BatchLimits(reader.Integer(Bytes, 1024, 8 * 1024 * 1024), reader.Integer(Rows, 1, 50_000), reader.Integer(InFlight, 1, 256));
}
