using Exchange.Benchmarks.Platform;
using Exchange.Hosting.Embedded;

namespace Exchange.Benchmarks.Peers;

/// <summary>Programs of peers that <c>./exchange bench</c> has fetched into the state folder; none of them is installed.</summary>
internal static class PeerTools
{
    private static readonly string Folder = StateFolder.Combine("tools", "peers");

    /// <summary>A file of a peer.</summary>
    /// <exception cref="PeerMissingException">It is not there.</exception>
    public static string Require(string peer, params string[] path)
    {
        var file = Path.Combine([Folder, .. path]);
        return Path.Exists(file) ? file : throw new PeerMissingException($"{peer} could not be fetched");
    }

    /// <summary>PostgreSQL 15 with an extension that there is for this version only.</summary>
    public static PostgresBinaries Postgres15(string peer, string library)
    {
        Require(peer, "usr", "lib", "postgresql", "15", "lib", library);
        var server = Require(peer, "usr", "lib", "postgresql", "15", "bin", "postgres");
        return new PostgresBinaries(Path.GetDirectoryName(server)!, 15) { Environment = Environment };
    }

    /// <summary>Where the peers' libraries lie, and their Perl modules, for programs and for servers with Perl in them.</summary>
    public static IReadOnlyDictionary<string, string> Environment
    {
        get
        {
            var environment = new Dictionary<string, string>(StringComparer.Ordinal);
            var libraries = Path.Combine(Folder, "usr", "lib");
            if (!Directory.Exists(libraries)) return environment;
            var compiled = Directory.GetDirectories(libraries, "*-linux-gnu");
            var perl = compiled.Select(f => Path.Combine(f, "perl5")).Where(Directory.Exists).SelectMany(Directory.GetDirectories);
            environment["LD_LIBRARY_PATH"] = string.Join(':', compiled);
            environment["PERL5LIB"] = string.Join(':', perl.Append(Path.Combine(Folder, "usr", "share", "perl5")));
            return environment;
        }
    }
}
