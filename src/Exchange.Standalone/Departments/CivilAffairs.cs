using Exchange.Standalone.Sample;

namespace Exchange.Standalone.Departments;

/// <summary>The Civil Affairs Bureau: hands its lists over as CSV files in a watched folder.</summary>
internal sealed class CivilAffairs(string folder, IReadOnlyList<Division> divisions)
{
    public const string Code = "civil-affairs";
    public const string Resource = "division";

    public string Folder { get; } = folder;

    public IReadOnlyList<Division> Divisions => divisions;

    public DivisionRevision Revision { get; } = Sample.Divisions.Revise(divisions);

    public void DropFirstFile() => DivisionFile.Drop(divisions, Folder, "divisions-2024.csv");

    public void DropRevisedFile() => DivisionFile.Drop(Revision.All, Folder, "divisions-2025.csv");
}
