using Exchange.Standalone.Departments;

namespace Exchange.Standalone.Demonstration;

/// <summary>The adapters' YAML files, as a department's administrator would write them. Secrets stay in files of their own.</summary>
internal static class AdapterFiles
{
    public const string RegisterSecret = "register.connection";
    public const string CentreSecret = "centre.connection";
    public const string ClientSecret = "client.secret";
    public const string BusSecret = "bus.address";

    public static string Divisions(AdapterSites sites, bool brokered) => $$"""
        # The Civil Affairs Bureau hands its list over as a file.
        adapter: civil-affairs-divisions
        {{Bus(brokered)}}
        resource:
          name: {{CivilAffairs.Resource}}
          publisher: {{CivilAffairs.Code}}
          titleZh: 行政区划
          titleEn: Administrative divisions
          description: 五级行政区划代码与名称
          schema: division.json
        source:
          csv:
            folder: {{sites.WatchedFolder}}
            pattern: "*.csv"
            encoding: gb18030
            settle: 200ms
            interval: 500ms
            columns:
              code: 区划代码
              name: 区划名称
              level: 级别
              parent: 上级代码
        """;

    public static string Enterprises(AdapterSites sites, bool brokered) => $$"""
        # The Market Regulation Bureau's register: {{sites.RegisterTable}} with the column names of its own system.
        adapter: market-regulation-register
        {{Bus(brokered)}}
        resource:
          name: {{MarketRegulation.Resource}}
          publisher: {{MarketRegulation.Code}}
          titleZh: 企业登记信息
          titleEn: Enterprise registrations
          description: 企业登记基本信息与法定代表人
          schema: enterprise.json
        source:
          postgres:
            connectionFile: {{RegisterSecret}}
            table: {{sites.RegisterTable}}
            mode: capture
            columns:
              uscc: uniscid
              name: entname
              legal_rep: lerep
              id_no: cerno
              reg_capital: regcap
              established: estdate
              status: regstate
              region_code: regorg
              address: dom
              phone: tel
              updated_at: updtime
              scope: opscope
        """;

    public static string Sink(string adapter, Uri gateway, ClientCredentials client, string resource) => $$"""
        # The Government Service Centre lands what it was granted in a table of its own.
        adapter: {{adapter}}
        source:
          exchange:
            gateway: {{gateway}}
            clientId: {{client.ClientId}}
            clientSecretFile: {{ClientSecret}}
            resource: {{resource}}
            purpose: {{RegisterDepartments.Purpose}}
        sink:
          postgres:
            connectionFile: {{CentreSecret}}
            table: {{resource}}
            create: true
        """;

    private static string Bus(bool brokered) => brokered ? $"bus:\n  rabbitMqFile: {BusSecret}" : "# The message bus is inside the platform's process.";
}
