using System.Text;

namespace Trainyard.Tokenizers.Tests;

/// <summary>Text to train and to test on, made here so that it is the same everywhere.</summary>
internal static class Texts
{
    public static IReadOnlyList<string> Varied { get; } =
    [
        "",
        "First Citizen:\nBefore we proceed any further, hear me speak.\n\nAll:\nSpeak, speak.\n",
        "I'll say they're what we've got, it's 'tis, don't, I'd, I'm 'S 'LL can''t '",
        "public static int Main(string[] args)\n{\n\tif (args.Length > 0x1F)\r\n\t\treturn args[0]?.Length ?? -1; // x\u00A0y\r\n}\n",
        "  leading,   inner    and trailing   ",
        " \n \n\n  \t\t x\n\n\ny \u3000\u2003 z\u2028w\u0085v \u00A0",
        "3.14159 ½ ⅷ ٣٤٥ 1,000,000 x86_64 2²",
        "Über die Brücke; naïve café, façade — “quoted” ‘text’ … Łódź, İstanbul, STRASSE straße ẞ, ΟΔΥΣΣΕΥΣ",
        "Привет, мир! Съешь ещё этих мягких французских булок.",
        "Ελληνικά πολυτονικά: ᾧ ἄνδρα μοι ἔννεπε",
        "שלום עולם مرحبا بالعالم ﷺ فارسی‌نوشته",
        "日本語のテキスト、全角ＡＢＣ１２３と半角ｶﾀｶﾅ。中文，没有空格。 한국어 문장입니다.",
        "नमस्ते दुनिया क्षत्रिय தமிழ் ไทยไม่มีช่องว่าง မြန်မာ ខ្មែរ",
        "emoji 👍🏽 👩‍👩‍👧‍👦 🇫🇷 ❤️‍🔥 ☃ \U0001F9FF\U0001FAE8 𝔘𝔫𝔦 𝒞𝑜𝒹𝑒 𐍈 𠜎",
        "combining: e\u0301 e\u0301\u0323 a\u0323\u0302 q\u0307\u0323 \u1E69 s\u0323\u0307 "
            + "\u0301alone \u1100\u1161\u11A8 \uAC00\u11A8 \u212B \uFB01 \u1E9B\u0323",
        "control \u0001\u0002\u001B[31m\u007F \u200B \uFEFF \uFFFD \uFFFE \uE000 \u00AD",
        "<|endoftext|>start<|endoftext|><|endoftext|> <|pad|>x<|end|><|endoftext|",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaa aaa aa hahahahahaha ======---------______",
        new string('a', 300) + new string(' ', 300) + string.Concat(Enumerable.Repeat("abc日本", 100)),
    ];

    /// <summary>What the patterns of words treat differently.</summary>
    public static IReadOnlyList<string> Tricky { get; } =
    [
        "DON'T I'LL'VE we'Re 'S'T '' 'sable ain't'er x'dy 'ſ a'ſb O'Reilly's",
        "12345678901234567 1,234,567.89 v1.2.3 ٣٤٥٦٧٨ ²³¹⁰⁴ ⅷⅸⅹⅺ 007bond 3D 10km",
        "camelCaseHTMLParser XMLHttpRequest iOS McDONALD'S ALLCAPS TitleCase ǅungla ǆ ʰx ªº ΑΒΓδεζ ЖЖжж ÀÉîõ",
        "a\u0301B\u0301c \u0301\u0302x .\u0301y \u0301ABC \u0301ABCd A\u0301B ..\u0301\n \t\u0301 字\u0301A",
        "end.\n\n/ path//to/../x\r\n\r\n\t}\n// comment\n/* x */ http://a.b/c?d=e&f=%20#g !?\n/\n/a",
        "  \n  \n x\r\n\r\n  y\n\n\n    z \t \n\t\tint x;\u00A0word \u3000字 \u2028 \u0085a\u000B\u000Cb \n ",
        "trailing \n  ", "\n", " ", "\t", "a ", "a  ", "a\n", "a \n ", ".\r", ". ", "\u3000", "字\u3000",
        new string('x', 5000) + new string('7', 5000) + new string('-', 5000) + new string('\n', 500) + new string(' ', 500) + "end",
        string.Concat(Enumerable.Repeat("无空格的长文本，", 300)) + string.Concat(Enumerable.Repeat("aB", 300)),
    ];

    /// <summary>A character beside others of every kind.</summary>
    public static string Around(Rune rune) => $"a{rune}b {rune}{rune}A1{rune}2.{rune}\n'{rune} {rune}s\n{rune}\n";

    /// <summary>
    /// Random text over all of Unicode, in runs of one script as real text has them, with plenty of white space and quotes.
    /// </summary>
    public static string Random(Random random, int length)
    {
        int[] starts =
        [
            0x20, 0x41, 0x61, 0x30, 0xA0, 0x100, 0x300, 0x391, 0x410, 0x5D0, 0x627, 0x915, 0x1100, 0x1E00, 0x2000, 0x3040, 0x4E00,
            0xAC00, 0xFB00, 0x10400, 0x1D400, 0x1F600,
        ];
        var text = new StringBuilder();
        while (text.Length < length)
        {
            var start = starts[random.Next(starts.Length)];
            for (var run = random.Next(1, 9); run > 0; run--)
            {
                text.Append(random.Next(8) == 0 ? " \n\t'\r\"."[random.Next(7)].ToString() : new Rune(start + random.Next(64)).ToString());
            }
        }

        return text.ToString();
    }

    /// <summary>A language of invented words whose frequencies fall off as in real ones.</summary>
    public static string Invented(int seed, int words)
    {
        var random = new Random(seed);
        string[] syllables =
        [
            "ba", "ko", "ri", "the", "an", "ing", "er", "st", "ю", "да", "не", "ß", "ée", "東", "京", "の", "x1", "42", "_", "()",
        ];
        var vocabulary = Enumerable.Range(0, 3000).Select(
            _ => string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => syllables[random.Next(syllables.Length)]))).ToArray();
        var text = new StringBuilder();
        for (var i = 0; i < words; i++)
        {
            text.Append(vocabulary[(int)(vocabulary.Length * Math.Pow(random.NextDouble(), 3))]);
            text.Append(random.Next(12) switch { 0 => "\n", 1 => ", ", 2 => "'s ", 3 => "  ", 4 => ".\r\n\t", _ => " " });
        }

        return text.ToString();
    }
}
