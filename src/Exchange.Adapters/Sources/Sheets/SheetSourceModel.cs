using Exchange.Adapters.Configuration;
using Exchange.Adapters.Sources.Files;

namespace Exchange.Adapters.Sources.Sheets;

/// <summary>What is done with hidden rows, and with hidden columns that a field takes.</summary>
internal enum HiddenContent
{
    /// <summary>The stream is held: whether hidden data is meant to be shared is not for a program to guess.</summary>
    Refuse,

    /// <summary>Read like any other.</summary>
    Read,

    /// <summary>Passed over, as if it were not there.</summary>
    Skip,
}

/// <summary>Which rows inside the data are subtitles and no records.</summary>
internal enum SubtitleRows
{
    /// <summary>Those whose only content is one cell that is merged over columns of two or more fields.</summary>
    Merged,

    /// <summary>Also those with content in a single cell.</summary>
    Single,

    /// <summary>None: each row is a record.</summary>
    None,
}

/// <param name="Sheet">Name of the sheet; null for the only visible one that is not empty.</param>
/// <param name="HeaderRow">First row of the header, from 1; null to look for the row that has all headers.</param>
/// <param name="HeaderRows">Rows of the header; names of one column are joined from top to bottom.</param>
/// <param name="HeaderJoin">What stands between the joined names.</param>
/// <param name="FillsMerged">Whether the value of a cell that is merged over several rows counts for each of them.</param>
internal sealed record SheetSourceModel(
    FolderModel Folder,
    string? Sheet,
    int? HeaderRow,
    int HeaderRows,
    string HeaderJoin,
    HiddenContent Hidden,
    SubtitleRows Subtitles,
    bool FillsMerged,
    ColumnModel Columns) : ISourceModel;
