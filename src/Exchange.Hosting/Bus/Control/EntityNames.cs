using System.Text;
using MassTransit;

namespace Exchange.Hosting.Bus.Control;

/// <summary>Names of the exchanges that carry message types: <c>exchange.v1.open-stream</c>. Ours, so that another library can take over.</summary>
internal sealed class EntityNames(string prefix) : IEntityNameFormatter
{
    private const string MessagesNamespace = "Exchange.Contracts.Messages.";

    public string FormatEntityName<T>() => $"{prefix}.{Name(typeof(T))}";

    internal static string Name(Type type)
    {
        if (type.IsGenericType)
            return $"{Kebab(type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)])}-of-{string.Join('-', type.GetGenericArguments().Select(Name))}";
        var name = type.FullName ?? type.Name;
        return Kebab(name.StartsWith(MessagesNamespace, StringComparison.Ordinal) ? name[MessagesNamespace.Length..] : name);
    }

    private static string Kebab(string name)
    {
        var text = new StringBuilder(name.Length + 8);
        foreach (var letter in name)
        {
            if (char.IsUpper(letter) && text.Length > 0 && text[^1] is not ('.' or '-')) text.Append('-');
            text.Append(letter == '+' ? '.' : char.ToLowerInvariant(letter));
        }
        return text.ToString();
    }
}
