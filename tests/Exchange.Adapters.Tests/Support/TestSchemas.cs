using Exchange.Contracts.Messages.V1;
using Exchange.Records.Schemas;

namespace Exchange.Adapters.Tests.Support;

internal static class TestSchemas
{
    /// <summary>A resource with a field of each kind that sources have.</summary>
    public const string People = """
        {"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","title":"人员","additionalProperties":false,
         "required":["code","name","updated_at"],
         "properties":{
          "code":{"type":"string","maxLength":20,"title":"编号","x-exchange":{"key":true}},
          "name":{"type":"string","maxLength":50,"title":"姓名"},
          "age":{"type":["integer","null"]},
          "pay":{"type":["number","null"]},
          "born":{"type":["string","null"],"format":"date"},
          "updated_at":{"type":"string","format":"date-time"}}}
        """;

    public const string CreatePeople = """
        CREATE TABLE people (
            code char(8) PRIMARY KEY, full_name varchar(50) NOT NULL, age smallint, pay numeric(18,2), born date, updated_at timestamptz NOT NULL, note text)
        """;

    public static readonly ResourceSchema PeopleSchema = ResourceSchema.Parse(People).Value;

    public static RegisterResource Register(string schema = People) => new("people", "bureau-a", "人员", "People", null, schema);
}
