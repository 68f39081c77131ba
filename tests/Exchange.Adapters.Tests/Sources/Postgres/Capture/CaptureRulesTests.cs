using Exchange.Adapters.Configuration;
using Exchange.Adapters.Sources.Postgres;
using Exchange.Adapters.Sources.Postgres.Capture;
using Exchange.Adapters.Tests.Support;
using Exchange.Records.Schemas;
using Xunit;

namespace Exchange.Adapters.Tests.Sources.Postgres.Capture;

public sealed class CaptureRulesTests
{
    private static readonly PostgresSourceModel Model = new(
        new PostgresConnection("Host=localhost"), new TableName("public", "people"), CapturedPeople.Columns, PostgresReadMode.Capture, null, default, default, null, "UTC");

    private static readonly ServerFacts Ready = new(
        Version: 17, WalLevel: "logical", IsStandby: false, MayReplicate: true, KeepMegabytes: 1024, SlotsAllowed: 10, SlotsUsed: 9, SendersAllowed: 10, SendersUsed: 9,
        HasSlot: false, HasTable: true, MaySelect: true, HasPublication: false, MayPublish: true, Identity: 'd', Kind: 'r',
        Columns:
        [
            new("code", "", true, "bpchar", false), new("full_name", "", false, "varchar", false), new("age", "", false, "int2", false), new("pay", "", false, "numeric", false),
            new("born", "", false, "date", false), new("updated_at", "", false, "timestamptz", false), new("note", "v", false, "json", false),
        ]);

    private static readonly Dictionary<string, (Func<ServerFacts, ServerFacts> Change, string[] Codes)> Cases = new(StringComparer.Ordinal)
    {
        ["ready"] = (f => f, []),
        ["oldest version"] = (f => f with { Version = 15 }, []),
        ["too old"] = (f => f with { Version = 14 }, ["capture_server_too_old"]),
        ["wal level"] = (f => f with { WalLevel = "replica" }, ["capture_wal_level"]),
        ["standby"] = (f => f with { IsStandby = true }, ["capture_standby"]),
        ["role"] = (f => f with { MayReplicate = false }, ["capture_role_missing"]),
        ["no budget"] = (f => f with { KeepMegabytes = -1 }, ["capture_budget_unlimited"]),
        ["no free slot"] = (f => f with { SlotsUsed = 10 }, ["capture_slots_exhausted"]),
        ["no free sender"] = (f => f with { SendersUsed = 10 }, ["capture_slots_exhausted"]),
        ["slot is there"] = (f => f with { SlotsUsed = 10, SendersUsed = 10, HasSlot = true }, []),
        ["table missing"] = (f => f with { HasTable = false, Columns = [] }, ["capture_table_unreadable"]),
        ["table unreadable"] = (f => f with { MaySelect = false }, ["capture_table_unreadable"]),
        ["partitioned"] = (f => f with { Kind = 'p' }, []),
        ["view"] = (f => f with { Kind = 'v', Identity = 'n' }, ["capture_table_kind"]),
        ["foreign table"] = (f => f with { Kind = 'f' }, ["capture_table_kind"]),
        ["no identity"] = (f => f with { Identity = 'n' }, ["capture_identity"]),
        ["identities of parts differ"] = (f => f with { Identity = 'm' }, ["capture_identity"]),
        ["identity without the key"] = (f => With(f, "code", c => c with { InIdentity = false }), ["capture_identity"]),
        ["full identity"] = (f => With(f, "code", c => c with { InIdentity = false }) with { Identity = 'f' }, []),
        ["type"] = (f => With(f, "born", c => c with { Type = "_text" }), ["capture_column_type"]),
        ["enum as text"] = (f => With(f, "full_name", c => c with { Type = "state", IsEnum = true }), []),
        ["stored before 18"] = (f => With(f, "age", c => c with { Generated = "s" }), ["capture_generated_column"]),
        ["stored from 18"] = (f => With(f, "age", c => c with { Generated = "s" }) with { Version = 18 }, []),
        ["stored under a full identity"] = (f => With(f, "age", c => c with { Generated = "s" }) with { Version = 18, Identity = 'f' }, ["capture_generated_column"]),
        ["virtual"] = (f => With(f, "age", c => c with { Generated = "v" }) with { Version = 18 }, ["capture_generated_column"]),
        ["may not publish"] = (f => f with { MayPublish = false }, ["capture_publication_missing"]),
        ["another's publication"] = (f => f with { MayPublish = false, HasPublication = true }, []),
        ["all at once"] = (f => f with { WalLevel = "minimal", MayReplicate = false, Identity = 'n', MayPublish = false },
            ["capture_wal_level", "capture_role_missing", "capture_identity", "capture_publication_missing"]),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Find_WhatAServerAllows_NamesAllThatStandsInTheWay(string name)
    {
        var (change, codes) = Cases[name];
        Assert.Equal(codes, CaptureRules.Find(change(Ready), Model, TestSchemas.PeopleSchema, "exchange_people").Select(f => f.Code.Name));
    }

    [Theory]
    [InlineData("SlotsUsed", "max_replication_slots")]
    [InlineData("SendersUsed", "max_wal_senders")]
    public void Find_NothingFree_NamesTheSetting(string used, string setting)
    {
        var facts = used == "SlotsUsed" ? Ready with { SlotsUsed = 10 } : Ready with { SendersUsed = 10 };
        Assert.Equal(setting, Assert.Single(CaptureRules.Find(facts, Model, TestSchemas.PeopleSchema, "exchange_people")).Data["setting"]);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("varchar")]
    [InlineData("bpchar")]
    [InlineData("name")]
    [InlineData("char")]
    [InlineData("citext")]
    [InlineData("int2")]
    [InlineData("int4")]
    [InlineData("int8")]
    [InlineData("numeric")]
    [InlineData("float4")]
    [InlineData("float8")]
    [InlineData("bool")]
    [InlineData("date")]
    [InlineData("timestamptz")]
    [InlineData("timestamp")]
    [InlineData("time")]
    [InlineData("uuid")]
    public void Of_ATypeThatTheOtherModesRead_IsCarriedByCapture(string type) => Assert.NotNull(ColumnForms.Of(SourceColumns.FieldOf(type)!.Value, type, isEnum: false));

    private static ServerFacts With(ServerFacts facts, string column, Func<TableColumn, TableColumn> change) =>
        facts with { Columns = [.. facts.Columns.Select(c => c.Name == column ? change(c) : c)] };
}
