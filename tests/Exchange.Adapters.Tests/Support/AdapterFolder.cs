namespace Exchange.Adapters.Tests.Support;

/// <summary>A folder with an adapter file and what it refers to.</summary>
internal sealed class AdapterFolder : IDisposable
{
    public const string Publishing = """
        adapter: people-adapter
        bus:
          rabbitMq: amqp://127.0.0.1:5672/
        resource:
          name: people
          publisher: bureau-a
          titleZh: 人员
          titleEn: People
          schema: people.json
        source:
          postgres:
            connection: Host=127.0.0.1;Database=a
            passwordFile: secret
            table: public.people
            interval: 10s
            columns:
              name: full_name
        """;

    public const string Folder = """
        adapter: people-files
        resource:
          name: people
          publisher: bureau-a
          titleZh: 人员
          titleEn: People
          schema: people.json
        source:
          csv:
            folder: drop
            encoding: GB18030
            delimiter: tab
            headerLine: 4
            footerStarts: [注：, 数据来源]
            settle: 200ms
            interval: 500ms
            columns:
              name: 姓名
        """;

    public const string Receiving = """
        adapter: people-sink
        source:
          exchange:
            gateway: http://127.0.0.1:8080
            clientId: bureau-b
            clientSecretFile: secret
            resource: people
            purpose: 审批
        sink:
          postgres:
            connectionFile: connection
            table: people
        """;

    public AdapterFolder()
    {
        Write("people.json", TestSchemas.People);
        Write("secret", "s3cret\n");
        Write("connection", "Host=127.0.0.1;Database=b;Username=b");
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("exchange-adapter-").FullName;

    public string Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
