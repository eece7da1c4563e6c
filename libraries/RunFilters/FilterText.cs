using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Trainyard.RunFilters;

/// <summary>Tokenizes a filter, and reports the position of an error.</summary>
internal sealed class FilterText(string text)
{
    private const int Shown = 20;
    private const string KeyCharacters = "_.-/:@";

    /// <summary>The start of the next token.</summary>
    public int Position
    {
        get
        {
            while (field < text.Length && char.IsWhiteSpace(text[field]))
            {
                field++;
            }
            return field;
        }
        private set;
    }

    public bool AtEnd => Position == text.Length;

    /// <summary>The error at a position, an index into the text; by default that of the next token.</summary>
    public FilterSyntaxException Refuse(string message, int? at = null)
    {
        var position = at ?? Position;
        var rest = text.AsSpan(position);
        var near = rest.IsEmpty ? "at the end" : $"near '{rest[..Math.Min(Shown, rest.Length)]}{(rest.Length > Shown ? "…" : "")}'";
        return new($"{message}, {near}", position + 1);
    }

    public void Require(char symbol, string expected)
    {
        if (!Take(symbol))
        {
            throw Refuse($"expected {expected}");
        }
    }

    public bool Take(char symbol)
    {
        var found = Position < text.Length && text[Position] == symbol;
        Position += found ? 1 : 0;
        return found;
    }

    public bool Take(string symbols)
    {
        var found = text.AsSpan(Position).StartsWith(symbols, StringComparison.Ordinal);
        Position += found ? symbols.Length : 0;
        return found;
    }

    /// <summary>Consumes the next word if it equals this one, ignoring case.</summary>
    public bool TakeWord(string word)
    {
        var found = PeekWord() is { } next && next.Equals(word, StringComparison.OrdinalIgnoreCase);
        Position += found ? word.Length : 0;
        return found;
    }

    public string? PeekWord()
    {
        var length = 0;
        var rest = text.AsSpan(Position);
        while (length < rest.Length && (char.IsLetterOrDigit(rest[length]) || rest[length] == '_'))
        {
            length++;
        }
        return length > 0 && !char.IsDigit(text[Position]) ? text.Substring(Position, length) : null;
    }

    /// <summary>Whether the next token is quoted.</summary>
    public bool IsQuoted => !AtEnd && text[Position] is ('`' or '"');

    /// <summary>Whether a name needs no quotes.</summary>
    public static bool IsBare(string name) => name.All(IsKeyCharacter);

    /// <summary>A name: anything between backticks or double quotes, otherwise letters, digits and <c>_ . - / : @</c>.</summary>
    public string Key(int maxCharacters)
    {
        var at = Position;
        var key = at < text.Length && text[at] is '`' or '"' ? Doubled(text[at]) : Bare();
        return key.Length is > 0 && key.Length <= maxCharacters
            ? key
            : throw Refuse($"expected a name of 1 to {maxCharacters} characters", at);

        string Bare()
        {
            var end = at;
            while (end < text.Length && IsKeyCharacter(text[end]))
            {
                end++;
            }
            Position = end;
            return text[at..end];
        }
    }

    /// <summary>A text between single or double quotes; <c>\\</c>, <c>\"</c>, <c>\'</c> and doubled quotes are escapes.</summary>
    public bool TakeText([NotNullWhen(true)] out string? value)
    {
        value = null;
        if (AtEnd || text[Position] is not ('"' or '\''))
        {
            return false;
        }
        var (at, quote, built) = (Position, text[Position], new StringBuilder());
        for (var index = at + 1; index < text.Length; index++)
        {
            var (current, next) = (text[index], index + 1 < text.Length ? text[index + 1] : '\0');
            if ((current == '\\' && next is '\\' or '"' or '\'') || (current == quote && next == quote))
            {
                built.Append(next);
                index++;
            }
            else if (current == quote)
            {
                Position = index + 1;
                value = built.ToString();
                return true;
            }
            else
            {
                built.Append(current);
            }
        }
        throw Refuse($"expected the {quote} that ends this text", at);
    }

    public bool TakeNumber(out double value)
    {
        var at = Position;
        var end = at;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '.'
            || (text[end] is '+' or '-' && (end == at || text[end - 1] is 'e' or 'E'))))
        {
            end++;
        }
        var word = text.AsSpan(at, end - at);
        if (IsInfinity(word.TrimStart("+-")))
        {
            value = word[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
        }
        else if (word.IsEmpty || !(char.IsAsciiDigit(word[^1]) || word[^1] == '.')
            || !double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out value) || !double.IsFinite(value))
        {
            value = 0;
            return false;
        }
        Position = end;
        return true;
    }

    private static bool IsKeyCharacter(char character) => char.IsLetterOrDigit(character)
        || KeyCharacters.Contains(character, StringComparison.Ordinal);

    private static bool IsInfinity(ReadOnlySpan<char> word) =>
        word.Equals("inf", StringComparison.OrdinalIgnoreCase) || word.Equals("infinity", StringComparison.OrdinalIgnoreCase);

    private string Doubled(char quote)
    {
        var (at, built) = (Position, new StringBuilder());
        for (var index = at + 1; index < text.Length; index++)
        {
            if (text[index] != quote)
            {
                built.Append(text[index]);
            }
            else if (index + 1 < text.Length && text[index + 1] == quote)
            {
                built.Append(quote);
                index++;
            }
            else
            {
                Position = index + 1;
                return built.ToString();
            }
        }
        throw Refuse($"expected the {quote} that ends this name", at);
    }
}
