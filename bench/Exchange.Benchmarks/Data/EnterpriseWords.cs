namespace Exchange.Benchmarks.Data;

/// <summary>The words that names, addresses and scopes are made of.</summary>
internal static class EnterpriseWords
{
    /// <summary>Codes of real counties and districts.</summary>
    public static readonly string[] Regions =
    [
        "110101", "110105", "110108", "120101", "130102", "140105", "210102", "220102", "230102", "310101", "310115", "320102", "320505", "330102", "330106",
        "330203", "340102", "350102", "350203", "360102", "370102", "370202", "410102", "420106", "430102", "440106", "440305", "450103", "460105", "500103",
        "510104", "520103", "530102", "610113", "620102", "630102", "640104", "650102",
    ];

    private static readonly string[] Cities = ["杭州", "宁波", "南京", "苏州", "广州", "深圳", "成都", "武汉", "长沙", "青岛", "济南", "西安"];
    private static readonly string[] Words = ["华信", "恒泰", "瑞丰", "正大", "鼎盛", "中科", "博远", "佳和", "天成", "宏图", "远航", "明德", "嘉禾", "金桥", "永安", "星辰"];
    private static readonly string[] Trades = ["信息技术", "建筑工程", "生物医药", "供应链管理", "新能源科技", "文化传媒", "餐饮管理", "环保设备", "精密机械", "国际贸易"];
    private static readonly string[] Forms = ["有限公司", "有限责任公司", "股份有限公司"];
    private static readonly string[] Surnames = ["王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "欧阳", "司马"];
    private static readonly string[] Given = ["伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "涛", "明", "超", "秀", "霞", "平", "刚"];
    private static readonly string[] Roads = ["人民路", "解放大道", "中山北路", "文一西路", "科技园南区", "滨江大道", "建设二路", "长江中路", "和平街", "环城东路"];

    private static readonly string[] Activities =
    [
        "技术开发、技术咨询、技术转让、技术服务", "计算机软硬件及辅助设备批发零售", "货物进出口、技术进出口", "企业管理咨询、商务信息咨询", "建筑装饰装修工程设计与施工",
        "食品经营、餐饮服务", "第二类医疗器械销售", "仓储服务、道路货物运输", "广告设计、制作、代理、发布", "机械设备租赁、维修",
    ];

    public static string Company(ref ulong random) =>
        $"{Pick(Cities, ref random)}{Pick(Words, ref random)}{Pick(Words, ref random)}{Pick(Words, ref random)}{Pick(Trades, ref random)}{Pick(Forms, ref random)}";

    public static string Person(ref ulong random) =>
        EnterpriseRows.Take(ref random, 2) == 0
            ? $"{Pick(Surnames, ref random)}{Pick(Given, ref random)}"
            : $"{Pick(Surnames, ref random)}{Pick(Given, ref random)}{Pick(Given, ref random)}";

    public static string Address(ref ulong random) =>
        $"{Pick(Cities, ref random)}市{Pick(Words, ref random)}区{Pick(Words, ref random)}街道{Pick(Roads, ref random)}{EnterpriseRows.Take(ref random, 2000) + 1}号" +
        $"{Pick(Words, ref random)}大厦{EnterpriseRows.Take(ref random, 30) + 1}幢{EnterpriseRows.Take(ref random, 40) + 1}层{EnterpriseRows.Take(ref random, 4000) + 101}室";

    public static string Scope(ref ulong random) =>
        $"{Pick(Activities, ref random)}；{Pick(Activities, ref random)}；{Pick(Activities, ref random)}；{Pick(Activities, ref random)}；" +
        "依法须经批准的项目，经相关部门批准后方可开展经营活动。";

    private static string Pick(string[] words, ref ulong random) => words[EnterpriseRows.Take(ref random, words.Length)];
}
