using Exchange.Contracts.Messages.V1;

namespace Exchange.Adapters.Inventory;

/// <summary>What a column may hold, and what follows from it. Suggestions for people to decide on.</summary>
/// <param name="Personal">Kind of personal information, as in <c>x-exchange.personal</c>; null for none.</param>
/// <param name="Level">Classification level 1–4.</param>
/// <param name="Mask">Mask of <see cref="Masks"/>; null where none fits.</param>
/// <param name="Test">The test of <see cref="ValueTests"/> that values of this kind pass; null for none.</param>
/// <param name="IsProof">Whether passing that test proves the kind; else it only supports what a name says.</param>
/// <param name="Format">The schema's format; null for none.</param>
internal sealed record FieldKind(Told Name, string? Personal, int Level, string? Mask, string? Test, bool IsProof, string? Format)
{
    /// <summary>Words in Chinese names and comments that mean this kind.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>Words beside which those mean something else.</summary>
    public IReadOnlyList<string> Unless { get; init; } = [];

    /// <summary>English and pinyin names, as the run of a column name's parts without anything between them.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Abbreviations that mean this kind only where the values agree.</summary>
    public IReadOnlyList<string> Abbreviations { get; init; } = [];
}

/// <summary>The kinds that are looked for, the more telling ones first.</summary>
internal static class FieldKinds
{
    public static readonly IReadOnlyList<FieldKind> All =
    [
        new(new("公民身份号码", "resident id"), "id", 4, Masks.Id, ValueTests.ResidentId, true, "cn-resident-id")
        {
            Words = ["身份证", "公民身份号码", "身份号码"],
            Names = ["sfzh", "sfzhm", "sfz", "gmsfhm", "gmsfzh", "sfzjhm", "shenfenzheng", "shenfenzhenghao", "idcard", "idcardno", "idno", "idnumber", "identitycard", "identityno", "citizenid", "residentid"],
            Abbreviations = ["zjhm", "zjh", "certno"],
        },
        new(new("银行卡号", "bank card"), "account", 4, Masks.Id, ValueTests.BankCard, true, null)
        {
            Words = ["银行卡", "银行账号", "银行帐号", "卡号"], Unless = ["社保", "医保", "就诊"],
            Names = ["yhkh", "yhk", "yhzh", "yinhangkahao", "bankcard", "bankcardno", "bankaccount", "cardno", "accountno"],
        },
        new(new("其他证件或社保、医保号", "other document or insurance number"), "document", 4, Masks.Id, null, false, null)
        {
            Words = ["护照", "军官证", "残疾证", "社保卡", "社会保障号", "医保卡", "医保号", "证件号"],
            Names = ["passport", "passportno", "socialsecurityno", "ssn", "sbkh", "shbzh", "ybkh", "ybh", "certificateno"],
        },
        new(new("健康状况", "health"), "health", 4, Masks.Pseudonym, null, false, null)
        {
            Words = ["诊断", "病历", "病史", "疾病", "血型", "残疾等级", "残疾类别"], Names = ["diagnosis", "disease", "medicalhistory", "medicalrecord", "bloodtype", "disability", "zhenduan", "bingli"],
        },
        new(new("手机号码", "mobile number"), "phone", 3, Masks.Mobile, ValueTests.Mobile, true, "cn-mobile")
        {
            Words = ["手机", "移动电话"], Names = ["shouji", "shoujihao", "sjhm", "sjh", "yddh", "mobile", "mobileno", "mobilephone", "cellphone", "phoneno"], Abbreviations = ["sj"],
        },
        new(new("联系电话", "telephone"), "phone", 3, Masks.Mobile, null, false, null)
        {
            Words = ["电话", "联系方式"], Names = ["lxdh", "lxfs", "dhhm", "dianhua", "phone", "tel", "telephone", "telno", "phonenumber", "contactphone"], Abbreviations = ["dh"],
        },
        new(new("电子邮箱", "e-mail"), "email", 3, Masks.Id, ValueTests.Email, true, "email")
        {
            Words = ["邮箱", "电子邮件"], Names = ["email", "emailaddress", "dzyx", "dzyj", "youxiang"],
        },
        new(new("车牌号", "vehicle plate"), "plate", 3, Masks.Id, ValueTests.Plate, true, "cn-plate")
        {
            Words = ["车牌", "号牌号码"], Names = ["cphm", "cph", "hphm", "chepai", "chepaihao", "plateno", "platenumber", "licenseplate"],
        },
        new(new("姓名", "personal name"), "name", 3, Masks.Name, ValueTests.PersonName, false, null)
        {
            Words = ["姓名", "法定代表人", "负责人", "联系人", "监护人", "曾用名", "申请人", "持证人"], Unless = ["电话", "手机", "号码", "证件", "身份", "地址", "单位", "类型", "代码"],
            Names = ["xingming", "fullname", "realname", "personname", "legalrep", "legalperson", "legalrepresentative", "contactname", "contactperson", "firstname", "lastname", "surname", "fddbr", "lxr", "lxrxm", "fzr", "fzrxm", "cym"],
            Abbreviations = ["xm", "name"],
        },
        new(new("出生日期", "date of birth"), "birth", 3, Masks.Year, null, false, null)
        {
            Words = ["出生日期", "出生年月", "出生时间", "生日"], Names = ["csrq", "csny", "shengri", "birthday", "birthdate", "birth", "dob", "dateofbirth", "born"],
        },
        new(new("地址", "address"), "address", 3, Masks.Address, null, false, null)
        {
            Words = ["住址", "地址", "住所", "居住地", "户籍地", "户口所在地"], Unless = ["网址", "网络地址", "IP", "邮箱", "MAC", "代码"],
            Names = ["address", "addr", "homeaddress", "residence", "jtzz", "jzdz", "hjdz", "hjdxz", "txdz", "lxdz", "dizhi", "zhuzhi"], Abbreviations = ["dz", "zz"],
        },
        new(new("民族或宗教", "ethnicity or religion"), "ethnicity", 3, null, null, false, null) { Words = ["民族", "宗教"], Names = ["minzu", "ethnicity", "ethnic", "religion"] },
        new(new("收入", "income"), "income", 3, null, null, false, null) { Words = ["工资", "收入", "薪酬", "薪资"], Names = ["salary", "wage", "income", "gongzi", "shouru"] },
        new(new("性别", "sex"), "sex", 2, null, null, false, null) { Words = ["性别"], Names = ["sex", "gender", "xingbie"] },
        new(new("统一社会信用代码", "unified social credit code"), null, 1, null, ValueTests.Uscc, true, "cn-uscc")
        {
            Words = ["统一社会信用代码", "社会信用代码"], Names = ["uscc", "tyshxydm", "shxydm", "uniscid", "creditcode", "socialcreditcode"],
        },
        new(new("行政区划代码", "division code"), null, 1, null, ValueTests.Division, false, "cn-division")
        {
            Words = ["行政区划", "区划代码", "地区代码", "行政区代码"], Names = ["xzqh", "xzqhdm", "qhdm", "quhua", "regioncode", "divisioncode", "areacode", "districtcode", "adcode"],
        },
    ];
}
