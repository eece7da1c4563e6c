using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Trainyard.RunFormats.Mlflow;

/// <summary>
/// The scalars of a <c>meta.yaml</c>. Only the parser's events are read: nothing is constructed, and aliases, which can unfold to any size,
/// are refused.
/// </summary>
internal sealed class MetaFile
{
    public const string FileName = "meta.yaml";

    private const int MaxBytes = 1 << 20;

    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);

    /// <exception cref="InvalidDataException">It is too large, or no YAML.</exception>
    public static MetaFile Read(string path)
    {
        if (new FileInfo(path).Length > MaxBytes)
        {
            throw new InvalidDataException($"it has more than {MaxBytes} bytes");
        }
        using var text = new StreamReader(path);
        try
        {
            var meta = new MetaFile();
            meta.Take(new Parser(text));
            return meta;
        }
        // The scanner throws all of these at malformed text.
        catch (Exception exception) when (
            exception is YamlException or InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            throw new InvalidDataException("it is no YAML", exception);
        }
    }

    /// <summary>A value; null if it is absent, null or empty.</summary>
    public string? Text(string key) => values.GetValueOrDefault(key) is { Length: > 0 } value ? value : null;

    public long? Number(string key) =>
        long.TryParse(Text(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private void Take(Parser parser)
    {
        parser.Consume<StreamStart>();
        parser.Consume<DocumentStart>();
        parser.Consume<MappingStart>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = parser.Consume<Scalar>().Value;
            if (parser.TryConsume<Scalar>(out var scalar))
            {
                var isNull = scalar.Style is ScalarStyle.Plain && scalar.Value is "null" or "~" or "Null" or "NULL";
                values[key] = isNull ? "" : scalar.Value;
            }
            else if (parser.Accept<AnchorAlias>(out _))
            {
                throw new InvalidDataException("it has an alias");
            }
            else
            {
                parser.SkipThisAndNestedEvents();
            }
        }
    }
}
