using System.Globalization;
using System.Text;
using Exchange.Adapters.Tests.Support;

namespace Exchange.Adapters.Tests.Inventory;

/// <summary>A department's database as it grew: good tables, bad names, missing keys, people in it.</summary>
internal static class RegisterDatabase
{
    public const int People = 200;

    /// <summary>Ready to be inventoried; nothing was analysed.</summary>
    public static async Task<DepartmentDatabase> CreateAsync()
    {
        var department = await DepartmentDatabase.CreateAsync();
        await department.ExecuteAsync(Structure);
        await department.ExecuteAsync($"INSERT INTO person (xm, sfzh, sj, lxdz, csrq, remark, grade, balance, photo) VALUES {string.Join(", ", Enumerable.Range(0, People).Select(Person))}");
        return department;
    }

    public static string NameOf(int i) => $"{"王李张刘陈杨黄赵吴周"[i % 10]}{"建国伟芳秀英娜敏静丽"[i / 10 % 10]}{"华明军平"[i % 4]}";

    public static string MobileOf(int i) => "138" + (27_000_000 + (i * 7919)).ToString("D8", CultureInfo.InvariantCulture);

    public static string IdOf(int i)
    {
        var digits = $"330106{new DateOnly(1960, 1, 1).AddDays(i * 37):yyyyMMdd}{(i % 900) + 100:D3}";
        int[] weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        return digits + "10X98765432"[digits.Select((d, k) => (d - '0') * weights[k]).Sum() % 11];
    }

    public static string AddressOf(int i) => $"滨江区长河街道{i + 1}号";

    private static string Person(int i) => new StringBuilder()
        .Append(CultureInfo.InvariantCulture, $"('{NameOf(i)}', '{IdOf(i)}', {MobileOf(i)}, '{AddressOf(i)}', date '1960-01-01' + {i * 37}, ")
        .Append(CultureInfo.InvariantCulture, $"'备注{i}', 'high', {i}.25, '\\x00')").ToString();

    private const string Structure = """
        CREATE TYPE grade AS ENUM ('high', 'low', '其他');
        CREATE DOMAIN short_code AS varchar(12) NOT NULL;
        CREATE TABLE person (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, xm text NOT NULL, sfzh char(18), sj bigint, lxdz varchar(100), csrq date, remark text, grade grade, balance numeric(12,2), photo bytea);
        COMMENT ON TABLE person IS E'常住人口\n第二行';
        COMMENT ON COLUMN person.lxdz IS '联系地址';

        CREATE TABLE "企业 名录" ("统一社会信用代码" text PRIMARY KEY, "法定代表人" text, "区划代码" text, "Order" integer, "select" text, "𠮷" text);
        INSERT INTO "企业 名录" SELECT '91350100M000100Y43', '张三丰', '330106', 1, 'x', 'y';

        CREATE SCHEMA "odd.schema";
        CREATE TABLE "odd.schema"."we""ird.Table; DROP TABLE person; --" ("a""b" integer PRIMARY KEY, "x.y" text, "x-y" text, "x_y" text, "line
        break" text, "1st" text, "#" text, ": {}" text, "${jndi}" text);
        COMMENT ON TABLE "odd.schema"."we""ird.Table; DROP TABLE person; --" IS E'# "heading" | <b>\\';
        CREATE TABLE "UPPER" ("ID" uuid NOT NULL, "Code" short_code, t time, d double precision, ts timestamp, ok boolean);
        CREATE UNIQUE INDEX ON "UPPER" ("Code", "ID");
        CREATE UNIQUE INDEX ON "UPPER" ("ID") WHERE ok;
        CREATE TABLE upper ("user" text, value integer);
        INSERT INTO upper SELECT 'user ' || i % 3, i % 2 FROM generate_series(1, 100) AS i;

        CREATE TABLE codes (note text, code text, amount numeric, value integer);
        INSERT INTO codes SELECT 'n', 'C' || i, i, i % 7 FROM generate_series(1, 500) AS i;
        CREATE TABLE yearly (year integer, region text, households integer);
        INSERT INTO yearly SELECT 2000 + i / 10, 'R' || i % 10, i % 3 FROM generate_series(0, 199) AS i;

        CREATE TABLE visit (id bigint, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
        CREATE TABLE visit_2025 PARTITION OF visit FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
        INSERT INTO visit SELECT i, '2025-06-01' FROM generate_series(1, 30) AS i;
        CREATE VIEW adult AS SELECT id, xm FROM person;
        CREATE VIEW broken AS SELECT id, 100 / (id - id) AS ratio FROM person;
        CREATE MATERIALIZED VIEW totals AS SELECT i AS id, 'T' || i AS label FROM generate_series(1, 40) AS i;
        CREATE FOREIGN DATA WRAPPER elsewhere;
        CREATE SERVER other FOREIGN DATA WRAPPER elsewhere;
        CREATE FOREIGN TABLE remote (id integer, xm text) SERVER other;
        CREATE TABLE documents (body jsonb, tags text[]);

        CREATE TABLE large (id integer PRIMARY KEY, filler text);
        INSERT INTO large SELECT i, repeat('x', 200) FROM generate_series(1, 20000) AS i;
        """;
}
