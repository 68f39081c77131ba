using System.ComponentModel.DataAnnotations;

namespace Exchange.Hosting.Database;

/// <summary>Section <c>Database</c>.</summary>
public sealed class DatabaseOptions
{
    public const string Section = "Database";

    /// <summary>Npgsql connection string of the platform's database, with the role of this host.</summary>
    [Required]
    public string ConnectionString { get; set; } = "";

    /// <summary>Largest number of connections of this host's pool; null for what suits the host (<see cref="DatabaseFactory.DefaultPoolSize"/>, the gateway four per core).</summary>
    [Range(1, 1000)]
    public int? MaxPoolSize { get; set; }
}
