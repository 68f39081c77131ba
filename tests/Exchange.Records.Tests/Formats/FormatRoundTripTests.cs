using System.Buffers;
using System.Text;
using System.Text.Json;
using Exchange.Records.Formats;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;
using Exchange.Records.Validation;
using FsCheck;
using FsCheck.Fluent;

namespace Exchange.Records.Tests.Formats;

public sealed class FormatRoundTripTests
{
    private static readonly Column[] Columns = [.. RowGen.Schema.Fields.Select(Column.Of)];
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(500);

    [Fact]
    public void Validator_AnyGeneratedRow_IsGood() =>
        Prop.ForAll(RowGen.Row().ToArbitrary(), row =>
        {
            var violations = new List<Violation>();
            var tuple = RowGen.Tuple(row);
            var result = RowValidator.Compile(RowGen.Schema).Check(tuple, 0, violations, out var length);
            return (result.Value && length == tuple.Length).Label(string.Join("; ", violations));
        }).Check(Many);

    [Fact]
    public void Ndjson_AnyRow_ReadsBackToTheSameBytes() =>
        Prop.ForAll(RowGen.Row().ToArbitrary(), row =>
        {
            var line = Write(new NdjsonWriter(Columns), row);
            var output = new ArrayBufferWriter<byte>();
            var read = new NdjsonReader(RowGen.Schema).ReadLine(line.AsSpan()[..^1], 1, 0, new RowWriter(output));
            return (!read.IsError && output.WrittenSpan.SequenceEqual(RowGen.Tuple(row)) && line.AsSpan().IndexOf((byte)'\n') == line.Length - 1)
                .Label($"{read} {Encoding.UTF8.GetString(line)}");
        }).Check(Many);

    [Fact]
    public void Ndjson_AnyRow_MeansTheSameToAnotherReader() =>
        Prop.ForAll(RowGen.Row().ToArbitrary(), row =>
        {
            using var document = JsonDocument.Parse(Write(new NdjsonWriter(Columns), row));
            foreach (var (field, value) in RowGen.Schema.Fields.Zip(row))
            {
                var json = document.RootElement.GetProperty(field.Name);
                if (value is null != (json.ValueKind == JsonValueKind.Null)) return false;
                if (value is not null && !Means(field.Type, json, value)) return false;
            }

            return document.RootElement.EnumerateObject().Select(p => p.Name).SequenceEqual(RowGen.Schema.Fields.Select(f => f.Name));
        }).Check(Many);

    [Fact]
    public void Csv_AnyRowWrittenRaw_ReadsBackToTheSameBytes() =>
        Prop.ForAll(RowGen.Row().ToArbitrary(), RowGen.Row().ToArbitrary(), (first, second) =>
        {
            var text = Encoding.UTF8.GetString(Write(new CsvRowWriter(Columns, raw: true), first, second));
            using var reader = new StringReader(text);
            var csv = new CsvReader(reader);
            Assert.True(csv.ReadRecord());
            var rows = CsvRowReader.Bind(csv, RowGen.Schema, new CellOptions { QuotedEmptyIsText = true }).Value;
            var output = new ArrayBufferWriter<byte>();
            var writer = new RowWriter(output);
            var outcomes = new[] { rows.Read(writer), rows.Read(writer), rows.Read(writer) };
            byte[] expected = [.. RowGen.Tuple(first), .. RowGen.Tuple(second)];
            return (output.WrittenSpan.SequenceEqual(expected) && outcomes is [CsvRowOutcome.Row, CsvRowOutcome.Row, CsvRowOutcome.End] && csv.Fault is null).Label(text);
        }).Check(Many);

    [Fact]
    public void Csv_AnyRowWrittenForSpreadsheets_HasNoTextCellThatRuns() =>
        Prop.ForAll(RowGen.Row().ToArbitrary(), row =>
        {
            using var reader = new StringReader(Encoding.UTF8.GetString(Write(new CsvRowWriter(Columns), row)));
            var csv = new CsvReader(reader);
            Assert.True(csv.ReadRecord() && csv.ReadRecord());
            return RowGen.Schema.Fields.Where(f => f.Type == FieldType.Text && row[f.Ordinal] is not null).All(f =>
            {
                var text = Encoding.UTF8.GetString(row[f.Ordinal]!);
                var runs = text.Length > 0 && "=+-@\t\r".Contains(text[0], StringComparison.Ordinal);
                return csv[f.Ordinal].SequenceEqual((runs ? "'" : "") + text);
            });
        }).Check(Many);

    [Fact]
    public void CopyFile_AnyRows_IsSignatureTuplesAndTrailer()
    {
        var row = RowGen.Tuple([.. RowGen.Schema.Fields.Select(_ => (byte[]?)[1, 2, 3])]);
        var writer = new CopyRowsWriter();
        var output = new ArrayBufferWriter<byte>();
        writer.WriteHeader(output);
        writer.WriteRow(output, row, Slices(row));
        writer.WriteTrailer(output);
        Assert.Equal([.. "PGCOPY\n"u8, 0xFF, 0x0D, 0x0A, 0x00, 0, 0, 0, 0, 0, 0, 0, 0, .. row, 0xFF, 0xFF], output.WrittenSpan.ToArray());
    }

    [Fact]
    public void PgNumeric_AnyDecimal_WritesAndReadsBack() =>
        Prop.ForAll<int, int, int>((low, middle, high) =>
        {
            foreach (var scale in (ReadOnlySpan<byte>)[0, 1, 2, 5, 14, 28])
            {
                var value = new decimal(low, middle, high, low < 0, scale);
                var bytes = new byte[PgNumeric.MaxDecimalBytes];
                var written = bytes.AsSpan(0, PgNumeric.Write(value, bytes));
                if (PgNumeric.Check(written) != NumericForm.Good || !PgNumeric.TryRead(written, out var read) || read != value) return false;
                if (RowValue.NumberText(written) != (value == 0 ? decimal.Abs(value) : value).ToString(System.Globalization.CultureInfo.InvariantCulture)) return false;
            }

            return true;
        }).Check(Many);

    [Fact]
    public void PgNumeric_AnyTwoDecimals_CompareAndDivideAsDecimalsDo()
    {
        var decimals = from low in Gen.Choose(-100_000, 100_000) from scale in Gen.Choose(0, 6) select new decimal(Math.Abs(low), 0, 0, low < 0, (byte)scale);
        Prop.ForAll(decimals.ToArbitrary(), decimals.ToArbitrary(), (left, right) =>
        {
            byte[] a = new byte[40], b = new byte[40];
            a = a[..PgNumeric.Write(left, a)];
            b = b[..PgNumeric.Write(right, b)];
            var divides = right <= 0 || PgNumeric.IsMultipleOf(a, right) == (left % right == 0);
            return divides && PgNumeric.Compare(a, b) == left.CompareTo(right) && PgNumeric.Compare(b, a) == right.CompareTo(left);
        }).Check(Many);
    }

    internal static byte[] Write(IRowsWriter writer, params byte[]?[][] rows)
    {
        var output = new ArrayBufferWriter<byte>();
        writer.WriteHeader(output);
        foreach (var row in rows)
        {
            var tuple = RowGen.Tuple(row);
            writer.WriteRow(output, tuple, Slices(tuple));
        }

        writer.WriteTrailer(output);
        return output.WrittenSpan.ToArray();
    }

    internal static FieldSlice[] Slices(byte[] tuple)
    {
        var slices = new FieldSlice[RowGen.Schema.Fields.Count];
        Assert.True(new RowReader(tuple).ReadRow(slices));
        return slices;
    }

    private static bool Means(FieldType type, JsonElement json, byte[] value) => type switch
    {
        FieldType.Text => json.GetString() == Encoding.UTF8.GetString(value),
        FieldType.Integer => long.Parse(json.ToString(), System.Globalization.CultureInfo.InvariantCulture) == RowValue.Int64(value)
            && (json.ValueKind == JsonValueKind.Number) == (Math.Abs((decimal)RowValue.Int64(value)) <= 9007199254740992m),
        FieldType.Number => json.ToString() == RowValue.NumberText(value) && (json.ValueKind == JsonValueKind.String || SurvivesADouble(json.GetRawText())),
        FieldType.Double => BitConverter.DoubleToInt64Bits(json.GetDouble()) == BitConverter.DoubleToInt64Bits(RowValue.Double(value)),
        FieldType.Boolean => json.GetBoolean() == RowValue.Boolean(value),
        FieldType.Date => DateOnly.ParseExact(json.GetString()!, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) == RowValue.Date(value),
        FieldType.Timestamp => json.GetDateTimeOffset() == RowValue.Timestamp(value),
        FieldType.Time => TimeOnly.Parse(json.GetString()!, System.Globalization.CultureInfo.InvariantCulture) == RowValue.Time(value),
        FieldType.Uuid => json.GetGuid() == RowValue.Uuid(value),
        _ => false,
    };

    // What a JSON reader makes of the number by way of a double must be the number again.
    private static bool SurvivesADouble(string text)
    {
        var number = decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        var read = double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        if (Math.Abs(number) > 9007199254740992m) return false;
        // The cast of a double to decimal keeps 15 digits only; whole numbers go by way of long.
        return number == decimal.Truncate(number) ? (long)read == number : (decimal)read == number;
    }
}
