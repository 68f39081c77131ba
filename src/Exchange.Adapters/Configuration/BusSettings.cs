using System.Text.RegularExpressions;

namespace Exchange.Adapters.Configuration;

internal static partial class BusSettings
{
    private static readonly Setting RabbitMq = new("rabbitMq", "AMQP address", null,
        "RabbitMQ 地址，如 amqp://host:5672/。与 rabbitMqFile 二选一。", "Address of RabbitMQ, such as amqp://host:5672/. Either this or rabbitMqFile.");

    private static readonly Setting RabbitMqFile = new("rabbitMqFile", "path", null,
        "含 RabbitMQ 地址（可带用户名和密码）的文件。", "File that holds the address of RabbitMQ (with user and password).");

    private static readonly Setting Prefix = new("prefix", "text", "exchange",
        "队列与交换机名称前缀，须与平台一致。", "Prefix of queue and exchange names; the same as on the platform.");

    private static readonly Setting Partitions = new("partitions", "whole number 1–64", "4",
        "记录分区数，须与平台一致。", "Number of record partitions; the same as on the platform.");

    public static readonly SettingSection Section = new("bus", "消息总线。", "The message bus.", [RabbitMq, RabbitMqFile, Prefix, Partitions]);

    public static BusModel Read(SectionReader reader)
    {
        var address = Secret.Read(reader, RabbitMq, RabbitMqFile, required: true) ?? "";
        if (address.Length > 0 && !(Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps"))
            reader.Findings.Invalid(reader.LineOf(RabbitMq), reader.PathOf(RabbitMq), "an address that begins with amqp:// or amqps:// belongs here", "应为以 amqp:// 或 amqps:// 开头的地址");
        var prefix = reader.RequiredText(Prefix);
        if (!PrefixForm().IsMatch(prefix))
            reader.Findings.Invalid(reader.LineOf(Prefix), reader.PathOf(Prefix), "lower-case letters, digits and hyphens, at most 31, beginning with a letter", "应为至多 31 个小写字母、数字和连字符，以字母开头");
        return new BusModel(address, prefix, reader.Integer(Partitions, 1, 64));
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{0,30}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex PrefixForm();
}
