using System.Text;
using Exchange.Adapters.Sources.Files;
using Exchange.Contracts.Errors;
using Exchange.Testing;
using Xunit;

namespace Exchange.Adapters.Tests.Sources.Files;

public sealed class EncodingProofTests
{
    private static readonly string[] Words =
    [
        "行政区划", "企业登记", "北京市", "浙江省杭州市", "西湖区", "统一社会信用代码", "法定代表人", "注册资本", "经营范围", "有限责任公司", "街道办事处", "居民委员会",
        "数据来源", "国家统计局", "地区生产总值", "亿元", "张三", "李四", "王小明", "欧阳修", "更新时间", "备注", "中国", "信息技术", "咨询服务", "食品销售", "乡镇", "村民小组",
    ];

    [Fact]
    public void Conclude_ChineseInAnyEncoding_IsRightOrUnproven() => Seeds.Run(random =>
    {
        TextEncoding[] encodings = [TextEncodings.Utf8, TextEncodings.Gb18030, TextEncodings.Big5, TextEncodings.Utf16Little, TextEncodings.Utf16Big];
        var proved = 0;
        for (var round = 0; round < 3_000; round++)
        {
            var encoding = encodings[random.Next(encodings.Length)];
            var text = RandomText(random, encoding == TextEncodings.Big5);
            var bytes = encoding.Strict.GetBytes(text);
            var concluded = Conclude(bytes, random);
            if (concluded.IsError)
            {
                Assert.Equal(ErrorCodes.EncodingUnproven, concluded.Error.Code);
                continue;
            }

            proved++;
            Assert.Equal(text, concluded.Value.Strict.GetString(bytes));
        }

        Assert.True(proved > 600, $"Only {proved} were proved");
    });

    [Theory]
    [InlineData("shift_jis", "都道府県,市区町村\r\n東京都,千代田区\r\nひらがな,カタカナ\r\n")]
    [InlineData("euc-jp", "都道府県,市区町村\r\n東京都,千代田区\r\nひらがな,カタカナ\r\n")]
    [InlineData("euc-kr", "시도명,시군구명,읍면동명\r\n서울특별시,종로구,청운효자동\r\n부산광역시,해운대구,우동\r\n")]
    [InlineData("windows-1252", "Straße,Größe,Älter\r\nMünchen,Köln,Düsseldorf\r\nÉté,Noël,Crème brûlée\r\n")]
    [InlineData("windows-1251", "Москва,Санкт-Петербург\r\nНовосибирск,Екатеринбург\r\n")]
    public void Conclude_OtherScripts_AreUnproven(string name, string text)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var concluded = Conclude(Encoding.GetEncoding(name).GetBytes(text), new Random(1));
        Assert.Equal(ErrorCodes.EncodingUnproven, concluded.Error?.Code);
    }

    [Fact]
    public void Conclude_Unproven_NamesTheCandidatesAndHowTheyRead()
    {
        var error = Conclude(TextEncodings.Big5.Strict.GetBytes("縣市,鄉鎮\n臺北市,中正區\n"), new Random(1)).Error;
        Assert.Contains("big5 “縣市,鄉鎮”", error!.Text(Language.En), StringComparison.Ordinal);
        Assert.Contains("gb18030", error.Text(Language.Zh), StringComparison.Ordinal);
    }

    [Fact]
    public void Conclude_UnprovenWithPlainHeader_ShowsNoRecord()
    {
        var error = Conclude(TextEncodings.Big5.Strict.GetBytes("city,area\n臺北市,中正區\n"), new Random(1)).Error;
        Assert.Contains("big5", error!.Text(Language.En), StringComparison.Ordinal);
        Assert.DoesNotContain("臺北市", error.Text(Language.En), StringComparison.Ordinal);
    }

    [Fact]
    public void Conclude_ShortWordThatReadsBothWays_IsUnproven()
    {
        // Two characters of GB18030 whose bytes are two well-formed sequences of UTF-8.
        byte[] both = [0xC4, 0xA3, 0xCA, 0xBD];
        Assert.Equal("模式", TextEncodings.Gb18030.Strict.GetString(both));
        Assert.Equal(2, TextEncodings.Utf8.Strict.GetCharCount(both));
        Assert.True(Conclude(both, new Random(1)).IsError);
    }

    [Fact]
    public void Conclude_ByteOrderMark_Decides()
    {
        foreach (var encoding in (TextEncoding[])[TextEncodings.Utf8, TextEncodings.Utf16Little, TextEncodings.Utf16Big])
            Assert.Equal(encoding, Conclude([.. encoding.ByteOrderMark, .. encoding.Strict.GetBytes("编码,a\n")], new Random(1)).Value);
    }

    private static Result<TextEncoding> Conclude(byte[] bytes, Random random)
    {
        var proof = new EncodingProof();
        for (var at = 0; at < bytes.Length;)
        {
            var length = Math.Min(bytes.Length - at, random.Next(1, 50));
            proof.Add(bytes.AsSpan(at, length));
            at += length;
        }

        return proof.Conclude();
    }

    private static string RandomText(Random random, bool traditional)
    {
        var text = new StringBuilder();
        for (var i = random.Next(1, 30); i > 0; i--)
        {
            switch (random.Next(4))
            {
                case 0: text.Append(random.Next(1_000_000)).Append(','); break;
                case 1: text.Append("\r\n"); break;
                case 2 when !traditional: text.Append(Hanzi(random, TextEncodings.Gb18030, 0xB0, 0xD6, 0xA1)); break;
                case 2: text.Append(Hanzi(random, TextEncodings.Big5, 0xA4, 0xC5, random.Next(2) == 0 ? 0x40 : 0xA1)); break;
                default: text.Append(traditional ? Hanzi(random, TextEncodings.Big5, 0xA4, 0xC5, 0x40) : Words[random.Next(Words.Length)]); break;
            }
        }

        // Every CSV file has a line end; in UTF-16 it is what gives the encoding away.
        return text.Append("\r\n").ToString();
    }

    /// <summary>Common characters of the national standard: a random lead byte of the given range, a trail byte from the given one on.</summary>
    private static string Hanzi(Random random, TextEncoding encoding, int first, int last, int trail) =>
        encoding.Strict.GetString([(byte)random.Next(first, last + 1), (byte)(trail + random.Next(trail == 0x40 ? 0x3F : 0x5E))]);
}
