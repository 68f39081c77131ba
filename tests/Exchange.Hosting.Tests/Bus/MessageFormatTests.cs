using System.Collections;
using System.Reflection;
using System.Text.Json;
using Exchange.Contracts.Messages.V1;
using MassTransit.Serialization;

namespace Exchange.Hosting.Tests.Bus;

/// <summary>Every message survives the bus's serializer with every value it can hold.</summary>
public sealed class MessageFormatTests
{
    public static TheoryData<Type> Messages => [.. typeof(Failed).Assembly.GetTypes().Where(t => t is { IsPublic: true, IsAbstract: false, IsClass: true } && t.Namespace == typeof(Failed).Namespace)];

    [Theory]
    [MemberData(nameof(Messages))]
    public void Message_ThereAndBack_EqualInEveryValue(Type type)
    {
        var options = SystemTextJsonMessageSerializer.Options;
        foreach (var empty in new[] { false, true })
        {
            var sent = JsonSerializer.Serialize(Create(type, empty), type, options);

            var received = JsonSerializer.Deserialize(sent, type, options);

            Assert.Equal(sent, JsonSerializer.Serialize(received, type, options));
            Assert.Equal(Values(Create(type, empty)!), Values(received!));
        }
    }

    private static object? Create(Type type, bool empty)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying) return empty ? null : Create(underlying, empty);
        if (type == typeof(string)) return empty ? "" : "值 \"<&>\\ 𠮷\n";
        if (type == typeof(int)) return empty ? 0 : int.MinValue;
        if (type == typeof(long)) return empty ? 0L : long.MaxValue;
        if (type == typeof(bool)) return !empty;
        if (type == typeof(Guid)) return empty ? Guid.Empty : Guid.Parse("01989f3e-7a00-7000-8000-000000000001");
        if (type == typeof(DateOnly)) return new DateOnly(2026, 2, 28);
        if (type == typeof(DateTimeOffset)) return new DateTimeOffset(2026, 2, 28, 23, 59, 59, 123, TimeSpan.FromHours(8));
        if (type.IsEnum) return Enum.GetValues(type).GetValue(0);
        if (type == typeof(byte[])) return empty ? Array.Empty<byte>() : [0, 255];
        if (type.IsArray)
        {
            var array = Array.CreateInstance(type.GetElementType()!, empty ? 0 : 2);
            for (var i = 0; i < array.Length; i++) array.SetValue(Create(type.GetElementType()!, empty), i);
            return array;
        }
        if (type == typeof(Dictionary<string, string>)) return empty ? new Dictionary<string, string>(StringComparer.Ordinal) : new(StringComparer.Ordinal) { ["Key One"] = "a", ["字段"] = "b" };
        var constructor = type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).First();
        return constructor.Invoke([.. constructor.GetParameters().Select(p => Create(p.ParameterType, empty))]);
    }

    private static IEnumerable<string> Values(object message)
    {
        foreach (var property in message.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.GetIndexParameters().Length == 0))
        {
            var value = property.GetValue(message);
            if (value is IDictionary map)
            {
                foreach (DictionaryEntry entry in map) yield return $"{property.Name}.{entry.Key}={entry.Value}";
            }
            else if (value is IEnumerable list and not string)
            {
                foreach (var item in list) yield return $"{property.Name}[]={item}";
            }
            else
            {
                yield return $"{property.Name}={value}";
            }
        }
    }
}
