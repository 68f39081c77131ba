using Exchange.Contracts.Errors;
using Exchange.Records.Filters;
using Exchange.Records.Schemas;

namespace Exchange.Catalog.Grants;

/// <summary>Whether the row filter of a grant can be read, and uses only fields of which the feed keeps the earlier values.</summary>
internal static class RowFilterRules
{
    private const string Pointer = "/rowFilter";

    public static void Check(Findings findings, string filter, ResourceSchema schema)
    {
        var read = FilterParser.ParseQuery(filter, schema);
        if (read.IsError)
        {
            findings.Add(new ErrorDetail(Pointer, read.Error.Code, read.Error.Data));
            return;
        }

        // "All rows" is said by leaving the filter out, never by an empty one.
        if (read.Value.IsAll) findings.Missing(Pointer);
        foreach (var field in read.Value.Fields().Where(f => !f.IsFilterable)) findings.Add(Pointer, ErrorCodes.FieldNotFilterable, ("field", field.Name));
    }
}
