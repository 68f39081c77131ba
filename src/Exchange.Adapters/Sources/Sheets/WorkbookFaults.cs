using ExcelDataReader.Exceptions;
using Exchange.Contracts.Errors;

namespace Exchange.Adapters.Sources.Sheets;

/// <summary>What failures of the workbook reader mean.</summary>
internal static class WorkbookFaults
{
    /// <summary>
    /// The error of the file that an exception stands for; null where the failure is not the file's. The reader answers damaged files with whatever breaks inside it, so that
    /// everything but lost infrastructure, cancellation and exhausted memory is the file's.
    /// </summary>
    public static Error? Of(Exception e) => e switch
    {
        InvalidPasswordException => ErrorCodes.WorkbookProtected.With(),
        OperationCanceledException or OutOfMemoryException => null,
        EndOfStreamException => Damaged(e),
        IOException => null,
        _ => Damaged(e),
    };

    private static Error Damaged(Exception e) =>
        ErrorCodes.WorkbookCorrupt.With(("reason", $"it is damaged ({e.GetType().Name})"), ("reason:zh", $"文件已损坏（{e.GetType().Name}）"));
}
