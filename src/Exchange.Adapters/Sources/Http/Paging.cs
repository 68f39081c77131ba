using System.Globalization;
using Exchange.Contracts.Errors;

namespace Exchange.Adapters.Sources.Http;

/// <summary>One question to the API.</summary>
/// <param name="Number">Of the page in this pass, from 1.</param>
/// <param name="Place">Page number or offset that was asked for; styles <see cref="PagingStyle.Page"/> and <see cref="PagingStyle.Offset"/>.</param>
/// <param name="Cursor">Cursor that was asked with; style <see cref="PagingStyle.Cursor"/>.</param>
internal sealed record PageQuestion(Uri Address, int Number, long Place, string? Cursor);

/// <summary>Says which page comes after which. Pure.</summary>
internal static class Paging
{
    /// <summary>The first question of a pass.</summary>
    /// <param name="since">Cursor or mark to ask for changes with; null for everything.</param>
    public static PageQuestion First(HttpSourceModel model, string? since)
    {
        var (paging, address) = (model.Paging, model.Url);
        if (paging.SizeParameter is { } size) address = PageAddress.With(address, size, Text(paging.Size));
        if (since is not null) address = PageAddress.With(address, model.Changes!.Parameter, since);
        var place = paging.Style == PagingStyle.Page ? paging.First : 0;
        var cursor = IsOneCursor(model) ? since : null;
        return new PageQuestion(paging.Style is PagingStyle.Page or PagingStyle.Offset ? PageAddress.With(address, paging.Parameter, Text(place)) : address, 1, place, cursor);
    }

    /// <summary>Whether the cursor of pages is the one of changes: the API is a log, read from its beginning.</summary>
    public static bool IsOneCursor(HttpSourceModel model) => model.Paging.Style == PagingStyle.Cursor && model.Changes?.Parameter == model.Paging.Parameter;

    /// <summary>
    /// The question after a page, or null where it was the last. A short page is not taken for the last one, because servers may give fewer rows than they are asked for:
    /// without <c>total</c> or <c>more</c> the end is a page without rows.
    /// </summary>
    /// <param name="rows">Rows of this pass so far, those of the page included.</param>
    /// <returns>Fails with <see cref="ErrorCodes.HttpAddressRefused"/>, <see cref="ErrorCodes.HttpPagesRepeat"/> or <see cref="ErrorCodes.HttpAnswerUnfit"/>.</returns>
    public static Result<PageQuestion?> After(HttpSourceModel model, PageQuestion asked, HttpPage page, long rows)
    {
        var (paging, facts) = (model.Paging, page.Facts);
        if (paging.More is not null && !Says(facts.More)) return End;
        if (paging.Total is not null && long.TryParse(facts.Total, NumberStyles.None, CultureInfo.InvariantCulture, out var total) && rows >= total) return End;
        switch (paging.Style)
        {
            case PagingStyle.None:
                return End;
            case PagingStyle.Page:
                return facts.Rows == 0 ? End : Numbered(paging, asked, asked.Place + 1);
            case PagingStyle.Offset:
                return facts.Rows == 0 ? End : Numbered(paging, asked, asked.Place + facts.Rows);
            case PagingStyle.Next:
                return string.IsNullOrEmpty(facts.Next) ? End : Linked(model, asked, facts.Next);
            case PagingStyle.Link:
                return LinkHeader.Next(page.Links) is { } link ? Linked(model, asked, link) : End;
            default:
                return WithCursor(paging, asked, facts);
        }
    }

    private static Result<PageQuestion?> End => (PageQuestion?)null;

    private static Result<PageQuestion?> Numbered(HttpPaging paging, PageQuestion asked, long place) =>
        new PageQuestion(PageAddress.With(asked.Address, paging.Parameter, Text(place)), asked.Number + 1, place, null);

    private static Result<PageQuestion?> Linked(HttpSourceModel model, PageQuestion asked, string link)
    {
        if (PageAddress.Resolve(asked.Address, link) is not { } next)
            return ErrorCodes.HttpAnswerUnfit.With(("page", asked.Number), ("reason", "the link to the next page is no address"), ("reason:zh", "下一页的链接不是地址"));
        return PageAddress.SameHost(model.Url, next)
            ? new PageQuestion(next, asked.Number + 1, 0, null)
            : ErrorCodes.HttpAddressRefused.With(("address", PageAddress.Told(next)));
    }

    private static Result<PageQuestion?> WithCursor(HttpPaging paging, PageQuestion asked, PageFacts facts)
    {
        if (string.IsNullOrEmpty(facts.Next)) return End;
        if (facts.Next == asked.Cursor)
        {
            // A log that was read to its end answers with the cursor it was asked with.
            return facts.Rows == 0 ? End : ErrorCodes.HttpPagesRepeat.With(("page", asked.Number), ("reason", "its cursor leads to itself"), ("reason:zh", "游标指向自身"));
        }

        return new PageQuestion(PageAddress.With(asked.Address, paging.Parameter, facts.Next), asked.Number + 1, 0, facts.Next);
    }

    private static bool Says(string? more) => more is not (null or "" or "false" or "0");

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
