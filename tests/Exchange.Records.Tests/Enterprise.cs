using System.Buffers;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;

namespace Exchange.Records.Tests;

/// <summary>The resource that most tests use: enterprise registrations with twelve fields.</summary>
internal static class Enterprise
{
    public const string Json = """
        {"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","title":"企业登记信息","additionalProperties":false,
         "required":["uscc","name","legal_rep","id_no","region_code","status","updated_at"],
         "properties":{
          "uscc":{"type":"string","format":"cn-uscc","x-exchange":{"key":true}},
          "name":{"type":"string","minLength":2,"maxLength":100},
          "legal_rep":{"type":"string","minLength":2,"maxLength":50,"x-exchange":{"personal":"name","level":3,"mask":"name"}},
          "id_no":{"type":"string","format":"cn-resident-id","x-exchange":{"personal":"id","level":4,"mask":"id"}},
          "reg_capital":{"type":["number","null"],"minimum":0,"multipleOf":0.01},
          "established":{"type":["string","null"],"format":"date"},
          "status":{"type":"integer","enum":[1,2,3,4]},
          "region_code":{"type":"string","format":"cn-division","x-exchange":{"filter":true}},
          "address":{"type":["string","null"],"maxLength":200},
          "phone":{"type":["string","null"],"format":"cn-mobile"},
          "updated_at":{"type":"string","format":"date-time"},
          "scope":{"type":["string","null"],"maxLength":1000}}}
        """;

    public static readonly ResourceSchema Schema = ResourceSchema.Parse(Json).Value;

    public static byte[] Row(
        string uscc = "91350100M000100Y43", string name = "福州市鼓楼区某某科技有限公司", string idNo = "11010519491231002X", decimal? capital = 1000000.50m, long status = 1,
        string region = "350102", string? phone = "13900001234", string? address = "福州市鼓楼区一号")
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new RowWriter(buffer);
        writer.StartRow(12);
        writer.WriteText(uscc);
        writer.WriteText(name);
        writer.WriteText("张三");
        writer.WriteText(idNo);
        if (capital is { } amount) writer.WriteNumber(amount);
        else writer.WriteNull();
        writer.WriteDate(new DateOnly(2015, 3, 9));
        writer.WriteInt64(status);
        writer.WriteText(region);
        WriteTextOrNull(writer, address);
        WriteTextOrNull(writer, phone);
        writer.WriteTimestamp(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        writer.WriteText("软件开发；技术服务");
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteTextOrNull(RowWriter writer, string? text)
    {
        if (text is null) writer.WriteNull();
        else writer.WriteText(text);
    }
}
