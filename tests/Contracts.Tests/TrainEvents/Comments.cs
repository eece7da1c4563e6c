using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Trainyard.Contracts.TrainEvents;

namespace Trainyard.Contracts.Tests.TrainEvents;

/// <summary>The summaries in the XML comments of the contracts, as plain text.</summary>
internal static partial class Comments
{
    private static readonly Dictionary<string, XElement> Members = XDocument
        .Load(Path.ChangeExtension(typeof(TrainEvent).Assembly.Location, ".xml"))
        .Descendants("member").ToDictionary(member => member.Attribute("name")?.Value ?? "", StringComparer.Ordinal);

    public static string Of(Type type) => TextOf(Members[$"T:{type.FullName}"].Element("summary"));

    public static string Of(JsonPropertyInfo property)
    {
        var member = property.AttributeProvider as MemberInfo ?? throw new InvalidOperationException($"{property.Name} is no property.");
        var owner = member.DeclaringType?.FullName;
        if (Members.TryGetValue($"P:{owner}.{member.Name}", out var comment) && comment.Element("summary") is { } summary)
        {
            return TextOf(summary);
        }
        return TextOf(Members[$"T:{owner}"].Elements("param").First(parameter => parameter.Attribute("name")?.Value == member.Name));
    }

    private static string TextOf(XElement? comment)
    {
        var words = (comment ?? throw new InvalidOperationException("A public member has no comment.")).Nodes().Select(node => node switch
        {
            XText text => text.Value,
            XElement { Name.LocalName: "see" } see => see.Attribute("cref")?.Value.Split('.')[^1] ?? "",
            XElement element => element.Value,
            _ => "",
        });
        return Spaces().Replace(string.Concat(words), " ").Trim();
    }

    [GeneratedRegex(@"\s+", RegexOptions.NonBacktracking)]
    private static partial Regex Spaces();
}

/// <summary>Whether a property may be null, by its declaration.</summary>
internal sealed class NullabilityOf
{
    private readonly NullabilityInfoContext context = new();

    public bool MayBeNull(JsonPropertyInfo property) => property.AttributeProvider is PropertyInfo declared
        && context.Create(declared).ReadState is NullabilityState.Nullable;
}
