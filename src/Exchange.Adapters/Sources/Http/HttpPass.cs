using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Exchange.Adapters.Pipelines;
using Exchange.Contracts.Errors;
using Exchange.Records.Rows;

namespace Exchange.Adapters.Sources.Http;

/// <summary>What a pass over all pages found.</summary>
/// <param name="Fingerprint">Over its rows, in the order of the pages.</param>
/// <param name="Since">Cursor or mark to go on from; null where the API named none.</param>
/// <param name="Total">The total that the API spoke of, where the pass found another number of rows; else null.</param>
internal sealed record PassFindings(long Rows, string Fingerprint, string? Since, long? Total);

/// <summary>Reads all pages of one question into a spool, and believes the API only where its answers fit together.</summary>
internal sealed class HttpPass(HttpSourceModel model, SourceContext context, HttpApi api, RowSpool spool, RowProjection projection)
{
    private readonly HashSet<string> _digests = [];
    private readonly HashSet<Uri> _asked = [];
    private string? _firstCursor;
    private string? _lastCursor;
    private string? _firstMark;
    private long? _total;
    private long _rows;

    /// <param name="since">Cursor or mark to ask for changes with; null for everything.</param>
    /// <returns>Fails where the API does not fit the configuration; the stream is to be held then.</returns>
    /// <exception cref="ApiUnavailableException">The API cannot be read for now.</exception>
    public async Task<Result<PassFindings>> ReadAsync(string? since, CancellationToken cancellation)
    {
        using var fingerprint = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // A changed schema must not look like an unchanged API: rows that failed the old schema may pass the new one.
        fingerprint.AppendData(Encoding.ASCII.GetBytes(context.Schema.Fingerprint));
        PageQuestion? question = Paging.First(model, since);
        while (question is not null)
        {
            if (question.Number > model.Limits.Pages) return LimitReached("limits.pages", model.Limits.Pages);
            if (!_asked.Add(question.Address)) return Repeats(question, "its address was asked for before", "该页地址此前已访问过");
            var read = await PageAsync(question, cancellation);
            if (read.IsError) return read.Error;
            if (Note(question, read.Value) is { } unfit) return unfit;
            fingerprint.AppendData(Encoding.ASCII.GetBytes(read.Value.Digest));
            var next = Paging.After(model, question, read.Value, _rows);
            if (next.IsError) return next.Error;
            question = next.Value;
        }

        if (Since() is { Length: > HttpPosition.MaxSince }) return LimitReached("cursor", HttpPosition.MaxSince);
        return new PassFindings(_rows, Convert.ToHexStringLower(fingerprint.GetHashAndReset()), Since(), _total == _rows ? null : _total);
    }

    private Task<Result<HttpPage>> PageAsync(PageQuestion question, CancellationToken cancellation) => api.ReadAsync<HttpPage>(
        question.Address,
        async (body, links, token) =>
        {
            spool.BeginPage();
            var checkpoint = projection.Keep();
            var scan = new PageScan(model, projection, new RowWriter(spool));
            try
            {
                var read = await PageBody.ReadAsync(body, scan, model.Limits.PageBytes, spool.FlushAsync, token);
                if (read.IsError) return read.Error;
                CheckStatus(scan.Facts);
                return new HttpPage(scan.Facts, await spool.EndPageAsync(token), links);
            }
            catch
            {
                projection.Restore(checkpoint);
                throw;
            }
        },
        cancellation);

    /// <summary>Many APIs answer 200 and say in the body that they failed.</summary>
    private void CheckStatus(PageFacts facts)
    {
        if (model.Status is { } rule && !(facts.Status is { } status && rule.Good.Contains(status)))
            throw new ApiUnavailableException($"the API says in its answer that it failed (at {rule.Pointer})");
    }

    private Error? Note(PageQuestion question, HttpPage page)
    {
        var facts = page.Facts;
        if (!facts.HasRows)
        {
            var at = model.Rows.Names.Count == 0 ? "its root" : model.Rows.ToString();
            return ErrorCodes.HttpAnswerUnfit.With(("page", question.Number), ("reason", $"there is no array of rows at {at}"), ("reason:zh", $"{model.Rows} 处没有行数组"));
        }

        _rows += facts.Rows;
        if (_rows > model.Limits.Rows) return LimitReached("limits.rows", model.Limits.Rows);
        if (facts.Rows > 0 && !_digests.Add(page.Digest))
            return Repeats(question, "it is the same as an earlier one; where the API repeats its last page, set paging.total or paging.more", "与前面某页内容相同；如接口会重复最后一页，请设置 paging.total 或 paging.more");
        if (model.Paging.Total is { } total)
        {
            if (!long.TryParse(facts.Total, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
                return ErrorCodes.HttpAnswerUnfit.With(("page", question.Number), ("reason", $"there is no total at {total}"), ("reason:zh", $"{total} 处没有总行数"));
            _total = count;
        }

        _firstCursor ??= facts.Cursor;
        _lastCursor = facts.Cursor ?? _lastCursor;
        if (question.Number == 1) _firstMark = projection.HighestMark;
        return null;
    }

    /// <summary>
    /// Where changes are to be asked for from. What changes while the pages are read may have missed its page, so the earliest word of the API counts: the first answer's cursor, or the
    /// highest mark of the first page. Only the cursor of a log, whose pages are in the order of changes, is taken from the last page.
    /// </summary>
    private string? Since() => model.Changes switch
    {
        null => null,
        { Cursor: null } => projection.WithOperation ? projection.HighestMark : _firstMark,
        _ => Paging.IsOneCursor(model) ? _lastCursor : _firstCursor,
    };

    private static Error Repeats(PageQuestion question, string reason, string reasonZh) =>
        ErrorCodes.HttpPagesRepeat.With(("page", question.Number), ("reason", reason), ("reason:zh", reasonZh));

    private static Error LimitReached(string setting, long limit) => ErrorCodes.HttpLimitReached.With(("setting", setting), ("limit", limit));
}
