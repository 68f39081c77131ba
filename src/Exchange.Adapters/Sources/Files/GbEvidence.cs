namespace Exchange.Adapters.Sources.Files;

/// <summary>
/// Reads bytes as GB18030 and counts what tells Chinese text from other text that merely can be read so. Nearly any bytes can: proof is that the characters are those
/// that Chinese uses. Level 1 of GB2312 (lead bytes B0 to D7, in the order of pinyin) holds the 3,755 common characters.
/// </summary>
internal sealed class GbEvidence
{
    private const int LeastCharacters = 8;

    private byte _lead;
    private int _fourByte;
    private long _characters;
    private long _common;
    private long _commonLate;
    private long _rare;
    private long _kana;
    private long _foreign;

    /// <summary>Whether all bytes form GB18030 sequences.</summary>
    public bool IsValid { get; private set; } = true;

    /// <summary>Whether every character beyond ASCII is one of GB2312.</summary>
    public bool IsWithinGb2312 => IsValid && _foreign == 0;

    /// <summary>
    /// Whether the text is Chinese beyond doubt: enough characters, nearly all within GB2312, most of them common, and spread over the alphabet: Korean in EUC-KR fills
    /// the lead bytes up to C8 only, Japanese in EUC-JP is full of kana, Big5 needs trail bytes that GB2312 does not have.
    /// </summary>
    public bool IsConvincing =>
        IsValid && _characters >= LeastCharacters && _foreign * 20 <= _characters && _kana * 100 <= _characters
        && _common > 0 && _common * 4 >= (_common + _rare) * 3 && _commonLate * 7 >= _common;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (!IsValid) return;
        foreach (var value in bytes)
        {
            if (!Next(value))
            {
                IsValid = false;
                return;
            }
        }
    }

    public void End() => IsValid &= _lead == 0;

    private bool Next(byte value)
    {
        if (_fourByte > 0) return NextOfFour(value);
        if (_lead == 0)
        {
            if (value < 0x80) return true;
            if (value is 0x80 or 0xFF) return false;
            _lead = value;
            return true;
        }

        if (value is >= 0x30 and <= 0x39)
        {
            _fourByte = 2;
            return true;
        }

        if (value is < 0x40 or 0x7F or 0xFF) return false;
        Count(_lead, value);
        _lead = 0;
        return true;
    }

    private bool NextOfFour(byte value)
    {
        if (_fourByte == 2)
        {
            _fourByte = 3;
            return value is >= 0x81 and <= 0xFE;
        }

        (_fourByte, _lead) = (0, 0);
        _characters++;
        _foreign++;
        return value is >= 0x30 and <= 0x39;
    }

    private void Count(byte lead, byte trail)
    {
        _characters++;
        if (trail < 0xA1) _foreign++;
        else if (lead is >= 0xB0 and <= 0xD7)
        {
            _common++;
            if (lead >= 0xC9) _commonLate++;
        }
        else if (lead is >= 0xD8 and <= 0xF7) _rare++;
        else if (lead is 0xA4 or 0xA5) _kana++;
        else if (lead is not (>= 0xA1 and <= 0xA3)) _foreign++;
    }
}
