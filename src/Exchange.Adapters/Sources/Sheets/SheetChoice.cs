using Exchange.Contracts.Errors;

namespace Exchange.Adapters.Sources.Sheets;

/// <param name="IsVisible">Hidden sheets count only where one is named.</param>
internal sealed record SheetSummary(string Name, bool IsVisible, bool IsEmpty);

/// <summary>Chooses the sheet to publish: a pure function of the workbook's sheets and the setting.</summary>
internal static class SheetChoice
{
    /// <returns>Place of the sheet in the workbook, from 0.</returns>
    public static Result<int> Decide(IReadOnlyList<SheetSummary> sheets, string? wanted)
    {
        var places = Enumerable.Range(0, sheets.Count);
        if (wanted is not null)
        {
            // As in a spreadsheet, letters count in any case.
            var named = places.Where(i => sheets[i].Name.Trim().Equals(wanted.Trim(), StringComparison.OrdinalIgnoreCase)).ToList();
            if (named is [var place, ..]) return place;
            var all = string.Join(", ", sheets.Where(s => s.IsVisible).Select(s => s.Name));
            return Unclear($"there is no sheet '{wanted}'; visible are: {all}", $"没有名为“{wanted}”的工作表；可见的有：{all}");
        }

        var filled = places.Where(i => sheets[i] is { IsVisible: true, IsEmpty: false }).ToList();
        if (filled is [var only]) return only;
        if (filled.Count == 0) return Unclear("no visible sheet has content", "没有可见且非空的工作表");
        var names = string.Join(", ", filled.Select(i => sheets[i].Name));
        return Unclear($"several sheets have content ({names}); name one by the setting sheet", $"有多个非空工作表（{names}），请用 sheet 设置指定");
    }

    private static Error Unclear(string reason, string reasonZh) => ErrorCodes.SheetUnclear.With(("reason", reason), ("reason:zh", reasonZh));
}
