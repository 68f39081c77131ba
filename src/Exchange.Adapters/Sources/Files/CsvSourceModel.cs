using Exchange.Adapters.Configuration;

namespace Exchange.Adapters.Sources.Files;

/// <param name="Encoding">Declared encoding; null to have it proved.</param>
/// <param name="HeaderLine">Line of the header, from 1; what stands above it is passed over.</param>
/// <param name="FooterLines">Records at the end that are no data.</param>
internal sealed record CsvSourceModel(FolderModel Folder, TextEncoding? Encoding, char Delimiter, int HeaderLine, int FooterLines, ColumnModel Columns) : ISourceModel;
