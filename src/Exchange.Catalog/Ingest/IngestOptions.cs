using System.ComponentModel.DataAnnotations;

namespace Exchange.Catalog.Ingest;

/// <summary>Section <c>Catalog:Ingest</c>.</summary>
internal sealed class IngestOptions
{
    public const string Section = "Catalog:Ingest";
    public const int StandardDeletePercent = 50;
    public const int StandardDeleteRows = 100;

    /// <summary>A snapshot that would delete more than this share of a resource's rows, in percent, holds its stream until it is released. 100 lets every snapshot pass.</summary>
    [Range(1, 100)]
    public int DeletePercent { get; set; } = StandardDeletePercent;

    /// <summary>A snapshot that would delete fewer rows than this never holds its stream.</summary>
    [Range(1, int.MaxValue)]
    public int DeleteRows { get; set; } = StandardDeleteRows;
}

/// <summary>What ingest is set up with.</summary>
/// <param name="Partitions">Partition queues to consume.</param>
internal sealed record IngestModel(int Partitions, DeletionLimit Deletions);
