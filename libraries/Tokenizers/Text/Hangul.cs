namespace Trainyard.Tokenizers;

/// <summary>Hangul syllables are composed by arithmetic instead of by table (The Unicode Standard, section 3.12).</summary>
internal static class Hangul
{
    private const int SyllableBase = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TailBase = 0x11A7;
    private const int LeadCount = 19, VowelCount = 21, TailCount = 28, SyllableCount = LeadCount * VowelCount * TailCount;

    public static bool IsTrailingJamo(int code) =>
        code is >= VowelBase and < VowelBase + VowelCount or > TailBase and < TailBase + TailCount;

    public static bool TryDecompose(int code, List<int> output)
    {
        var index = code - SyllableBase;
        if (index is < 0 or >= SyllableCount)
        {
            return false;
        }

        output.Add(LeadBase + (index / (VowelCount * TailCount)));
        output.Add(VowelBase + (index % (VowelCount * TailCount) / TailCount));
        if (index % TailCount > 0)
        {
            output.Add(TailBase + (index % TailCount));
        }
        return true;
    }

    public static bool TryCompose(int first, int second, out int composed)
    {
        var (lead, vowel) = (first - LeadBase, second - VowelBase);
        if (lead is >= 0 and < LeadCount && vowel is >= 0 and < VowelCount)
        {
            composed = SyllableBase + (((lead * VowelCount) + vowel) * TailCount);
            return true;
        }

        var (syllable, tail) = (first - SyllableBase, second - TailBase);
        composed = first + tail;
        return syllable is >= 0 and < SyllableCount && syllable % TailCount == 0 && tail is > 0 and < TailCount;
    }
}
