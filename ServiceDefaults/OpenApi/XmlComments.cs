using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Trainyard.ServiceDefaults.OpenApi;

/// <summary>The XML comments of assemblies, with references written as JSON names.</summary>
internal static partial class XmlComments
{
    private static readonly ConcurrentDictionary<Assembly, IReadOnlyDictionary<string, XElement>> Files = new();

    /// <summary>The comment of a property or of its record parameter; null if there is none.</summary>
    public static string? Of(PropertyInfo property)
    {
        if (property.DeclaringType is not { } type)
        {
            return null;
        }
        var comments = Files.GetOrAdd(type.Assembly, Read);
        var name = Id(type);
        return Text(comments.GetValueOrDefault($"P:{name}.{property.Name}")?.Element("summary"))
            ?? Text(comments.GetValueOrDefault($"T:{name}")?.Elements("param")
                .FirstOrDefault(param => (string?)param.Attribute("name") == property.Name));
    }

    /// <summary>The comment of a type; null if there is none.</summary>
    public static string? Of(Type type) =>
        Text(Files.GetOrAdd(type.Assembly, Read).GetValueOrDefault($"T:{Id(type)}")?.Element("summary"));

    private static string Id(Type type) =>
        ((type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName ?? type.Name).Replace('+', '.');

    private static Dictionary<string, XElement> Read(Assembly assembly)
    {
        var path = Path.Combine(AppContext.BaseDirectory, $"{assembly.GetName().Name}.xml");
        if (!File.Exists(path))
        {
            return [];
        }
        using var reader = XmlReader.Create(path);
        return XDocument.Load(reader).Descendants("member")
            .ToDictionary(member => (string?)member.Attribute("name") ?? "", StringComparer.Ordinal);
    }

    private static string? Text(XElement? element)
    {
        if (element is null)
        {
            return null;
        }
        var text = new StringBuilder();
        foreach (var node in element.Nodes())
        {
            text.Append(node switch
            {
                XText plain => plain.Value,
                XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
                XElement reference =>
                    $"`{Wire((string?)reference.Attribute("cref") ?? (string?)reference.Attribute("name") ?? reference.Value)}`",
                _ => "",
            });
        }
        return Spaces().Replace(text.ToString(), " ").Trim() is { Length: > 0 } found ? found : null;
    }

    /// <summary>The JSON name of a reference: <c>P:Trainyard.Contracts.Training.TrainingConfig.KvHeads</c> is <c>kv_heads</c>.</summary>
    private static string Wire(string reference) => reference.StartsWith("T:", StringComparison.Ordinal)
        ? reference[(reference.LastIndexOf('.') + 1)..]
        : JsonNamingPolicy.SnakeCaseLower.ConvertName(reference[(reference.LastIndexOf('.') + 1)..]);

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Spaces();
}
