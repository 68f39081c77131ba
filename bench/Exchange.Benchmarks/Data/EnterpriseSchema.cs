namespace Exchange.Benchmarks.Data;

/// <summary>The schema of the test table as a resource.</summary>
internal static class EnterpriseSchema
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
}
