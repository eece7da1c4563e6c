using Trainyard.Contracts;

namespace Trainyard.ExperimentStore.Mlflow.Protocol;

/// <summary>MLflow's limits, and its rules for names.</summary>
internal static class MlflowLimits
{
    public const int MaxMetricsPerBatch = 1000;
    public const int MaxParamsPerBatch = 100;
    public const int MaxTagsPerBatch = 100;
    public const int MaxEntitiesPerBatch = 1000;
    public const int MaxBatchBytes = 1_000_000;
    public const int MaxBodyBytes = 2_000_000;
    public const int MaxKeyCharacters = 250;
    public const int MaxParamCharacters = 6000;
    public const int MaxTagCharacters = TagLimits.MaxValue;
    public const int MaxExperimentNameCharacters = 500;

    /// <summary>MLflow has no limit on the tags of a run. This one keeps lists of runs readable.</summary>
    public const int MaxTagsPerRun = 1000;

    private const string AllowedCharacters =
        "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).";

    private static bool IsPathElsewhere(string name) =>
        name == "." || name.StartsWith("..", StringComparison.Ordinal) || name.StartsWith('/');

    private static bool HasOnlyAllowed(string name) =>
        name.All(letter => char.IsLetterOrDigit(letter) || "_/.- :".Contains(letter, StringComparison.Ordinal));

    /// <summary>Whether a metric, parameter or tag may have this name.</summary>
    public static bool IsName(string name) =>
        name.Length <= MaxKeyCharacters && HasOnlyAllowed(name) && Normalized(name) == name && !IsPathElsewhere(name);

    /// <summary>Checks the name of a metric, parameter or tag.</summary>
    /// <param name="kind">Such as <c>metric</c>.</param>
    /// <param name="name">The name.</param>
    public static void RequireName(string kind, string name)
    {
        if (!HasOnlyAllowed(name))
        {
            throw MlflowException.Invalid($"Invalid {kind} name: '{Shown(name)}'. {AllowedCharacters}");
        }
        if (Normalized(name) is var normal && (normal != name || IsPathElsewhere(name)))
        {
            throw MlflowException.Invalid(
                $"Invalid {kind} name: '{Shown(name)}'. Names may be treated as files in certain cases, and must not resolve to other "
                + $"names when treated as such. This name would resolve to '{Shown(normal)}'");
        }
        if (name.Length > MaxKeyCharacters)
        {
            throw TooLong(kind == "metric" ? "Metric name" : kind == "tag" ? "Tag key" : "Param key", name, MaxKeyCharacters);
        }
    }

    public static MlflowException TooLong(string what, string value, int limit) => MlflowException.Invalid(
        $"{what} '{Shown(value)}' had length {value.Length}, which exceeded length limit of {limit}");

    public static void RequireAtMost(string entities, int limit, int count)
    {
        if (count > limit)
        {
            throw MlflowException.Invalid(
                $"A batch logging request can contain at most {limit} {entities}. Got {count} {entities}. "
                + $"Please split up {entities} across multiple requests and try again.");
        }
    }

    private static string Shown(string text) => text.Length <= MaxKeyCharacters ? text : text[..MaxKeyCharacters];

    /// <summary>The path that a name would be as a file: without empty parts, dots, and parents where possible.</summary>
    private static string Normalized(string name)
    {
        var parts = new List<string>();
        foreach (var part in name.Split('/').Where(part => part.Length > 0 && part != "."))
        {
            if (part == ".." && parts.Count > 0 && parts[^1] != "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else
            {
                parts.Add(part);
            }
        }
        var joined = (name.StartsWith('/') ? "/" : "") + string.Join('/', parts);
        return joined.Length == 0 ? "." : joined;
    }
}
