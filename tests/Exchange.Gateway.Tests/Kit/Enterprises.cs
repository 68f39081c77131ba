namespace Exchange.Gateway.Tests.Kit;

/// <summary>A small resource of enterprises with a publisher, and a consumer with a grant.</summary>
internal sealed record Enterprises(Guid Publisher, Guid Consumer, Guid Resource)
{
    public const string Name = "enterprise";

    public const string Schema = """
        {"type":"object","additionalProperties":false,"required":["uscc","name","legal_rep","id_no","region_code","status","updated_at"],
         "properties":{
          "uscc":{"type":"string","maxLength":40,"x-exchange":{"key":true}},
          "name":{"type":"string","maxLength":100},
          "legal_rep":{"type":"string","maxLength":50,"x-exchange":{"personal":"name","level":3,"mask":"name"}},
          "id_no":{"type":"string","maxLength":30,"x-exchange":{"personal":"id","level":4,"mask":"id"}},
          "reg_capital":{"type":["number","null"]},
          "established":{"type":["string","null"],"format":"date"},
          "status":{"type":"integer"},
          "region_code":{"type":"string","maxLength":12,"x-exchange":{"filter":true}},
          "phone":{"type":["string","null"],"maxLength":20},
          "updated_at":{"type":"string","format":"date-time"}}}
        """;

    public static readonly (string Name, string? Mask)[] Granted =
        [("uscc", null), ("name", null), ("legal_rep", "name"), ("id_no", "id"), ("status", null), ("region_code", null), ("reg_capital", null), ("established", null)];

    public static async Task<Enterprises> CreateAsync(Node node, int rows = 0)
    {
        var publisher = await node.Catalogue.ParticipantAsync("market", Contracts.Messages.V1.ClientRoles.Publisher);
        var consumer = await node.Catalogue.ParticipantAsync("service");
        var resource = await node.Catalogue.ResourceAsync(Name, Schema, publisher);
        if (rows > 0) await LoadAsync(node, resource, rows);
        return new Enterprises(publisher, consumer, resource);
    }

    /// <summary>The resource with a stream that was opened, the bureau, and a publisher who owns none of it.</summary>
    public static async Task<(Guid Resource, Guid Stream)> WithStreamAsync(Node node)
    {
        var enterprises = await CreateAsync(node);
        await node.Catalogue.ParticipantAsync("bureau", Contracts.Messages.V1.ClientRoles.Bureau);
        await node.Catalogue.ParticipantAsync("rival", Contracts.Messages.V1.ClientRoles.Publisher);
        var stream = Guid.CreateVersion7();
        await node.Catalogue.ExecuteAsync(
            "INSERT INTO catalog.stream (stream_id, resource_id, source, version, epoch, opened_at) VALUES ($1, $2, 'source', 1, 1, now())", stream, enterprises.Resource);
        return (enterprises.Resource, stream);
    }

    /// <summary>Rows of a first load: codes E000001…, two regions in turn.</summary>
    public static Task LoadAsync(Node node, Guid resource, int rows) => node.Catalogue.ExecuteAsync(
        $"""
        INSERT INTO store.enterprise
        SELECT 'E' || lpad(n::text, 6, '0'), '企业' || n, CASE WHEN n % 2 = 0 THEN '欧阳锋' ELSE '张三丰' END, '33010119800101' || lpad(n::text, 4, '0'),
               n * 1.5, date '2001-02-03' + n % 1000, n % 4 + 1, CASE WHEN n % 2 = 0 THEN '330102' ELSE '320102' END,
               CASE WHEN n % 3 = 0 THEN NULL ELSE '138' || lpad(n::text, 8, '0') END, timestamptz '2026-01-01 00:00:00+00' + n * interval '1 second', n
        FROM generate_series(1, {rows}) n;
        UPDATE catalog.feed SET head = {rows}, load_end = {rows} WHERE resource_id = '{resource}'
        """);
}
