using Npgsql;
using NpgsqlTypes;

namespace Exchange.Gateway.Authorization;

/// <summary>
/// Collects the values of a statement and hands out what stands for each in its text. Values are sent as text and typed by a cast that the server resolves
/// when it binds them. A COPY takes no parameters: there the values are settings of the transaction, read once per statement.
/// </summary>
internal sealed class SqlValues
{
    private readonly bool _asSettings;
    private readonly List<string> _values;

    private SqlValues(bool asSettings, IEnumerable<string> values) => (_asSettings, _values) = (asSettings, [.. values]);

    public int Count => _values.Count;

    public static SqlValues Parameters() => new(asSettings: false, []);

    public static SqlValues Settings() => new(asSettings: true, []);

    /// <summary>A collection that begins with the same values, so that text compiled with them can be gone on with.</summary>
    public SqlValues Continue() => new(_asSettings, _values);

    /// <param name="type">A PostgreSQL type name, from code and never from input.</param>
    public string Add(string value, string type)
    {
        _values.Add(value);
        return _asSettings ? $"(SELECT current_setting('exchange.p{_values.Count}')::{type})" : $"${_values.Count}::{type}";
    }

    /// <summary>Adds the values as parameters <c>$1…</c>.</summary>
    public void Bind(NpgsqlParameterCollection parameters)
    {
        foreach (var value in _values) parameters.Add(new NpgsqlParameter<string> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Unknown });
    }

    /// <summary>Adds one command to the batch that sets the values for the rest of the transaction.</summary>
    public void Set(NpgsqlBatch batch)
    {
        if (_values.Count == 0) return;
        var calls = Enumerable.Range(1, _values.Count).Select(n => $"set_config('exchange.p{n}', ${n}, true)");
        var command = new NpgsqlBatchCommand($"SELECT {string.Join(", ", calls)}");
        foreach (var value in _values) command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = value });
        batch.BatchCommands.Add(command);
    }
}
