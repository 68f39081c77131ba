using System.Buffers;
using Exchange.Records.Rows;

namespace Exchange.Catalog.Tests.Kit;

/// <summary>A row of the test resource: two key fields, one filterable field, one that may be null.</summary>
public sealed record Item(string Id, long Part, string Region, string? Note, decimal Amount)
{
    public const string Schema = """
        {"type":"object","title":"测试","required":["id","part","region","amount"],
         "properties":{
          "id":{"type":"string","maxLength":20,"x-exchange":{"key":true}},
          "part":{"type":"integer","minimum":0,"x-exchange":{"key":true}},
          "region":{"type":"string","maxLength":6,"x-exchange":{"filter":true}},
          "note":{"type":["string","null"],"maxLength":10},
          "amount":{"type":"number","minimum":0}}}
        """;

    public (string Id, long Part) Key => (Id, Part);

    public static Item Of(int id, string region = "330106", string? note = null, decimal amount = 1m) => new($"k{id:0000}", id % 3, region, note, amount);

    /// <summary>The same item with a note that is too long for the schema.</summary>
    public Item Broken() => this with { Note = new string('长', 11) };

    public void Write(RowWriter writer)
    {
        writer.StartRow(5);
        WriteFields(writer);
    }

    public void WriteUpsert(RowWriter writer)
    {
        writer.StartRow(6);
        writer.WriteRaw("U"u8);
        WriteFields(writer);
    }

    public void WriteDelete(RowWriter writer)
    {
        writer.StartRow(6);
        writer.WriteRaw("D"u8);
        writer.WriteText(Id);
        writer.WriteInt64(Part);
        for (var i = 0; i < 3; i++) writer.WriteNull();
    }

    /// <summary>In key order, as the store sorts.</summary>
    public static IEnumerable<Item> Sorted(IEnumerable<Item> items) => items.OrderBy(i => i.Id, StringComparer.Ordinal).ThenBy(i => i.Part);

    private void WriteFields(RowWriter writer)
    {
        writer.WriteText(Id);
        writer.WriteInt64(Part);
        writer.WriteText(Region);
        if (Note is null) writer.WriteNull();
        else writer.WriteText(Note);
        writer.WriteNumber(Amount);
    }
}

/// <summary>One change of a test row.</summary>
public sealed record Change(bool IsDelete, Item Item)
{
    public static Change Put(Item item) => new(false, item);

    public static Change Delete(Item item) => new(true, item);

    public static byte[] Body(IEnumerable<Change> changes)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new RowWriter(output);
        foreach (var change in changes)
        {
            if (change.IsDelete) change.Item.WriteDelete(writer);
            else change.Item.WriteUpsert(writer);
        }

        return output.WrittenSpan.ToArray();
    }

    public static byte[] Body(IEnumerable<Item> items)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new RowWriter(output);
        foreach (var item in items) item.Write(writer);
        return output.WrittenSpan.ToArray();
    }
}
