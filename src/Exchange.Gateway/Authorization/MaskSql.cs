using Exchange.Contracts.Messages.V1;

namespace Exchange.Gateway.Authorization;

/// <summary>The masks as SQL expressions over one column.</summary>
internal static class MaskSql
{
    private const string CompoundSurnames =
        "'欧阳','太史','端木','上官','司马','东方','独孤','南宫','万俟','闻人','夏侯','诸葛','尉迟','公羊','赫连','澹台','皇甫','宗政','濮阳','公冶'," +
        "'太叔','申屠','公孙','慕容','仲孙','钟离','长孙','宇文','司徒','鲜于','司空','闾丘','子车','亓官','司寇','巫马','公西','颛孙','壤驷','公良'," +
        "'漆雕','乐正','宰父','谷梁','拓跋','夹谷','轩辕','令狐','段干','百里','呼延','东郭','南门','羊舌','微生','公户','公玉','公仪','梁丘','公仲'," +
        "'公上','公门','公山','公坚','左丘','公伯','西门','公祖','第五','公乘','贯丘','公皙','南荣','东里','东宫','仲长','子书','子桑','即墨','达奚','褚师'";

    /// <param name="column">SQL of the column.</param>
    /// <param name="pads">SQL of the two keyed blocks of the recipient's pseudonyms.</param>
    /// <exception cref="ArgumentOutOfRangeException">The mask is none of <see cref="Masks"/>.</exception>
    public static string Of(string mask, string column, (string Inner, string Outer) pads) => mask switch
    {
        Masks.Name =>
            $"CASE WHEN char_length({column}) > 2 AND left({column}, 2) IN ({CompoundSurnames})" +
            $" THEN left({column}, 2) || repeat('*', char_length({column}) - 2)" +
            $" ELSE left({column}, 1) || repeat('*', char_length({column}) - 1) END",
        Masks.Id =>
            // Nearly all numbers are resident ids of eighteen characters: for those one function call does.
            $"CASE WHEN char_length({column}) = 18 THEN overlay({column} PLACING '****************' FROM 2 FOR 16)" +
            $" WHEN char_length({column}) > 2 THEN left({column}, 1) || repeat('*', char_length({column}) - 2) || right({column}, 1)" +
            $" ELSE repeat('*', char_length({column})) END",
        Masks.Mobile =>
            $"CASE WHEN char_length({column}) > 7 THEN left({column}, 3) || repeat('*', char_length({column}) - 7) || right({column}, 4)" +
            $" ELSE repeat('*', char_length({column})) END",
        Masks.Address => $"CASE WHEN char_length({column}) > 6 THEN left({column}, 6) || '*' ELSE {column} END",
        Masks.Year => $"date_trunc('year', {column})::date",
        Masks.Pseudonym =>
            $"left(encode(sha256({pads.Outer} || sha256({pads.Inner} || convert_to({column}::text, 'UTF8'))), 'hex'), 32)",
        _ => throw new ArgumentOutOfRangeException(nameof(mask), mask, null),
    };
}
